"""Writes states into the index's tables, so that rows, words, tags and counts agree in one transaction."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.index_rows import (
    IMAGE_COLUMNS,
    WORD_COLUMNS,
    Tally,
    image_row,
    long_words,
    marks_of,
    moment_at,
    places_of,
    searched_texts,
    source_token,
    sources_of,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Set as AbstractSet

_IMAGE_MARKS: Final = ", ".join("?" * IMAGE_COLUMNS)
_INSERT_IMAGE: Final = f"INSERT INTO images VALUES ({_IMAGE_MARKS})"  # noqa: S608 (question marks)
_WORD_VALUES: Final = f"{', '.join(WORD_COLUMNS)}) VALUES"
_WORD_MARKS: Final = ", ".join("?" * len(WORD_COLUMNS))
_INSERT_WORDS: Final = f"INSERT INTO words (rowid, {_WORD_VALUES} (?, {_WORD_MARKS})"
_DELETE_WORDS: Final = f"INSERT INTO words (words, rowid, {_WORD_VALUES} ('delete', ?, {_WORD_MARKS})"


class IndexWriter:
    """Lives for one transaction on `connection`; counts and new terms are written by `finish`.

    `known` are terms that are in the index already; others are among `terms` afterwards.
    """

    def __init__(self, connection: sqlite3.Connection, known: AbstractSet[str] = frozenset()) -> None:
        self._connection = connection
        self._known = known
        self.terms: set[str] = set()
        self._numbers: dict[tuple[Tally, str], int] = {}
        # (kind, name, whether in the trash): how many more there are now
        self._more: Counter[tuple[Tally, str, bool]] = Counter()

    def put(self, state: ImageState) -> None:
        """Insert or replace. A purged image is taken out."""
        if state.purged:
            self.remove(state.id)
            return
        old = self._find(state.id)
        if old is None:
            moment = self._add_row(moment_at(state.record.created), state)
            self._add_words(moment, state)
            return
        moment, before = old
        if before == state:
            return
        # Most changes are of a rating or the like, and words are by far the dearest part of a row.
        same_words = _words(before) == _words(state)
        if not same_words:
            self._remove_words(moment, before)
        self._remove_row(moment, before)
        self._add_row(moment, state)
        if not same_words:
            self._add_words(moment, state)

    def remove(self, image_id: str) -> None:
        old = self._find(image_id)
        if old is not None:
            self._remove_words(*old)
            self._remove_row(*old)

    def finish(self) -> None:
        """Write what was collected on the way."""
        # In order, so that the tree's pages are visited one after the other.
        terms = ((term,) for term in sorted(self.terms))
        self._connection.executemany("INSERT OR IGNORE INTO terms VALUES (?)", terms)
        for (kind, name, trashed), more in self._more.items():
            column = "trashed" if trashed else "live"
            query = f"UPDATE tallies SET {column} = {column} + ? WHERE number = ?"  # noqa: S608 (one of two columns)
            self._connection.execute(query, (more, self._number(kind, name)))

    def _find(self, image_id: str) -> tuple[int, ImageState] | None:
        query = "SELECT moment, state FROM images JOIN states USING (moment) WHERE id = ?"
        row = self._connection.execute(query, (image_id,)).fetchone()
        return (row[0], decode(row[1], ImageState)) if row else None

    def _add_row(self, moment: int, state: ImageState) -> int:
        """The first free moment from `moment` on, at which the row now stands."""
        import sqlite3  # noqa: PLC0415 (not before the window shows)

        sources = sources_of(state)
        numbers = {kind: self._number(kind, name) for kind, name in sources}
        row = image_row(state, moment, numbers.get(Tally.MODEL, 0), numbers.get(Tally.ENDPOINT, 0))
        try:
            self._connection.execute(_INSERT_IMAGE, row)
        except sqlite3.IntegrityError:
            moment = self._free_moment(moment)
            self._connection.execute(_INSERT_IMAGE, (moment, *row[1:]))
        self._connection.execute("INSERT INTO states VALUES (?, ?)", (moment, encode(state)))
        for kind, name in marks_of(state):
            self._connection.execute("INSERT INTO marks VALUES (?, ?)", (self._number(kind, name), moment))
        self._count(state, 1)
        return moment

    def _free_moment(self, moment: int) -> int:
        while self._connection.execute("SELECT 1 FROM images WHERE moment = ?", (moment,)).fetchone():
            moment += 1
        return moment

    def _remove_row(self, moment: int, state: ImageState) -> None:
        for table in ("images", "states"):
            self._connection.execute(f"DELETE FROM {table} WHERE moment = ?", (moment,))  # noqa: S608 (names of our own)
        for kind, name in marks_of(state):
            mark = self._number(kind, name)
            self._connection.execute("DELETE FROM marks WHERE mark = ? AND moment = ?", (mark, moment))
        self._count(state, -1)

    def _add_words(self, moment: int, state: ImageState) -> None:
        texts = searched_texts(state)
        self.terms |= long_words(texts) - self._known
        self._connection.execute(_INSERT_WORDS, (moment, *texts, self._tokens(state)))

    def _remove_words(self, moment: int, state: ImageState) -> None:
        self._connection.execute(_DELETE_WORDS, (moment, *searched_texts(state), self._tokens(state)))

    def _tokens(self, state: ImageState) -> str:
        return " ".join(source_token(self._number(kind, name)) for kind, name in sources_of(state))

    def _count(self, state: ImageState, sign: int) -> None:
        more, trashed = self._more, state.trashed
        for kind, name in (*sources_of(state), *marks_of(state)):
            more[kind, name, trashed] += sign
        for kind, name, amount in places_of(state):
            more[kind, name, trashed] += sign * amount

    def _number(self, kind: Tally, name: str) -> int:
        """The number of a name, which stays the same for as long as the index lives."""
        number = self._numbers.get((kind, name))
        if number is None:
            query = "SELECT number FROM tallies WHERE kind = ? AND name = ?"
            row = self._connection.execute(query, (kind, name)).fetchone()
            number = row[0] if row else self._new_number(kind, name)
            self._numbers[kind, name] = number
        return number

    def _new_number(self, kind: Tally, name: str) -> int:
        done = self._connection.execute(
            "INSERT INTO tallies (kind, name, live, trashed) VALUES (?, ?, 0, 0)", (kind, name)
        )
        return int(done.lastrowid or 0)


def _words(state: ImageState) -> tuple[object, ...]:
    return searched_texts(state), sources_of(state)
