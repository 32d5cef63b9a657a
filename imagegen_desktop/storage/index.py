"""The index: a cache that finds images fast. All that it knows can be read again from the library folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.places import Place
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

# rowid is the time of making in microseconds, made unique, so that the newest come first without a sort.
MIGRATIONS: Final = (
    """
    CREATE TABLE images (
        moment INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        bytes INTEGER NOT NULL,
        favourite INTEGER NOT NULL,
        trashed INTEGER NOT NULL,
        state BLOB NOT NULL
    );
    CREATE INDEX favourites ON images (moment) WHERE favourite AND NOT trashed;
    CREATE INDEX trash ON images (moment) WHERE trashed;
    CREATE VIRTUAL TABLE words USING fts5 (text, prefix='1 2 3', tokenize='unicode61 remove_diacritics 2');
    """,
)

_CONDITIONS: Final = {
    Place.ALL: "NOT trashed",
    Place.FAVOURITES: "favourite AND NOT trashed",
    Place.TRASH: "trashed",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Images in each place, and the bytes of all originals."""

    places: dict[Place, int]
    total_bytes: int


class Index:
    """One SQLite file for one library, in the app's data folder. Raises StorageError, DiskFullError."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, MIGRATIONS, Durability.NORMAL)

    def put(self, states: Iterable[ImageState]) -> None:
        """Insert or replace, all in one transaction."""
        with self._database.write() as connection:
            for state in states:
                _put(connection, state)

    def drop(self, ids: Iterable[str]) -> None:
        with self._database.write() as connection:
            for image_id in ids:
                _remove(connection, image_id)

    def ids(self) -> frozenset[str]:
        with self._database.read() as connection:
            return frozenset(row[0] for row in connection.execute("SELECT id FROM images"))

    def get(self, ids: Iterable[str]) -> tuple[ImageState, ...]:
        """The states of those that are known, in the order asked."""
        with self._database.read() as connection:
            rows = (connection.execute("SELECT state FROM images WHERE id = ?", (one,)).fetchone() for one in ids)
            return tuple(decode(row[0], ImageState) for row in rows if row)

    def newest(self, place: Place, words: str, limit: int) -> tuple[ImageState, ...]:
        """The latest images of a place whose prompts hold all `words`, each as the beginning of a word."""
        match = _match(words)
        found = " AND moment IN (SELECT rowid FROM words WHERE words MATCH ?)" if match else ""
        query = f"SELECT state FROM images WHERE {_CONDITIONS[place]}{found} ORDER BY moment DESC LIMIT ?"  # noqa: S608 (constants only)
        with self._database.read() as connection:
            rows = connection.execute(query, (match, limit) if match else (limit,))
            return tuple(decode(row[0], ImageState) for row in rows)

    def counts(self) -> Counts:
        query = "SELECT count(*), coalesce(sum(bytes), 0) FROM images WHERE "
        with self._database.read() as connection:
            rows = {place: connection.execute(query + condition).fetchone() for place, condition in _CONDITIONS.items()}
        return Counts(
            places={place: row[0] for place, row in rows.items()},
            total_bytes=rows[Place.ALL][1] + rows[Place.TRASH][1],
        )


def _match(words: str) -> str:
    """An FTS5 query in which nothing the person types has a meaning of its own."""
    return " ".join(f'"{word}"*' for word in re.findall(r"\w+", words))


def _put(connection: sqlite3.Connection, state: ImageState) -> None:
    if state.purged:
        _remove(connection, state.id)
        return
    moment = _remove(connection, state.id)
    if moment is None:
        moment = _free_moment(connection, state.record.created)
    connection.execute(
        "INSERT INTO images VALUES (?, ?, ?, ?, ?, ?)",
        (moment, state.id, state.record.got.size_bytes, state.favourite, state.trashed, encode(state)),
    )
    connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (moment, _searched(state)))


def _remove(connection: sqlite3.Connection, image_id: str) -> int | None:
    row = connection.execute("SELECT moment FROM images WHERE id = ?", (image_id,)).fetchone()
    if row is None:
        return None
    connection.execute("DELETE FROM images WHERE moment = ?", row)
    connection.execute("DELETE FROM words WHERE rowid = ?", row)
    return int(row[0])


def _free_moment(connection: sqlite3.Connection, created: datetime) -> int:
    moment = int((created - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
    while connection.execute("SELECT 1 FROM images WHERE moment = ?", (moment,)).fetchone():
        moment += 1
    return moment


def _searched(state: ImageState) -> str:
    record = state.record
    asked = record.asked
    parts = [record.prompt, record.enhanced_prompt, record.revised_prompt, state.title, state.note, *sorted(state.tags)]
    parts += [asked.model, asked.endpoint] if asked else []
    return "\n".join(filter(None, parts))
