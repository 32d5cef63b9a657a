"""What can be typed: the commands, their options and the exit codes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from imagegen_desktop.cli.bucket_parser import add_bucket_commands
from imagegen_desktop.cli.library_parser import add_library_commands
from imagegen_desktop.core.budget import amount_of
from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.fitting import SVG_EFFORTS
from imagegen_desktop.window_options import add_window_options

if TYPE_CHECKING:
    from decimal import Decimal

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTLY = 3
EXIT_CANCELLED = 130

MOST_JOBS = 100_000

EPILOG = """exit codes: 0 every picture was saved; 1 none was, and the sentence on stderr says why; 2 wrong arguments;
3 some of several were saved; 130 cancelled with Ctrl+C"""


def parser() -> argparse.ArgumentParser:
    """The whole command line. Without a command the window opens."""
    top = argparse.ArgumentParser(
        prog="imagegen-desktop", description="Make AI images with your own API key, and keep them."
    )
    add_window_options(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    _add_generate(
        commands.add_parser(
            "generate",
            help="make pictures without a window",
            epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    jobs = commands.add_parser("jobs", help="list the latest jobs and what they cost")
    jobs.add_argument("--limit", metavar="N", type=_count, default=20, help="how many, newest first (20)")
    jobs.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    spending = commands.add_parser("spending", help="what was spent today, this month and in the last 30 days")
    spending.add_argument("--json", action="store_true", help="print one JSON object; amounts are text")
    add_library_commands(commands.add_parser("library", help="search and look after the library without a window"))
    add_bucket_commands(commands.add_parser("bucket", help="keep the library in a bucket of yours, and share from it"))
    return top


def _add_generate(generate: argparse.ArgumentParser) -> None:
    generate.add_argument("prompt", help="what the pictures show")
    generate.add_argument("--enhance", action="store_true", help="have the text model find better words first")
    generate.add_argument("--model", default="", help="the image model's id")
    generate.add_argument("--size", default="", help='such as 1024x1024, or "auto"')
    generate.add_argument("--quality", default="", help="such as low, medium or high")
    generate.add_argument("--background", default="", help="such as transparent or opaque")
    generate.add_argument("--format", default="", help="such as png, jpeg, webp, gif or svg")
    generate.add_argument("--compression", type=int, metavar="PERCENT", help="0 to 100 for jpeg and webp; 100 is best")
    generate.add_argument("--moderation", default="", help="auto or low")
    generate.add_argument("--complexity", default="", help="how much planning: low, medium or high")
    generate.add_argument("--style", default="", help="vivid or natural, where the model has styles")
    generate.add_argument("--frames", type=int, help="how many frames a gif has")
    generate.add_argument("--frame-ms", type=int, metavar="MS", help="how long each frame stands")
    generate.add_argument("--svg-model", default="", metavar="MODEL", help="the text model that draws an svg")
    generate.add_argument("--svg-effort", default="", choices=["", *SVG_EFFORTS], help="how much it reasons")
    generate.add_argument("--count", type=int, default=1, help="how many pictures")
    generate.add_argument("--seed", type=int, help="for models that have seeds: the same seed gives the same picture")
    generate.add_argument(
        "--endpoint", metavar="URL", help="the base URL of a compatible service, or your name for one"
    )
    generate.add_argument(
        "--family",
        default="",
        choices=["", *(family.value for family in Family)],
        help="how the service behind --endpoint is spoken to, if its address does not tell",
    )
    generate.add_argument("--library", metavar="DIR", default=argparse.SUPPRESS, help="save to this library folder")
    generate.add_argument("--json", action="store_true", help="print one JSON object instead of the paths")
    generate.add_argument(
        "--max-cost", metavar="DOLLARS", type=_amount, help="send nothing that may cost more than this"
    )
    generate.add_argument("--over-budget", action="store_true", help="send it even if that goes over your budget")


def _amount(text: str) -> Decimal:
    try:
        return amount_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_JOBS):
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_JOBS:,}")
    return int(text)
