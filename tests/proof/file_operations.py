"""Counts what a program asks of its files and databases, and has one of these requests fail, or end the process."""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPERATIONS: Final = (
    "open",
    "write",
    "read",
    "fsync",
    "replace",
    "rename",
    "unlink",
    "mkdir",
    "scandir",
    "stat",
    "utime",
)
# Those that a full disk can refuse.
WRITING: Final = frozenset(
    {"open", "write", "mkdir", "fsync", "replace", "sql INSERT", "sql UPDATE", "sql DELETE", "sql CREATE", "sql commit"}
)


class Counter:
    """Calls `act` with an operation's name before operation number `at`; never for 0. `seen` counts them all.

    Only those named in `kinds` count, if it is given.
    """

    def __init__(self, at: int, act: Callable[[str], None], kinds: frozenset[str] | None = None) -> None:
        self._kinds = kinds
        self.at = at
        self.seen = 0
        self.struck = ""
        self.act = act
        self._lock = threading.Lock()

    def note(self, name: str) -> None:
        if self._kinds is not None and name not in self._kinds:
            return
        with self._lock:
            self.seen += 1
            strikes = self.seen == self.at
            if strikes:
                self.struck = name
        if strikes:
            self.act(name)


def die(_name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def break_down(name: str) -> None:
    """As a medium that can't be read or written any more."""
    if name.startswith("sql"):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error
    raise OSError(errno.EIO, "Input/output error")


@contextmanager
def counted(counter: Counter) -> Iterator[Counter]:
    """Within the block every such request of any thread is counted before it is made."""
    kept = {name: getattr(os, name) for name in OPERATIONS}
    real_open, real_connect = io.open, sqlite3.connect
    for name, real in kept.items():
        setattr(os, name, _noted(counter, name, real))
    io.open = builtins.open = _noted(counter, "file", real_open)  # pyright: ignore[reportAttributeAccessIssue] (put back below)

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        counter.note("sql connect")
        connection: _Connection = real_connect(*arguments, **options, factory=_Connection)
        connection.counter = counter
        return connection

    sqlite3.connect = connect
    try:
        yield counter
    finally:
        for name, real in kept.items():
            setattr(os, name, real)
        io.open = builtins.open = real_open
        sqlite3.connect = real_connect


def _noted(counter: Counter, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def noting(*arguments: Any, **options: Any) -> Any:
        counter.note(name)
        return real(*arguments, **options)

    return noting


class _Connection(sqlite3.Connection):
    counter: Counter | None = None

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        if self.counter is not None:
            self.counter.note(f"sql {sql.split(maxsplit=1)[0]}")
        return super().execute(sql, *rest)

    def executemany(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        if self.counter is not None:
            self.counter.note(f"sql {sql.split(maxsplit=1)[0]}")
        return super().executemany(sql, *rest)

    def commit(self) -> None:
        if self.counter is not None:
            self.counter.note("sql commit")
        super().commit()
