"""A place elsewhere in which nothing can be read, names included, laid over a place of any kind."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

import pyrage

from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.core.remote import (
    NotShareableError,
    RemoteAbsentError,
    RemoteConflictError,
    RemoteDamagedError,
    RemoteEncryptedError,
    RemoteError,
    RemoteKeyLostError,
    RemoteNotEncryptedError,
    RemoteObject,
)
from imagegen_desktop.sync.landing import half_file, landing
from imagegen_desktop.sync.library_key import KEY_LIMIT, KEY_OBJECT, LibraryKey, new_library_key, open_library_key
from imagegen_desktop.sync.remote import PUBLISHED, SharingStore
from imagegen_desktop.sync.secret_names import SecretNames, is_counting, looks_hidden
from imagegen_desktop.sync.sending import PIECE, outgoing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.sync.remote import RemoteStore

# Up to so many bytes of a file are encrypted in memory; more of it goes through a file.
IN_MEMORY: Final = 2 << 20
# What age adds: a header, with stanzas of no meaning, and a tag for each 64 kB.
_HEADER_ROOM: Final = 4096
_CHUNK: Final = 64 << 10
_TAG: Final = 16
# Below it, digits come before all that is encrypted: base 32 knows neither 0 nor 1.
_FIRST_OF_BASE32: Final = "2"
# pyrage says nothing of its types.
_AGE: Final[Any] = pyrage


class Sink(Protocol):
    """What takes decrypted bytes."""

    def write(self, piece: bytes) -> int: ...

    def flush(self) -> None: ...


class _Digest:
    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, piece: bytes) -> int:
        self._digest.update(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""


class EncryptedStore:
    """Over `inner`, with the key that `begin_encryption` or `open_encryption` gave. The size of an object is the one there.

    Names and contents are hidden from who can read the place. Who can write there can still take objects away, or put one
    of this library's in the place of another; the hash in an image's record tells the latter.
    """

    def __init__(self, inner: RemoteStore, key: LibraryKey) -> None:
        self._inner = inner
        self._identity = key.age_identity
        self._recipient = self._identity.to_public()
        self._names = SecretNames(key.name_key)

    @property
    def lanes(self) -> int:
        return self._inner.lanes

    def put(self, key: str, data: bytes | Path, *, absent: bool = False) -> None:
        name = self._names.hidden(key)
        if not absent and self._inner.head(name) is not None:
            if not self.matches(key, data):
                raise RemoteConflictError(key)
            return
        with outgoing(data) as source, _this_side():
            if isinstance(data, bytes) or source.size <= IN_MEMORY:
                sealed: bytes = _AGE.encrypt(source.stream.read(), [self._recipient])
                self._inner.put(name, sealed, absent=True)
                return
            with tempfile.TemporaryDirectory(prefix="imagegen-") as folder:
                sealed_file = Path(folder) / "sealed"
                with sealed_file.open("xb") as stream:
                    _AGE.encrypt_io(source.stream, stream, [self._recipient])
                self._inner.put(name, sealed_file, absent=True)

    def get(self, key: str, *, limit: int) -> bytes:
        sealed = self._inner.get(self._names.hidden(key), limit=_most(limit))
        try:
            data: bytes = _AGE.decrypt(sealed, [self._identity])
        except _AGE.DecryptError as error:
            raise _damaged(key, error) from error
        if len(data) > limit:
            raise RemoteDamagedError(f"{key} is larger than {limit} bytes")
        return data

    def fetch(self, key: str, into: Path, *, sha256: str = "", limit: int | None = None) -> None:
        sealed = half_file(into)
        try:
            self._inner.fetch(self._names.hidden(key), sealed, limit=None if limit is None else _most(limit))
            with sealed.open("rb") as stream, landing(into, key=key, sha256=sha256, limit=limit) as half:
                self._decrypt(key, stream, half)
        finally:
            sealed.unlink(missing_ok=True)

    def head(self, key: str) -> RemoteObject | None:
        there = self._inner.head(self._names.hidden(key))
        return None if there is None else RemoteObject(key, there.size)

    def matches(self, key: str, data: bytes | Path) -> bool:
        """It is read and decrypted: the same never becomes the same twice."""
        with outgoing(data) as source, _this_side(), tempfile.TemporaryDirectory(prefix="imagegen-") as folder:
            ours, theirs, sealed = _Digest(), _Digest(), Path(folder) / "sealed"
            while piece := source.stream.read(PIECE):
                ours.write(piece)
            try:
                self._inner.fetch(self._names.hidden(key), sealed)
                with sealed.open("rb") as stream:
                    self._decrypt(key, stream, theirs)
            except (RemoteAbsentError, RemoteDamagedError):
                return False
            return theirs.sha256 == ours.sha256

    def list(self, prefix: str, *, after: str = "") -> Iterator[RemoteObject]:
        """Where names do not count, all of them are asked for before the first is given: their order is known only then."""
        folder = prefix[: prefix.rfind("/") + 1]
        behind = self._names.hidden(after) if _can_be_passed_down(folder, after) else ""
        found: list[RemoteObject] = []
        for there in self._inner.list(self._names.hidden(folder), after=behind):
            key = self._names.shown(there.key)
            if key is not None and key.startswith(prefix) and key > after:
                found.append(RemoteObject(key, there.size))
        yield from sorted(found, key=lambda one: one.key)

    @property
    def tells_sizes(self) -> bool:
        return False

    def count_foreign(self) -> int:
        return sum(1 for _ in self.foreign())

    def foreign(self) -> Iterator[RemoteObject]:
        """What lies there and is none of this library's, under its name as it stands there."""
        for there in self._inner.list(""):
            ours = there.key == KEY_OBJECT or there.key.startswith(PUBLISHED)
            if not ours and self._names.shown(there.key) is None:
                yield there

    def publish(self, key: str, data: bytes, content_type: str) -> None:
        """As it is: whoever gets the link has no passphrase. Raises NotShareableError where the place gives no links."""
        self._sharing.publish(key, data, content_type)

    def unpublish(self, key: str) -> None:
        self._sharing.unpublish(key)

    def link(self, key: str, seconds: int, *, name: str = "") -> str:
        return self._sharing.link(key, seconds, name=name)

    def delete(self, key: str) -> None:
        self._inner.delete(self._names.hidden(key))

    def close(self) -> None:
        self._inner.close()

    # ---- own ----

    @property
    def _sharing(self) -> SharingStore:
        if not isinstance(self._inner, SharingStore):
            raise NotShareableError
        return self._inner

    def _decrypt(self, key: str, stream: BinaryIO, sink: Sink) -> None:
        try:
            _AGE.decrypt_io(stream, sink, [self._identity])
        except _AGE.DecryptError as error:
            raise _damaged(key, error) from error
        except OSError as error:
            # What the disk says has a number; what age says of the bytes comes as the same kind without one.
            if error.errno is not None:
                raise
            raise _damaged(key, error) from error


