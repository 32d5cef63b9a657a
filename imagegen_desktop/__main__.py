"""Starts the program: a window, or a command without one."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# The program starts itself so, see studio/thumbnail_crew.py.
THUMBNAIL_WORKER: Final = ["--thumbnail-worker"]


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code; `argv` leaves the program's name out."""
    if (sys.argv[1:] if argv is None else argv) == THUMBNAIL_WORKER:
        # Neither the log's file nor anything of the window is for a process that decodes what nobody has checked, and the
        # command line alone would take two thirds of its start.
        from imagegen_desktop.imaging.thumbnail_process import serve  # noqa: PLC0415 (said above)

        return serve()
    from imagegen_desktop.logs import set_up  # noqa: PLC0415 (said above)
    from imagegen_desktop.storage.folders import Folders  # noqa: PLC0415 (said above)
    from imagegen_desktop.window_options import window_arguments  # noqa: PLC0415 (said above)

    arguments = window_arguments(argv)
    if arguments is None:
        # The commands are imported only where one is typed.
        from imagegen_desktop import cli  # noqa: PLC0415 (said above)

        arguments = cli.parser().parse_args(argv)
        if arguments.command is not None:
            set_up(Folders.of_this_user().data / "logs")
            return cli.run(arguments, out=sys.stdout, err=sys.stderr)
    set_up(Folders.of_this_user().data / "logs")
    # What is imported now stays to the end: to look for garbage in it meanwhile costs a twentieth of the start.
    gc.disable()
    # Qt is imported only where a window is wanted.
    from imagegen_desktop.app.window import run_window  # noqa: PLC0415 (said above)

    return run_window(arguments)


if __name__ == "__main__":
    sys.exit(main())
