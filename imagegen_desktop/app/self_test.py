"""Proves a build: opens the window, lists image formats, makes a sample, saves it, finds it again, prints JSON."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, ClassVar, TextIO

from PySide6.QtCore import QObject, QTimer, Slot, qVersion
from PySide6.QtGui import QGuiApplication, QImageReader

from imagegen_desktop import __version__
from imagegen_desktop.app.self_test_parts import keychain, keychain_keeps, parts_at_work
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.studio.browsing import Page
from imagegen_desktop.studio.showing import SavedPicture
from imagegen_desktop.ui.job_news import JobEnd

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from imagegen_desktop.app.composition import Composition

LIMIT_MS = 120_000


class SelfTest(QObject):
    """Ends the program with 0 if all was seen, 1 if not; the JSON says what."""

    # Letters of another script go through tables of their own.
    PROMPT: ClassVar[str] = "A futuristic city made of crystal, 水晶"

    def __init__(self, app: QApplication, composition: Composition, out: TextIO) -> None:
        super().__init__(composition)
        self._app = app
        self._composition = composition
        self._out = out
        self._saved: SavedPicture | None = None
        self._error: ImagegenError | None = None
        composition.furnished.connect(self._listen)
        composition.failed.connect(self._failed)
        self._timer = QTimer(self, singleShot=True, interval=LIMIT_MS)
        self._timer.timeout.connect(self._report)
        self._timer.start()

    @Slot()
    def _listen(self) -> None:
        jobs = self._composition.work.job_flow
        jobs.kept.connect(self._kept)
        jobs.ended.connect(self._ended)

    @Slot(object)
    def _kept(self, saved: object) -> None:
        if isinstance(saved, SavedPicture):
            self._saved = saved

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._error = error if isinstance(error, ImagegenError) else None
        self._report()

    @Slot(object)
    def _ended(self, end: object) -> None:
        if isinstance(end, JobEnd) and end.error is not None:
            self._failed(end.error)
            return
        # Find it again by its words, as a person would.
        self._composition.library_desk.paged.connect(self._found)
        self._composition.window.panels.top_bar.search_changed.emit("futuristic crystal")

    @Slot(object)
    def _found(self, page: object) -> None:
        if isinstance(page, Page) and page.view.words:
            found = self._saved is not None and self._saved.state.id in {state.id for state in page.states}
            self._report(found=found)

    @Slot()
    def _report(self, *, found: bool = False) -> None:
        self._timer.stop()
        told = {
            "version": __version__,
            "qt": qVersion(),
            "platform": QGuiApplication.platformName(),
            "window_shown": self._composition.window.isVisible(),
            "resources": resources_folder().is_dir(),
            "image_formats": sorted(bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()),
            "saved": self._is_on_disk(),
            "found_again": found,
            "to_upload": self._composition.pending_uploads(),
            "parts": (parts := parts_at_work()),
            "keychain": keychain(),
            "keychain_keeps": keychain_keeps(),
            "error": self._error.title if self._error else None,
        }
        print(json.dumps(told, indent=2), file=self._out, flush=True)
        good = told["window_shown"] and told["saved"] and found and set(parts.values()) == {"works"}
        self._app.exit(0 if good else 1)

    def _is_on_disk(self) -> bool:
        if self._saved is None:
            return False
        record = self._saved.state.record
        data = (self._composition.library_folder / record.file).read_bytes()
        return hashlib.sha256(data).hexdigest() == record.sha256
