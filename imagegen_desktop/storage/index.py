"""The index: a cache that finds images fast. All that it knows can be read again from the library folder."""

from __future__ import annotations

from array import array
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.albums import Shelf
from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.core.places import Listing, Place, View
from imagegen_desktop.core.query_completion import Vocabulary
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.database import Database, Durability
from imagegen_desktop.storage.id_range import ALL_IDS, IdRange
from imagegen_desktop.storage.index_rows import COST_UNITS, EPOCH, MIGRATIONS, Tally, moment_at
from imagegen_desktop.storage.index_writer import IndexWriter
from imagegen_desktop.storage.local_time import local_moment, next_month
from imagegen_desktop.storage.search import RECENT_DAYS, Planner
from imagegen_desktop.storage.search_words import Dictionary

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.query import Query
    from imagegen_desktop.storage.search_plan import Plan

# Values that SQLite binds in one statement; each costs a little memory.
_FETCHED: Final = 4096
_AFTER_ALL: Final = "\U0010ffff"
_BATCH: Final = 500
# SQLite's own steps between two looks at the wish to stop: some tenths of a millisecond.
_STEPS: Final = 20_000
# Terms that are remembered, so that an import does not write the same ones for each image: some megabytes.
_TERMS_KEPT: Final = 100_000
# A hit in the title or a tag says more than one in a long enhanced prompt. In the order of the columns of `words`.
_BEST: Final = "ORDER BY bm25(words, 4.0, 1.0, 1.0, 8.0, 4.0, 6.0, 2.0, 2.0), {moment} DESC LIMIT ?"
_NEWEST: Final = "ORDER BY {moment} DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Counts:
    """Images in each place, in each album (by id) and with each tag, and the bytes of all originals.

    Albums and tags leave out what is in the trash. Saved searches are not counted here: see `Index.count`.
    """

    places: dict[Place, int]
    total_bytes: int
    albums: dict[str, int] = field(default_factory=dict[str, int])
    tags: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class AlbumCost:
    """US dollars that an album's images cost, and how many images that is; of `unknown` ones the cost is not known."""

    known: Decimal
    images: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Images that were made in a local month, such as "2026-11", and are not in the trash."""

    month: str
    count: int


class Index:
    """One SQLite file for one library, in the app's data folder. Raises StorageError, DiskFullError.

    Where a `query` is given, it holds in place of the view's words. What is cancelled gives nothing.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = utc_now) -> None:
        self._database = Database(path, MIGRATIONS, Durability.NORMAL)
        self._now = now
        self._terms: set[str] = set()

    # ---- keep ----

    def put(self, states: Iterable[ImageState]) -> None:
        """Insert or replace, all in one transaction. What was purged is taken out."""
        with self._database.write() as connection:
            writer = IndexWriter(connection, self._terms)
            for state in states:
                writer.put(state)
            writer.finish()
        # Only now: what is rolled back is not there. Terms are never deleted, so what was there once need not be asked again.
        if len(self._terms) < _TERMS_KEPT:
            self._terms |= writer.terms

    def drop(self, ids: Iterable[str]) -> None:
        with self._database.write() as connection:
            writer = IndexWriter(connection)
            for image_id in ids:
                writer.remove(image_id)
            writer.finish()

    def mend(self, read: Callable[[], tuple[Iterable[ImageState], Iterable[str]]]) -> None:
        """Put the states and take out the ids that `read` gives, in one transaction that begins before it is called.

        No other change of the index can come in between: what others log meanwhile is kept after it, or read here.
        """
        with self._database.write() as connection:
            states, gone = read()
            writer = IndexWriter(connection, self._terms)
            for state in states:
                writer.put(state)
            for image_id in gone:
                writer.remove(image_id)
            writer.finish()

    def replace(self, read: Callable[[], tuple[Iterable[ImageState], Shelf]]) -> None:
        """Forget everything and take what `read` gives instead, in one transaction: until its end others see what was.

        It is called when no other change can come in between any more: those of others wait, and are kept after it. What it
        or its states raise takes it all back.
        """
        with self._database.write() as connection:
            states, shelf = read()
            for table in ("images", "states", "tallies", "marks", "shelf"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own)
            connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
            connection.execute("INSERT OR REPLACE INTO shelf VALUES (1, ?)", (encode(shelf),))
            writer = IndexWriter(connection, self._terms)
            for state in states:
                writer.put(state)
            writer.finish()

    def set_shelf(self, shelf: Shelf) -> None:
        """Keep the albums and the colours of tags."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO shelf VALUES (1, ?)", (encode(shelf),))

    def hold(self, ids: Iterable[str], gone: Iterable[str] = ()) -> None:
        """Note images that lie in the bucket, and those that do not any more."""
        with self._database.write() as connection:
            connection.executemany("INSERT OR IGNORE INTO held VALUES (?)", [(one,) for one in ids])
            connection.executemany("DELETE FROM held WHERE id = ?", [(one,) for one in gone])

    def set_held(self, ids: Iterable[str]) -> None:
        """The images that lie in the bucket are these alone."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM held")
            connection.executemany("INSERT INTO held VALUES (?)", [(one,) for one in ids])

    # ---- look up ----

    def held(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of these that lie in the bucket."""
        with self._database.read() as connection:
            query = "SELECT 1 FROM held WHERE id = ?"
            return frozenset(one for one in ids if connection.execute(query, (one,)).fetchone())

    def count_held(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute("SELECT count(*) FROM held").fetchone()[0])

    def shelf(self) -> Shelf:
        with self._database.read() as connection:
            return _shelf(connection)

    def ids(self) -> frozenset[str]:
        with self._database.read() as connection:
            return frozenset(row[0] for row in connection.execute("SELECT id FROM images"))

    def get(self, ids: Iterable[str]) -> tuple[ImageState, ...]:
        """The states of those that are known, in the order asked."""
        query = "SELECT state FROM images JOIN states USING (moment) WHERE id = ?"
        with self._database.read() as connection:
            rows = (connection.execute(query, (one,)).fetchone() for one in ids)
            return tuple(decode(row[0], ImageState) for row in rows if row)

    def states(self, ids: IdRange = ALL_IDS) -> Iterator[ImageState]:
        """All in this range, one at a time, as they stood when the first was asked for."""
        query = "SELECT state FROM images JOIN states USING (moment) WHERE id >= ? AND id < ?"
        with self._database.read() as connection:
            for (state,) in connection.execute(query, (ids.low, ids.high or _AFTER_ALL)):
                yield decode(state, ImageState)

    def rows(self, moments: Iterable[int]) -> dict[int, ImageState]:
        """The states of those rows of a listing that are still there."""
        found: dict[int, ImageState] = {}
        left = iter(moments)
        with self._database.read() as connection:
            while batch := tuple(islice(left, _BATCH)):
                marks = ", ".join("?" * len(batch))
                query = f"SELECT moment, state FROM states WHERE moment IN ({marks})"  # noqa: S608 (question marks)
                found |= {moment: decode(state, ImageState) for moment, state in connection.execute(query, batch)}
        return found

    def moment_of(self, image_id: str) -> int | None:
        """Where the image stands in listings; None if the index does not know it."""
        with self._database.read() as connection:
            row = connection.execute("SELECT moment FROM images WHERE id = ?", (image_id,)).fetchone()
        return row[0] if row else None

    # ---- find ----

    def listing(
        self, view: View, query: Query | None = None, cancel: CancelToken | None = None, *, limit: int = -1
    ) -> Listing:
        """All images of a view, newest first; at most `limit`, if it is not negative."""
        with self._searching(view, query, cancel) as (connection, plan):
            sql, values = plan.select("i.moment, i.ratio, i.stack", "ORDER BY {moment} DESC LIMIT ?")
            moments, ratios, stacks = array("q"), array("f"), array("q")
            found = connection.execute(sql, [*values, limit])
            # By and by: a hundred thousand rows at once take 20 MB, of which not all comes back.
            while rows := found.fetchmany(_FETCHED):
                for column, values in zip((moments, ratios, stacks), zip(*rows, strict=True), strict=True):
                    column.extend(values)
            return Listing(view, moments, ratios, stacks)
        return Listing(view)

    def newest(
        self, view: View, limit: int, query: Query | None = None, cancel: CancelToken | None = None
    ) -> tuple[ImageState, ...]:
        """The latest images of a view: quick enough for each letter that is typed."""
        return self._states(view, limit, query, cancel, _NEWEST)

    def ranked(
        self, view: View, limit: int, query: Query | None = None, cancel: CancelToken | None = None
    ) -> tuple[ImageState, ...]:
        """The best hits first; the newest where no word is searched. Scores every hit: for after a pause, off the UI thread."""
        return self._states(view, limit, query, cancel, _BEST)

    def count(self, view: View, query: Query | None = None, cancel: CancelToken | None = None) -> int:
        """How many images a view has, also one of a saved search."""
        with self._searching(view, query, cancel) as (connection, plan):
            (count,) = connection.execute(*plan.select("count(*)", "")).fetchone()
            return int(count)
        return 0

    # ---- sum up ----

    def counts(self) -> Counts:
        week_ago = moment_at(self._now() - timedelta(days=RECENT_DAYS))
        recent = "SELECT count(*) FROM images WHERE moment >= ? AND NOT trashed"
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT kind, name, live, trashed FROM tallies WHERE kind IN ('place', 'bytes', 'tag', 'album')"
            ).fetchall()
            (of_week,) = connection.execute(recent, (week_ago,)).fetchone()
        live: dict[str, dict[str, int]] = {kind.value: {} for kind in Tally}
        trashed: dict[tuple[str, str], int] = {}
        for kind, name, count, in_trash in found:
            if count:
                live[kind][name] = count
            trashed[kind, name] = in_trash
        places = {place: live[Tally.PLACE].get(place, 0) for place in Place}
        places |= {Place.RECENT: of_week, Place.TRASH: trashed.get((Tally.PLACE, Place.ALL), 0)}
        return Counts(
            places=places,
            total_bytes=live[Tally.BYTES].get("", 0) + trashed.get((Tally.BYTES, ""), 0),
            albums=live[Tally.ALBUM],
            tags=dict(sorted(live[Tally.TAG].items())),
        )

    def timeline(self) -> tuple[MonthCount, ...]:
        """The months that have images, newest first."""
        with self._database.read() as connection:
            return tuple(_months(connection))

    def vocabulary(self) -> Vocabulary:
        """The names that a search can be completed with; the tags that most images have come first."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT kind, name FROM tallies WHERE live OR trashed ORDER BY live DESC, name"
            ).fetchall()
            shelf = _shelf(connection)
        names = {kind: tuple(name for each, name in found if each == kind) for kind in Tally}
        return Vocabulary(
            tags=names[Tally.TAG],
            models=names[Tally.MODEL],
            endpoints=names[Tally.ENDPOINT],
            albums=tuple(album.name for album in shelf.albums),
        )

    def spending_by_album(self) -> dict[str, AlbumCost]:
        """What the images of each album cost, by the album's id. What lies in the trash was paid for as well."""
        query = (
            "SELECT name, count(*), sum(cost IS NULL), coalesce(sum(cost), 0)"
            " FROM tallies JOIN marks ON mark = number JOIN images USING (moment)"
            " WHERE kind = 'album' AND (cost > 0 OR (cost IS NULL AND origin = 'generated')) GROUP BY number"
        )
        with self._database.read() as connection:
            found = connection.execute(query).fetchall()
        return {name: AlbumCost(Decimal(cost) / COST_UNITS, images, unknown) for name, images, unknown, cost in found}

    # ---- ways ----

    def _states(
        self, view: View, limit: int, query: Query | None, cancel: CancelToken | None, tail: str
    ) -> tuple[ImageState, ...]:
        # A rank needs the images of each word counted, and is quicker for one prefix than for all its words.
        with self._searching(view, query, cancel, expanding=tail is not _BEST) as (connection, plan):
            if not plan.match:
                tail = _NEWEST
            sql, values = plan.select("i.moment", tail)
            # The states of the few that are shown are read by themselves: a sort would drag those of all hits along.
            wanted = f"SELECT state FROM ({sql}) CROSS JOIN states USING (moment)"  # noqa: S608 (our own words)
            return tuple(decode(row[0], ImageState) for row in connection.execute(wanted, [*values, limit]))
        return ()

    @contextmanager
    def _searching(
        self, view: View, query: Query | None, cancel: CancelToken | None, *, expanding: bool = True
    ) -> Generator[tuple[sqlite3.Connection, Plan]]:
        """A planned search. If it is cancelled, what stands after the `with` block is reached."""
        import sqlite3  # noqa: PLC0415 (not before the window shows)

        with self._database.read() as connection:
            if cancel is not None:
                connection.set_progress_handler(lambda: int(cancel.cancelled), _STEPS)
            words = Dictionary(connection, expanding=expanding)
            plan = Planner(words, _shelf(connection), self._now()).plan(view, query)
            try:
                yield connection, plan
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise


