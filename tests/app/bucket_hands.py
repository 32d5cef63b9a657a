"""A person's hands on a library that is kept elsewhere too: they name the place, begin, and read the line in the bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.settings import Settings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.ui.settings.bucket_form import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from house import House

    from imagegen_desktop.app.sync_parts import SyncParts

PLACES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_PICTURES_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME")
FINE = "Everything in the folder"


def computer(start: Callable[..., House]) -> House:
    """One that draws samples."""
    SettingsFile(Folders.of_this_user()).save(Settings(maker=Maker.SAMPLE))
    made = start()
    made.stand()
    return made


def sync(house: House) -> SyncParts:
    return house.composition.library_parts.sync


def line(house: House) -> str:
    """What the top bar says, in full."""
    return house.panels.top_bar.sync_button.accessibleDescription()


def choose_kind(house: House, kind: str) -> None:
    form = house.panels.settings_page.bucket
    sync(house).bucket.open_card()
    form.kind.setCurrentIndex(form.kind.findData(kind))
    form.kind.activated.emit(form.kind.currentIndex())


def name_folder(house: House, nas: Path) -> None:
    choose_kind(house, FOLDER)
    house.panels.settings_page.bucket.folder.setText(str(nas))


def begin(house: House, nas: Path) -> None:
    name_folder(house, nas)
    house.press("Start syncing")
    house.until(lambda: line(house) == FINE)


def sync_now(house: House) -> None:
    """A whole round, and its end, after whatever is under way; what comes up meanwhile is on its way too then."""
    desk = sync(house).desk
    house.panels.settings_page.sync.now.click()
    house.until(lambda: desk._run is None and desk._wanted is None and not desk._soon.isActive())


def toast(house: House) -> str:
    return house.panels.toast._words.text()


def originals(nas: Path) -> list[Path]:
    return sorted((nas / "v1" / "originals").rglob("*.*"))
