"""The whole window in this process, with the stand-in's address and key, and hands to press its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication
from settled import settings_at
from stand import KEY

from imagegen_desktop.app.composition import Composition
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import Endpoint
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.settings_file import SettingsFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QPushButton

PATIENCE_MS = 60_000
LOOK_MS = 10


class Inhabited(QObject):
    """Composed as at a start. `ended` carries the JobEnd of each job."""

    ended = Signal(object)

    def __init__(self, base_url: str, home: Path, model: str) -> None:
        super().__init__()
        self.app = QApplication.instance() or QApplication([])
        folders = Folders.of_this_user()
        SettingsFile(folders).save(settings_at(base_url, maker=Maker.OPENAI, image_model=model))
        self.composition = Composition(self.app, folders, library=home / "library", prompt="")
        self._endpoint = Endpoint(maker=Maker.OPENAI, base_url=base_url)
        self._stands = False
        self.composition.furnished.connect(self._listen)

    def _listen(self) -> None:
        self._stands = True
        self.composition.work.job_flow.ended.connect(self.ended)

    @property
    def button(self) -> QPushButton:
        return self.composition.window.panels.dock.box.button

    def warmed(self) -> bool:
        """The SDK is imported and the library is open."""
        return self._stands and self.composition.warming.is_done and self.composition._library is not None

    def settle(self) -> None:
        """Wait until all that a start does is done, then hand over the key."""
        self.until(lambda: self.composition.window.isVisible() and self.composition._library is not None)
        self.until(self.warmed)
        for _ in self.composition.work.makers.store_key(self._endpoint, Secret(KEY), CancelToken()):
            pass
        self.composition.work.settings_flow.look_for_key()
        self.composition.window.panels.dock.set_words("A futuristic city made of crystal")
        self.until(lambda: self.button.isEnabled() and not self.composition.window.panels.dock.box.key_missing)

    def until(self, come: Callable[[], bool]) -> None:
        """Let the event loop run until `come`. Raises TimeoutError after a minute."""
        loop = QEventLoop()
        look = QTimer(interval=LOOK_MS)
        look.timeout.connect(lambda: come() and loop.exit(0))
        look.start()
        limit = QTimer(singleShot=True, interval=PATIENCE_MS)
        limit.timeout.connect(lambda: loop.exit(1))
        limit.start()
        if loop.exec():
            raise TimeoutError("what was waited for did not come")

    def __enter__(self) -> Self:
        self.composition.window.show()
        return self

    def __exit__(self, *_: object) -> None:
        self.composition.window.close()
        self.composition.shutdown()
