"""A place elsewhere in memory that fails as it is told to, and that notices what should never happen to it."""

from __future__ import annotations

import hashlib
import threading
from enum import Enum, auto
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.core.remote import (
    RemoteAbsentError,
    RemoteConflictError,
    RemoteDamagedError,
    RemoteObject,
    RemoteUnreachableError,
)
from imagegen_desktop.sync.landing import land

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Fault(Enum):
    """BEFORE: it did not happen. AFTER: it did, and the answer was lost. CRASH: the power went, before or after it."""

    BEFORE = auto()
    AFTER = auto()
    STALE = auto()
    CUT = auto()
    CORRUPT = auto()
    CRASH_BEFORE = auto()
    CRASH_AFTER = auto()


class Crash(BaseException):
    """The process is no more: nothing in it may catch this."""


class Bucket:
    """The objects, and all that was ever written. `overwritten` are keys that got other bytes than they had."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.objects: dict[str, bytes] = {}
        self.overwritten: list[str] = []
        # The keys that were written last: a stale list leaves them out.
        self.fresh: list[str] = []
        self.requests: list[tuple[str, str]] = []

    def write(self, key: str, data: bytes) -> None:
        with self.lock:
            if self.objects.get(key, data) != data:
                self.overwritten.append(key)
            self.objects[key] = data
            self.fresh = [*self.fresh[-4:], key]

    def copy(self) -> Bucket:
        other = Bucket()
        other.objects = dict(self.objects)
        return other

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))


def no_fault(_operation: str, _key: str) -> Fault | None:
    return None


class FaultyStore:
    """`plan` says of each request, by its name and key, how it fails. Safe from several threads, as every store is."""

    tells_sizes = True
    lanes = 4

    def __init__(self, bucket: Bucket, plan: Callable[[str, str], Fault | None] = no_fault) -> None:
        self.bucket = bucket
        self.plan = plan
        self._closed = False

    def count_foreign(self) -> int:
        return 0

    def put(self, key: str, data: bytes | Path, *, absent: bool = False) -> None:
        content = data if isinstance(data, bytes) else data.read_bytes()
        fault = self._fault("put", key)
        there = self.bucket.objects.get(key)
        if there is not None and not absent and there != content:
            raise RemoteConflictError(key)
        self.bucket.write(key, content)
        self._after(fault)

    def get(self, key: str, *, limit: int) -> bytes:
        fault = self._fault("get", key)
        data = self._read(key, fault)
        if len(data) > limit:
            raise RemoteDamagedError(f"{key} is too large")
        self._after(fault)
        return data

    def fetch(self, key: str, into: Path, *, sha256: str = "", limit: int | None = None) -> None:
        fault = self._fault("fetch", key)
        land([self._read(key, fault)], into, key=key, sha256=sha256, limit=limit)
        self._after(fault)

    def head(self, key: str) -> RemoteObject | None:
        self._after(self._fault("head", key))
        data = self.bucket.objects.get(key)
        return None if data is None else RemoteObject(key, len(data))

    def matches(self, key: str, data: bytes | Path) -> bool:
        self._after(self._fault("matches", key))
        content = data if isinstance(data, bytes) else data.read_bytes()
        return self.bucket.objects.get(key) == content

    def list(self, prefix: str, *, after: str = "") -> Iterator[RemoteObject]:
        fault = self._fault("list", prefix)
        with self.bucket.lock:
            hidden = set(self.bucket.fresh) if fault is Fault.STALE else set[str]()
            found = [(key, len(self.bucket.objects[key])) for key in self.bucket.keys(prefix) if key > after]
        self._after(fault)
        for key, size in found:
            if key not in hidden:
                yield RemoteObject(key, size)

    def delete(self, key: str) -> None:
        fault = self._fault("delete", key)
        with self.bucket.lock:
            self.bucket.objects.pop(key, None)
        self._after(fault)

    def close(self) -> None:
        self._closed = True

    # ---- own ----

    def _fault(self, operation: str, key: str) -> Fault | None:
        if self._closed:
            raise CancelledError
        with self.bucket.lock:
            self.bucket.requests.append((operation, key))
            fault = self.plan(operation, key)
        if fault is Fault.BEFORE:
            raise RemoteUnreachableError(f"{operation} {key}")
        if fault is Fault.CRASH_BEFORE:
            raise Crash
        return fault

    @staticmethod
    def _after(fault: Fault | None) -> None:
        if fault is Fault.AFTER:
            raise RemoteUnreachableError("the answer was lost")
        if fault is Fault.CRASH_AFTER:
            raise Crash

    def _read(self, key: str, fault: Fault | None) -> bytes:
        data = self.bucket.objects.get(key)
        if data is None:
            raise RemoteAbsentError(key)
        if fault is Fault.CUT:
            return data[: len(data) // 2]
        if fault is Fault.CORRUPT and data:
            place = int(hashlib.sha256(key.encode()).hexdigest(), 16) % len(data)
            return data[:place] + bytes([data[place] ^ 0x5A]) + data[place + 1 :]
        return data
