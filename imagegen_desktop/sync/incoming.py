"""An object of a bucket on its way here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from imagegen_desktop.sync.bucket_errors import BrokenOffError

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE: Final = 1 << 20
MD5_HEX: Final = 32


class Body(Protocol):
    """What comes of an object, piece by piece."""

    def read(self, amount: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """An object on its way here: `length` bytes; `md5` as the server says it, "" where it does not."""

    key: str
    body: Body
    length: int
    md5: str

    def pieces(self) -> Iterator[bytes]:
        """Raises BrokenOffError where it ends early."""
        got = 0
        while piece := self.body.read(PIECE):
            got += len(piece)
            yield piece
        if got != self.length:
            raise BrokenOffError(f"{self.key} was cut off after {got} of {self.length} bytes")


def md5_told(told: dict[str, Any]) -> str:
    """The MD5 that an answer names an object by; "" where its name has another form, as those of parts have."""
    name = str(told.get("ETag", "")).strip('"').lower()
    return name if len(name) == MD5_HEX and all(sign in "0123456789abcdef" for sign in name) else ""
