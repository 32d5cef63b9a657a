"""Makes thumbnails in a process of its own: a file that breaks a decoder then ends this process and nothing else.

A question is four bytes of length, big endian, and the path of a file; an answer is one byte, `MADE` or `REFUSED`, four bytes
of length, and the thumbnail or a sentence. The process ends when no more questions can come.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.imaging.thumbnails import SMALL, thumbnail

if TYPE_CHECKING:
    from typing import BinaryIO

MADE: Final = b"+"
REFUSED: Final = b"-"
LENGTH: Final = struct.Struct(">I")
LONGEST_PATH: Final = 65_536
LARGEST_ANSWER: Final = 4_000_000
LARGEST_FILE: Final = 300_000_000
# How much less this process wants the computer than a window does.
NICENESS: Final = 10


def serve() -> int:
    """Answer on standard output what comes on standard input. Returns the exit code."""
    if sys.platform != "win32":
        os.nice(NICENESS)
    with os.fdopen(0, "rb") as questions, os.fdopen(1, "wb") as answers:
        while path := asked(questions):
            mark, data = _answer(path)
            answers.write(mark + LENGTH.pack(len(data)) + data)
            answers.flush()
    return 0


def asked(questions: BinaryIO) -> Path | None:
    """The next path; None where the asker is gone or speaks otherwise."""
    header = questions.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    text = questions.read(length) if 0 < length <= LONGEST_PATH else b""
    return Path(os.fsdecode(text)) if len(text) == length and text else None


def _answer(path: Path) -> tuple[bytes, bytes]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            return REFUSED, b"The file is too large to be drawn"
        return MADE, thumbnail(path.read_bytes(), SMALL)
    except (UndecodableError, MemoryError) as error:
        return REFUSED, (str(error) or "It takes too much memory to be drawn").encode("utf-8", "replace")
    except OSError as error:
        return REFUSED, f"The file can't be read: {error.strerror or error}".encode("utf-8", "replace")
