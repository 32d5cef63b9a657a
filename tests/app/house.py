"""The whole program without its process: every part composed as at a start, before a stand-in server."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.exceptions import TimeoutError  # noqa: A004 (its own, and no OSError)
from settled import settings_at

from imagegen_desktop.app.composition import Composition
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.settings_file import SettingsFile

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.showing import SavedPicture
    from imagegen_desktop.ui.job_news import JobEnd
    from imagegen_desktop.ui.stage.stage import Shown
    from imagegen_desktop.ui.window_panels import WindowPanels
    from standin import StandIn

PATIENCE_MS = 30_000
CAT = "A cat"


class House:
    """A running program and a person's hands in it: they press and type, and wait for what comes of it."""

    def __init__(self, qtbot: QtBot, app: QApplication, *, prompt: str = "", library: Path | None = None) -> None:
        self._qtbot = qtbot
        self._closed = False
        folders = Folders.of_this_user()
        opened = library or folders.library(SettingsFile(folders).load().library)
        self.composition = Composition(app, folders, library=opened, prompt=prompt)
        self.window = self.composition.window
        self.ends: list[JobEnd] = []
        self.kept: list[SavedPicture] = []
        self.previews: list[object] = []
        self.keys_known: list[object] = []
        self.composition.furnished.connect(self._listen)
        self.window.show()
        qtbot.waitSignal(self.composition.furnished, timeout=PATIENCE_MS).wait()

    def _listen(self) -> None:
        work = self.composition.work
        work.job_flow.ended.connect(self.ends.append)
        work.job_flow.kept.connect(self.kept.append)
        work.job_flow._desk.previewed.connect(self.previews.append)
        work.settings_flow.key_known.connect(self.keys_known.append)

    # ---- what is there ----

    @property
    def panels(self) -> WindowPanels:
        return self.window.panels

    @property
    def shown(self) -> Shown:
        return self.panels.stage.current

    @property
    def library(self) -> Path:
        return self.composition.library_folder

    @property
    def strip(self) -> list[ImageState]:
        return list(self.panels.filmstrip._film.states)

    def words(self, widget: QWidget | None = None) -> str:
        """What the labels and buttons in sight say."""
        inside = widget or self.window
        kinds = (QLabel, QPushButton)
        return "\n".join(one.text() for kind in kinds for one in inside.findChildren(kind) if one.isVisible())

    def files(self) -> list[Path]:
        return sorted(path for path in self.library.glob("[0-9]*/*/*") if path.is_file())

    def jobs(self) -> list[tuple[str, str]]:
        """(state, charge) of the ledger's jobs, newest first."""
        return [(job.state, job.charge) for job in self.composition.work.ledger.jobs()]

    def hashes(self) -> set[str]:
        return {sha256(path.read_bytes()) for path in self.files()}

    # ---- what a person does ----

    def until(self, what: Any) -> None:
        try:
            self._qtbot.waitUntil(what, timeout=PATIENCE_MS)
        except TimeoutError as error:
            error.add_note(f"The window says:\n{self.words()}")
            raise

    def stand(self) -> None:
        """The library is open and it is known whether there is a key."""
        self.until(lambda: bool(self.keys_known) and self.composition._library is not None)

    def press(self, words: str, inside: QWidget | None = None) -> None:
        """Press the button in sight that says these words."""
        self._qtbot.waitUntil(lambda: self._button(words, inside) is not None, timeout=PATIENCE_MS)
        button = self._button(words, inside)
        assert button is not None
        button.click()

    def _button(self, words: str, inside: QWidget | None) -> QPushButton | None:
        buttons = (inside or self.window).findChildren(QPushButton)
        return next((one for one in buttons if one.text() == words and one.isVisible() and one.isEnabled()), None)

    def type(self, words: str) -> None:
        self.panels.dock.set_words(words)

    def enter_key(self, key: str) -> None:
        """Through the settings page, as a person does."""
        page = self.panels.settings_page
        self.composition.work.settings_flow._add_key()
        page.key.field.setText(key)
        page.key.save.click()
        self.until(lambda: "accepted" in page.key.test.text() or "refused" in page.key.test.text())
        page.back.click()

    def generate(self, words: str = CAT) -> None:
        self.type(words)
        self.panels.dock.box.button.click()

    def generated(self, words: str = CAT) -> JobEnd:
        """Generate, and wait for the end of it and until the strip shows what was saved."""
        before, kept = len(self.ends), len(self.kept)
        self.generate(words)
        end = self.ended(before + 1)
        # The strip is read anew by the library's thread, so that it may come later than the end.
        made = {saved.state.id for saved in self.kept[kept:]}
        self.until(lambda: made <= {state.id for state in self.strip})
        return end

    def ended(self, count: int = 1) -> JobEnd:
        self.until(lambda: len(self.ends) >= count)
        return self.ends[-1]

    def received(self, standin: StandIn, count: int = 1) -> None:
        """So many requests for pictures were read whole. The window works on meanwhile."""
        self.until(lambda: sum("/images/" in one.path for one in standin.requests) >= count)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.window.close()
        self.composition.shutdown()
        self.window.deleteLater()
        # Now, while Python still holds every part of it, and not by a collector in no order.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def write_settings(standin: StandIn, **changes: Any) -> None:
    """The settings of somebody who uses the stand-in."""
    base_url = changes.pop("base_url", standin.base_url)
    SettingsFile(Folders.of_this_user()).save(settings_at(base_url, **changes))


def saved_settings() -> dict[str, Any]:
    path = Folders.of_this_user().config / "settings.json"
    return json.loads(path.read_text(encoding="utf-8"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def home() -> Path:
    return Path(os.environ["HOME"])