def _shelf(connection: sqlite3.Connection) -> Shelf:
    row = connection.execute("SELECT shelf FROM shelf").fetchone()
    return decode(row[0], Shelf) if row else Shelf()


def _months(connection: sqlite3.Connection) -> Iterator[MonthCount]:
    """Each month is one count in the order of time, so that it agrees with the month of a view to the microsecond."""
    # min() and max() would read the whole index.
    ends = "SELECT moment FROM images WHERE NOT trashed ORDER BY moment"
    first = connection.execute(f"{ends} LIMIT 1").fetchone()
    last = connection.execute(f"{ends} DESC LIMIT 1").fetchone()
    if first is None:
        return
    start, end = (_local(moment) for (moment,) in (first, last))
    starts = [start.date().replace(day=1)]
    while (following := next_month(starts[-1])) <= end.date():
        starts.append(following)
    for month in reversed(starts):
        bounds = (local_moment(month), local_moment(next_month(month)))
        query = "SELECT count(*) FROM images WHERE moment >= ? AND moment < ? AND NOT trashed"
        (count,) = connection.execute(query, bounds).fetchone()
        if count:
            yield MonthCount(f"{month:%Y-%m}", count)


def _local(moment: int) -> datetime:
    return (EPOCH + timedelta(microseconds=moment)).astimezone()
