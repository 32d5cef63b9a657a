"""Reads of the settings what a start needs, without the endpoints, models and parameters that the rest of them knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.opening import Opening
from imagegen_desktop.storage.codec import MalformedError, decode

if TYPE_CHECKING:
    from imagegen_desktop.storage.folders import Folders


def opening_choices(folders: Folders) -> Opening:
    """What does not hold anything readable counts as not chosen: `SettingsFile` tells of it, which reads the same file later."""
    try:
        return decode(folders.settings.read_bytes(), Opening)
    except (OSError, MalformedError):
        return Opening()
