"""An answer's body, decoded piece by piece and never larger than was agreed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEGABYTE: Final = 1024 * 1024
# No picture of today's models comes near; a hostile answer is stopped here.
PICTURE_LIMIT: Final = 64 * MEGABYTE
_PIECE: Final = 256 * 1024
_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class BodyTooLargeError(Exception):
    """The body was larger than `limit` bytes, and was cut there."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the answer is larger than {limit} bytes")
        self.limit = limit


class BodyCodingError(Exception):
    """The body is compressed in a way that was not asked for and can't be undone."""


class BodySink(Protocol):
    """Sees an answer's body as it arrives, before anything is made of it.

    It is called in the transport, on the worker's thread: a spool on disk fits here. `ended` is called only if the
    body came whole. An ImagegenError that it raises ends the exchange; it raises nothing else.
    """

    def answered(self, status: int, content_type: str) -> None: ...

    def arrived(self, piece: bytes) -> None: ...

    def ended(self) -> None: ...

    def close(self) -> None:
        """The exchange is over, however it ended."""
        ...


def decoded(pieces: Iterable[bytes], coding: str, limit: int) -> Iterator[bytes]:
    """The body without its Content-Encoding `coding`, in pieces of bounded size.

    Nothing but identity is asked for; a server that compresses all the same is read as long as the result stays
    below `limit` bytes. Raises BodyTooLargeError and BodyCodingError.
    """
    total = 0
    for piece in _plain(pieces, coding.strip().lower()):
        total += len(piece)
        if total > limit:
            raise BodyTooLargeError(limit)
        yield piece


def _plain(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    if coding in {"", "identity"}:
        yield from pieces
        return
    if coding not in _WINDOWS:
        raise BodyCodingError(f"the answer is compressed as {coding!r}")
    inflate = zlib.decompressobj(wbits=_WINDOWS[coding])
    try:
        for piece in pieces:
            rest = piece
            while rest:
                out = inflate.decompress(rest, _PIECE)
                rest = inflate.unconsumed_tail
                if out:
                    yield out
        tail = inflate.flush()
    except zlib.error as error:
        raise BodyCodingError(f"the answer says that it is {coding}, but is not: {error}") from error
    if tail:
        yield tail
    if not inflate.eof:
        raise BodyCodingError(f"the {coding} answer ends too early")
