"""A start reads of the settings what it needs, from the file that holds all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.opening import Opening, Theme
from imagegen_desktop.core.settings import Settings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.opening_choices import opening_choices
from imagegen_desktop.storage.settings_file import SettingsFile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(data=tmp_path / "data", config=tmp_path / "config", pictures=tmp_path)


def test_what_was_chosen_is_read_from_the_settings(folders: Folders) -> None:
    chosen = Settings(library="/somewhere/else", theme=Theme.DARK, timeout=5)
    SettingsFile(folders).save(chosen)
    assert opening_choices(folders) == Opening(library="/somewhere/else", theme=Theme.DARK)


def test_what_was_not_chosen_is_as_in_the_settings(folders: Folders) -> None:
    assert opening_choices(folders) == Opening(library=Settings().library, theme=Settings().theme)


@pytest.mark.parametrize("text", ["", '{"theme": 5', '{"theme": "purple"}', '{"library": ["a"]}', "[]"])
def test_what_can_not_be_read_counts_as_not_chosen_and_stays_for_who_tells_of_it(folders: Folders, text: str) -> None:
    folders.config.mkdir()
    folders.settings.write_text(text, encoding="utf-8")
    assert opening_choices(folders) == Opening()
    assert folders.settings.read_text(encoding="utf-8") == text
