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
    marks_of,
    moment_at,
    searched_texts,
    source_token,
    sources_of,
    tallies_of,
)

if TYPE_CHECKING:
    import sqlite3

_IMAGE_MARKS: Final = ", ".join("?" * IMAGE_COLUMNS)
_INSERT_IMAGE: Final = f"INSERT INTO images VALUES ({_IMAGE_MARKS})"  # noqa: S608 (question marks)
_WORD_VALUES: Final = f"{', '.join(WORD_COLUMNS)}) VALUES"
_WORD_MARKS: Final = ", ".join("?" * len(WORD_COLUMNS))
_INSERT_WORDS: Final = f"INSERT INTO words (rowid, {_WORD_VALUES} (?, {_WORD_MARKS})"
_DELETE_WORDS: Final = f"INSERT INTO words (words, rowid, {_WORD_VALUES} ('delete', ?, {_WORD_MARKS})"


class IndexWriter:
    """Lives for one transaction on `connection`; the counts are written by `finish`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[tuple[str, str], int] = {}
        self._live: Counter[tuple[str, str]] = Counter()
        self._held: Counter[tuple[str, str]] = Counter()

    def put(self, state: ImageState) -> None:
        """Insert or replace. A purged image is taken out."""
        if state.purged:
            self.remove(state.id)
            return
        old = self._find(state.id)
        if old is None:
            moment = self._free_moment(state)
            self._add_words(moment, state)
            self._add_row(moment, state)
            return
        moment, before = old
        if before == state:
            return
        # Most changes are of a rating or the like, and words are by far the dearest part of a row.
        same_words = _words(before) == _words(state)
        if not same_words:
            self._remove_words(moment, before)
        self._remove_row(moment, before)
        if not same_words:
            self._add_words(moment, state)
        self._add_row(moment, state)

    def remove(self, image_id: str) -> None:
        old = self._find(image_id)
        if old is not None:
            self._remove_words(*old)
            self._remove_row(*old)

    def finish(self) -> None:
        """Write the counts."""
        self._connection.executemany(
            "INSERT INTO tallies (kind, name, live, held) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, name) DO UPDATE SET live = live + excluded.live, held = held + excluded.held",
            [(kind, name, self._live[kind, name], more) for (kind, name), more in self._held.items()]
            + [(kind, name, more, 0) for (kind, name), more in self._live.items() if (kind, name) not in self._held],
        )

    def _find(self, image_id: str) -> tuple[int, ImageState] | None:
        query = "SELECT moment, state FROM images JOIN states USING (moment) WHERE id = ?"
        row = self._connection.execute(query, (image_id,)).fetchone()
        return (row[0], decode(row[1], ImageState)) if row else None

    def _free_moment(self, state: ImageState) -> int:
        moment = moment_at(state.record.created)
        while self._connection.execute("SELECT 1 FROM images WHERE moment = ?", (moment,)).fetchone():
            moment += 1
        return moment

    def _add_row(self, moment: int, state: ImageState) -> None:
        sources = dict(sources_of(state))
        model, endpoint = (
            self._number(kind, sources[kind]) if kind in sources else 0 for kind in (Tally.MODEL, Tally.ENDPOINT)
        )
        self._connection.execute(_INSERT_IMAGE, image_row(state, moment, model, endpoint))
        self._connection.execute("INSERT INTO states VALUES (?, ?)", (moment, encode(state)))
        for kind, name in marks_of(state):
            self._connection.execute("INSERT INTO marks VALUES (?, ?)", (self._number(kind, name), moment))
        self._count(state, 1)

    def _remove_row(self, moment: int, state: ImageState) -> None:
        for table in ("images", "states"):
            self._connection.execute(f"DELETE FROM {table} WHERE moment = ?", (moment,))  # noqa: S608 (names of our own)
        for kind, name in marks_of(state):
            mark = self._number(kind, name)
            self._connection.execute("DELETE FROM marks WHERE mark = ? AND moment = ?", (mark, moment))
        self._count(state, -1)

    def _add_words(self, moment: int, state: ImageState) -> None:
        self._connection.execute(_INSERT_WORDS, (moment, *searched_texts(state), self._tokens(state)))

    def _remove_words(self, moment: int, state: ImageState) -> None:
        self._connection.execute(_DELETE_WORDS, (moment, *searched_texts(state), self._tokens(state)))

    def _tokens(self, state: ImageState) -> str:
        return " ".join(source_token(self._number(kind, name)) for kind, name in sources_of(state))

    def _count(self, state: ImageState, sign: int) -> None:
        for kind, name, more in tallies_of(state):
            self._held[kind, name] += sign * more
            if not state.trashed:
                self._live[kind, name] += sign * more

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
            "INSERT INTO tallies (kind, name, live, held) VALUES (?, ?, 0, 0)", (kind, name)
        )
        return int(done.lastrowid or 0)


def _words(state: ImageState) -> tuple[object, ...]:
    return searched_texts(state), sources_of(state)
