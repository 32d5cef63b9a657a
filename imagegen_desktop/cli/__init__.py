"""The same core without a window: the command line, its progress and its exit codes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from imagegen_desktop.cli.command_line import (
    EXIT_CANCELLED,
    EXIT_FAILED,
    EXIT_OK,
    EXIT_PARTLY,
    EXIT_USAGE,
    parser,
)

if TYPE_CHECKING:
    import argparse
    from typing import TextIO

__all__ = [
    "EXIT_CANCELLED",
    "EXIT_FAILED",
    "EXIT_OK",
    "EXIT_PARTLY",
    "EXIT_USAGE",
    "parser",
    "run",
]


def run(arguments: argparse.Namespace, *, out: TextIO, err: TextIO) -> int:
    """Run the command that was typed, and import it only now: a window needs none of them. Returns the exit code."""
    match arguments.command:
        case "generate":
            from imagegen_desktop.cli.generating import generate as command  # noqa: PLC0415 (said above)
        case "jobs":
            from imagegen_desktop.cli.reporting import jobs as command  # noqa: PLC0415 (the same)
        case "spending":
            from imagegen_desktop.cli.reporting import spending as command  # noqa: PLC0415 (the same)
        case "library":
            from imagegen_desktop.cli.library_commands import library as command  # noqa: PLC0415 (the same)
        case "bucket":
            from imagegen_desktop.cli.bucket_commands import bucket as command  # noqa: PLC0415 (the same)
        case other:
            raise ValueError(other)
    try:
        code = command(arguments, out=out, err=err)
        out.flush()
    except BrokenPipeError:
        # Who reads has enough, as `head` does. Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return EXIT_FAILED
    return code
