"""The licences of what others made: those that a build collected, or those of the libraries installed beside the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def third_party_licences(resources: Path) -> str:
    """Up to a megabyte of text."""
    collected = resources / "licenses" / "third-party.txt"
    if collected.is_file():
        return collected.read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in sorted((resources / "licenses").glob("*.txt"))]
    return "\n\n".join(["\n".join(sorted(_installed(), key=str.casefold)), *texts])


def _installed() -> set[str]:
    """A line for each library of this Python."""
    # It brings all that reads mail, 3 MB, which a window whose licences nobody reads does not need.
    from importlib.metadata import distributions  # noqa: PLC0415 (said above)

    lines: set[str] = set()
    for found in distributions():
        told = found.metadata
        fields = (told[name] for name in ("License-Expression", "License") if name in told)
        licence = next(filter(None, fields), "see its own files")
        lines.add(f"{told['Name']} {found.version}: {licence.splitlines()[0]}")
    return lines