def begin_encryption(inner: RemoteStore, passphrase: Secret) -> LibraryKey:
    """Make the key of a new library and put it there. Raises RemoteEncryptedError, RemoteNotEncryptedError where one is."""
    if inner.head(KEY_OBJECT) is not None:
        raise RemoteEncryptedError(KEY_OBJECT)
    other = next(iter(inner.list("")), None)
    if other is not None:
        raise RemoteNotEncryptedError(other.key)
    key = new_library_key(passphrase)
    inner.put(KEY_OBJECT, key.wrapped)
    # Everything hangs on it: what is there must open with what the person typed.
    return open_library_key(inner.get(KEY_OBJECT, limit=KEY_LIMIT), passphrase)


def open_encryption(inner: RemoteStore, passphrase: Secret) -> LibraryKey:
    """The key of the library that lies there.

    Raises RemotePassphraseError, RemoteKeyLostError, RemoteNotEncryptedError, and RemoteAbsentError where nothing lies at all.
    """
    try:
        wrapped = inner.get(KEY_OBJECT, limit=KEY_LIMIT)
    except RemoteAbsentError as error:
        raise _without_key(inner) from error
    except RemoteDamagedError as error:
        raise RemoteKeyLostError(error.details) from error
    return open_library_key(wrapped, passphrase)


def expect_no_encryption(inner: RemoteStore) -> None:
    """Raises RemoteEncryptedError where an encrypted library lies. One round trip."""
    if inner.head(KEY_OBJECT) is not None:
        raise RemoteEncryptedError(KEY_OBJECT)


def _without_key(inner: RemoteStore) -> RemoteError:
    first = next(iter(inner.list("")), None)
    if first is None:
        return RemoteAbsentError(KEY_OBJECT)
    hidden = all(looks_hidden(part) for part in first.key.split("/"))
    return RemoteKeyLostError(f"{KEY_OBJECT} is not there") if hidden else RemoteNotEncryptedError(first.key)


def _can_be_passed_down(folder: str, after: str) -> bool:
    """Whether what comes behind `after` comes behind its hidden name as well."""
    name = after.removeprefix(folder)
    return after.startswith(folder) and is_counting(name) and name < _FIRST_OF_BASE32


@contextmanager
def _this_side() -> Generator[None]:
    """What fails between two places is this computer's disk."""
    try:
        yield
    except (OSError, _AGE.EncryptError) as error:
        raise StorageError(str(error)) from error


def _most(limit: int) -> int:
    """What so many bytes may become."""
    return limit + _HEADER_ROOM + (limit // _CHUNK + 1) * _TAG


def _damaged(key: str, error: Exception) -> RemoteDamagedError:
    return RemoteDamagedError(f"{key} can't be decrypted: {error}")
