"""Keeps the settings and the unsent draft as small JSON files."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from imagegen_desktop.core.settings import Draft, Profile, Settings
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import storage_errors, write_durably

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.storage.folders import Folders

T = TypeVar("T")
log = logging.getLogger(__name__)


class SettingsFile:
    """`settings.json` in the configuration folder, `draft.json` in the data folder. No secret is ever in them."""

    def __init__(self, folders: Folders) -> None:
        self.settings_path = folders.settings
        self.draft_path = folders.data / "draft.json"

    def load(self) -> Settings:
        """The settings; those of a version that knew one endpoint alone come with it as their first."""
        settings = _load(self.settings_path, Settings())
        if not settings.profiles:
            settings = replace(settings, profiles=Settings().profiles)
        return self._with_the_only_endpoint(settings) if settings.profiles == Settings().profiles else settings

    def _with_the_only_endpoint(self, settings: Settings) -> Settings:
        try:
            known = decode(self.settings_path.read_bytes(), Profile)
        except (OSError, MalformedError):
            return settings
        return replace(settings, profiles=(replace(known, id="", name=""),))

    def save(self, settings: Settings) -> None:
        """Raises StorageError."""
        _save(self.settings_path, settings)

    def load_draft(self) -> Draft:
        return _load(self.draft_path, Draft())

    def save_draft(self, draft: Draft) -> None:
        """Raises StorageError."""
        _save(self.draft_path, draft)


def _load(path: Path, default: T) -> T:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return default
    except OSError as error:
        log.warning("%s can't be read, the defaults are used: %s", path.name, error)
        return default
    try:
        return decode(data, type(default))
    except MalformedError as error:
        aside = path.with_suffix(".broken.json")
        log.warning("%s is broken and was put aside as %s: %s", path.name, aside.name, error)
        with storage_errors():
            path.replace(aside)
        return default


def _save(path: Path, value: object) -> None:
    with storage_errors():
        write_durably(path, encode_readable(value))
