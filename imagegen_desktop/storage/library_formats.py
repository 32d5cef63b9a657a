"""Brings a library's own files to the newest format, step by step, each after a copy of what it may change."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from imagegen_desktop.storage.files import TEMPORARY_PREFIX, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Step = Callable[[Path], None]

# Append-only: the step at place n makes format n + 2 of format n + 1. It gets the folder `.imagegen`, writes through
# `files.write_durably`, and must bear being run again: a crash may have ended it half way.
STEPS: Final[tuple[Step, ...]] = ()
# Small next to the pictures, which no step ever touches.
KEPT: Final = ("library.json", "records", "log")


def newest_format(steps: tuple[Step, ...] = STEPS) -> int:
    return len(steps) + 1


def bring_up_to_date(own: Path, found: int, write_mark: Callable[[int], None], steps: tuple[Step, ...] = STEPS) -> None:
    """Run the steps that a library of the format `found` still needs; `write_mark` notes each new format in its mark.

    Before each step its files are copied to `.imagegen/before-format-<n>`. Raises OSError.
    """
    for number, step in enumerate(steps[found - 1 :], start=found + 1):
        _copy(own, own / f"before-format-{number}")
        step(own)
        write_mark(number)


def _copy(own: Path, copy: Path) -> None:
    """Whole or not at all; one that stands is of a start that was cut short, and older than what stands now."""
    if copy.exists():
        return
    half = own / f"{TEMPORARY_PREFIX}{copy.name}"
    if half.exists():
        shutil.rmtree(half)
    half.mkdir()
    for name in KEPT:
        if (own / name).is_dir():
            shutil.copytree(own / name, half / name)
        elif (own / name).exists():
            shutil.copy2(own / name, half / name)
    if hasattr(os, "sync"):
        # One call for all: a sync for each of a hundred thousand records would take minutes.
        os.sync()
    half.rename(copy)
    sync_folder(own)
