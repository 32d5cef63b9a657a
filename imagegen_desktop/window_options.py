"""The window's own options: where nothing else is typed, a start reads these alone and imports no command."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from imagegen_desktop import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


def window_arguments(argv: Sequence[str] | None) -> argparse.Namespace | None:
    """None where more is typed, such as a command, a wish for help or a mistake: the whole command line knows what it means."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    add_window_options(parser)
    try:
        arguments, more = parser.parse_known_args(argv)
    except argparse.ArgumentError:
        return None
    return None if more else arguments


def add_window_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"Imagegen Desktop {__version__}")
    parser.add_argument("--prompt", metavar="WORDS", help="open the window and generate this at once")
    parser.add_argument("--library", metavar="DIR", help="use this library folder instead of the one in the settings")
    parser.add_argument(
        "--open", nargs="*", default=[], metavar="FILE", help="open the window and offer to import these pictures"
    )
    parser.add_argument(
        "--self-test", action="store_true", help="open the window, make and find a sample, print JSON, end"
    )
