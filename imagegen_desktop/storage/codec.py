"""JSON to records and back, once, at the door: what does not fit the types is refused with its reason."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


class MalformedError(ValueError):
    """The text is not JSON, or not of the type that was expected. Its message says where."""


def encode(value: object) -> bytes:
    """One line of JSON."""
    return msgspec.json.encode(value)


def encode_readable(value: object) -> bytes:
    """Indented JSON with a last line end, for files that a person may open."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def decode(data: bytes, kind: type[T]) -> T:
    """A dataclass from JSON. Unknown fields are passed over, so that newer records can be read. Raises MalformedError."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedError(str(error)) from error
