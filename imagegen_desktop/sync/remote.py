"""What a place elsewhere can do. Nothing in it is ever overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.core.remote import RemoteObject

# Copies for others lie below it, never encrypted.
PUBLISHED: Final = "v1/shared/"


class RemoteStore(Protocol):
    """Keys are text of ASCII letters, digits and `-_./`, without empty parts. May be used from several threads.

    Every method raises RemoteError and its family, and CancelledError after `close`. Correctness needs no conditional write:
    keys are unique by device and number, or by content.
    """

    @property
    def tells_sizes(self) -> bool:
        """Whether the size of an object is that of what was put there; of an encrypted one it is not."""
        ...

    @property
    def lanes(self) -> int:
        """How many threads at once serve it best: the farther away, the more. Known once something was asked."""
        ...

    def count_foreign(self) -> int:
        """Objects whose names only somebody else could read: none where names are plain."""
        ...

    def put(self, key: str, data: bytes | Path, *, absent: bool = False) -> None:
        """Have `data`, bytes or a file's, stand at `key`; checked by MD5 on the way.

        Where the very same stands already, nothing is done; raises RemoteConflictError where it is anything else.
        `absent` is said by who has just seen that nothing is there: it is not looked again, which saves a round trip.
        Raises StorageError for a file that can't be read here.
        """
        ...

    def get(self, key: str, *, limit: int) -> bytes:
        """All of an object. Raises RemoteAbsentError, and RemoteDamagedError for one of more than `limit` bytes."""
        ...

    def fetch(self, key: str, into: Path, *, sha256: str = "", limit: int | None = None) -> None:
        """Have the object stand at `into`, whole or not at all, and outlive a power cut.

        Raises RemoteAbsentError, RemoteDamagedError where its hash is not `sha256`, or where it has more than `limit` bytes.
        """
        ...

    def head(self, key: str) -> RemoteObject | None:
        """None where there is nothing."""
        ...

    def matches(self, key: str, data: bytes | Path) -> bool:
        """Whether the object there is this very one: by its MD5 where the store tells it, else read back."""
        ...

    def list(self, prefix: str, *, after: str = "") -> Iterator[RemoteObject]:
        """Everything below `prefix` in the order of keys, behind the key `after`; who stops early asks for no more."""
        ...

    def delete(self, key: str) -> None:
        """Nothing to delete is fine."""
        ...

    def close(self) -> None:
        """Also what is under way on other threads ends, at once, with CancelledError; so does all that comes after.

        May be called from any thread, and again: a cancel token's waker is a good place for it.
        """
        ...


@runtime_checkable
class SharingStore(Protocol):
    """A place elsewhere whose objects others can be given a link to. Raises RemoteError and its family."""

    def publish(self, key: str, data: bytes, content_type: str) -> None:
        """Have a copy for others stand at `key`, below `PUBLISHED`, never encrypted, with its media type."""
        ...

    def unpublish(self, key: str) -> None: ...

    def link(self, key: str, seconds: int, *, name: str = "") -> str:
        """An address that opens a published copy for so long, at most seven days; it is saved as `name`."""
        ...
