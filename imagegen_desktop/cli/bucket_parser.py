"""What can be typed behind `bucket`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from imagegen_desktop.core.exporting import Metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    # What argparse's `add_subparsers` gives can't be named without its private names.
    AddParser = Callable[..., argparse.ArgumentParser]

DAY_HOURS = 24
LONGEST_HOURS = 7 * DAY_HOURS

EPILOG = """exit codes: 0 all is well; 1 it was not done, or something is wrong there, and the sentence on stderr says what;
2 wrong arguments; 3 some images could not be sent, fetched or shared; 130 cancelled with Ctrl+C"""


def add_bucket_commands(bucket: argparse.ArgumentParser) -> None:
    """The commands test, sync, restore, verify and share."""
    commands = bucket.add_subparsers(dest="action", metavar="COMMAND", required=True)

    def add(name: str, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, help=words, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name != "restore":
            command.add_argument("--library", metavar="DIR", default=argparse.SUPPRESS, help="use this library folder")
        command.add_argument("--json", action="store_true", help="print JSON instead of lines")
        command.add_argument(
            "--secret-stdin", action="store_true", help="read the bucket's secret key from the first line of stdin"
        )
        command.add_argument(
            "--passphrase-stdin", action="store_true", help="read the passphrase from the next line of stdin"
        )
        return command

    test = add("test", "try the bucket of the settings, or the one that is named here, step by step")
    _place(test)
    test.add_argument("--save", action="store_true", help="if it works, keep the library there from now on")
    _sync(add)
    restore = add("restore", "make the bucket's library in a new folder on this computer")
    restore.add_argument("folder_to_make", metavar="DIR", help="a new or empty folder")
    _place(restore)
    restore.add_argument("--no-originals", action="store_true", help="leave them there until they are wanted")
    verify = add("verify", "compare the library with its bucket; ends with 1 if something is wrong there")
    verify.add_argument("--read-back", action="store_true", help="fetch and hash every object, instead of its size")
    verify.add_argument("--mend", action="store_true", help="send and fetch again what is missing or damaged")
    _share(add)


def _sync(add: AddParser) -> None:
    sync = add("sync", "send what is new, and take what other computers wrote")
    deletes = sync.add_mutually_exclusive_group()
    deletes.add_argument(
        "--accept-deletes", action="store_true", help="follow other computers also where they delete very much"
    )
    deletes.add_argument("--keep-deleted", action="store_true", help="take such deletes back, on every computer")
    sync.add_argument("--fetch", action="store_true", help="fetch every original that is not on this computer, too")


def _share(add: AddParser) -> None:
    share = add("share", "print links that anybody can open, each to a copy of its own")
    share.add_argument("words", nargs="*", metavar="WORDS", help="a search as in the window, or ids")
    share.add_argument(
        "--hours", metavar="N", type=_hours, default=DAY_HOURS, help=f"how long they live, 1 to {LONGEST_HOURS} (24)"
    )
    share.add_argument(
        "--metadata",
        choices=[kind.value for kind in Metadata],
        default=Metadata.NONE.value,
        help="what the copy tells: original is the very bytes, full the prompt and settings (none)",
    )
    share.add_argument(
        "--public", action="store_true", help="link under the bucket's public address, until it is revoked"
    )
    share.add_argument("--list", action="store_true", help="print the links that were not revoked")
    share.add_argument("--revoke", metavar="LINK", help="delete the copy behind a link")


def _place(parser: argparse.ArgumentParser) -> None:
    place = parser.add_argument_group("the place, if it is not the one of the settings")
    place.add_argument("--endpoint", metavar="URL", default="", help="the service's address; without one it is AWS")
    place.add_argument("--region", default="", help="as the service calls it")
    place.add_argument("--bucket", default="", metavar="NAME", help="the bucket's name")
    place.add_argument("--prefix", default="imagegen", help="what all names in the bucket begin with (imagegen)")
    place.add_argument("--access-key", default="", metavar="ID", help="the key's id; its secret is never an argument")
    place.add_argument("--profile", default="", help="use this AWS profile of yours instead of a key")
    place.add_argument("--virtual-host", action="store_true", help="the bucket's name stands before the host's")
    place.add_argument("--folder", default="", metavar="DIR", help="a folder instead of a bucket: a NAS, a USB disk")
    place.add_argument("--certificates", default="", metavar="FILE", help="trust these roots instead of the system's")
    place.add_argument("--encrypted", action="store_true", help="the library there is encrypted with a passphrase")


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LONGEST_HOURS):
        raise argparse.ArgumentTypeError(f"a number from 1 to {LONGEST_HOURS}")
    return int(text)
