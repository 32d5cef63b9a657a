"""What can be typed behind `library`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from imagegen_desktop.core.exporting import DEFAULT_PATTERN, WORDS, CopyFormat, Metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    # What argparse's `add_subparsers` gives can't be named without its private names.
    AddParser = Callable[..., argparse.ArgumentParser]

LARGEST_EDGE = 20_000


def add_library_commands(library: argparse.ArgumentParser) -> None:
    """The commands search, show, tag, import, export, verify and rebuild."""
    commands = library.add_subparsers(dest="action", metavar="COMMAND", required=True)
    add = commands.add_parser
    search = add("search", help="print the paths of what is found, newest first")
    _words(search)
    search.add_argument("--trash", action="store_true", help="search the trash")
    search.add_argument("--limit", metavar="N", type=_number, help="no more than so many")
    show = add("show", help="print all that is known of images")
    _words(show)
    tag = add("tag", help="put a tag on what is found, or take it off")
    tag.add_argument("tag", help="the tag")
    _words(tag)
    tag.add_argument("--remove", action="store_true", help="take it off instead")
    bring = add("import", help="bring pictures in")
    bring.add_argument("paths", nargs="+", metavar="PATH", help="files and folders")
    bring.add_argument(
        "--way",
        choices=("copy", "move", "in-place"),
        default="copy",
        help="in-place is for what lies in the library's folder",
    )
    _export(add)
    add("verify", help="read every file again, and find what was moved; ends with 1 if something is missing or changed")
    add("rebuild", help="make the index again from the folder")
    for command in commands.choices.values():
        command.add_argument("--library", metavar="DIR", default=argparse.SUPPRESS, help="use this library folder")
        command.add_argument("--json", action="store_true", help="print JSON instead of lines")


def _export(add: AddParser) -> None:
    export = add("export", help="make copies of what is found")
    _words(export)
    export.add_argument("--to", metavar="PLACE", required=True, help="a folder, or a file that ends with .zip")
    formats = [kind.value for kind in CopyFormat if kind is not CopyFormat.KEEP]
    export.add_argument("--format", choices=formats, help="turn them into this; else each keeps its own")
    export.add_argument(
        "--quality", metavar="PERCENT", type=_percent, default=90, help="of jpeg and webp, 1 to 100 (90)"
    )
    export.add_argument("--longest-edge", metavar="PIXELS", type=_edge, help="make larger ones smaller")
    export.add_argument(
        "--metadata",
        choices=[kind.value for kind in Metadata],
        help="original: the very bytes; full: prompt and settings are written in; none: nothing is told "
        "(original, or none where the picture is changed)",
    )
    words = " ".join(f"{{{word}}}" for word in WORDS)
    export.add_argument("--name", metavar="PATTERN", default=DEFAULT_PATTERN, help=f"made of {words}")
    export.add_argument("--contact-sheet", metavar="FILE", help="also a sheet of small pictures, .pdf or .png")
    export.add_argument("--records", metavar="FILE", help="also all that is known of them, .csv or .json")


def _words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORDS", help="a search as in the window, or ids; all without any")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError("a number from 1 up")
    return int(text)


def _percent(text: str) -> int:
    if _number(text) > 100:  # noqa: PLR2004 (per cent)
        raise argparse.ArgumentTypeError("a number from 1 to 100")
    return int(text)


def _edge(text: str) -> int:
    if _number(text) > LARGEST_EDGE:
        raise argparse.ArgumentTypeError(f"a number from 1 to {LARGEST_EDGE:,}")
    return int(text)
