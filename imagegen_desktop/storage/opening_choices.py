"""Reads of the settings what a start needs, without the endpoints, models and parameters that the rest of them knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.opening import Opening
from imagegen_desktop.storage.codec import MalformedError, decode

if TYPE_CHECKING:
    from imagegen_desktop.storage.folders import Folders


def opening_choices(folders: Folders) -> Opening:
    """What can't be read counts as not chosen; faults in other parts of the file are passed over here.

    `SettingsFile` reads the same file later in the same start, and puts it aside for either.
    """
    try:
        return decode(folders.settings.read_bytes(), Opening)
    except (OSError, MalformedError):
        return Opening()
