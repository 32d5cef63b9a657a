"""Tells on the terminal what became of the one job of a start without a display."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.studio.showing import SavedPicture
from imagegen_desktop.ui.job_news import JobEnd

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from imagegen_desktop.app.composition import Composition
    from imagegen_desktop.core.records import ImageRecord


class OffscreenReport(QObject):
    """Prints what became of the one job of a start without a display, then ends the program."""

    def __init__(self, app: QApplication, composition: Composition, out: TextIO) -> None:
        super().__init__(composition)
        self._app = app
        self._composition = composition
        self._out = out
        self._saved: list[SavedPicture] = []
        composition.furnished.connect(self._listen)
        composition.failed.connect(self._failed)

    @Slot()
    def _listen(self) -> None:
        jobs = self._composition.work.job_flow
        jobs.kept.connect(self._kept)
        jobs.ended.connect(self._ended)

    @Slot(object)
    def _kept(self, saved: object) -> None:
        if isinstance(saved, SavedPicture):
            self._saved.append(saved)

    @Slot(object)
    def _ended(self, end: object) -> None:
        if not isinstance(end, JobEnd):
            return
        for saved in self._saved:
            self._print(saved)
        if end.error is not None:
            self._failed(end.error)
            return
        self._app.exit(0)

    def _print(self, saved: SavedPicture) -> None:
        record = saved.state.record
        got = record.got
        facts = {
            "Saved": self._composition.library_folder / record.file,
            "Prompt": record.prompt,
            "Enhanced": record.enhanced_prompt,
            "Made by": self._maker(record),
            "Picture": f"{got.width} x {got.height} pixels, {got.format.name}, {got.size_bytes:,} bytes",
            "Seed": record.seed,
            "Time": f"{record.took:.1f} s" if record.took is not None else None,
            "SHA-256": record.sha256,
        }
        for name, fact in facts.items():
            if fact is not None:
                self._out.write(f"{name + ':':<10}{fact}\n")

    @staticmethod
    def _maker(record: ImageRecord) -> str:
        if record.is_sample:
            return "the sample engine on this computer (not AI, free)"
        return f"{record.asked.model} at {record.asked.endpoint}" if record.asked else "unknown"

    @Slot(object)
    def _failed(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            sys.stderr.write(f"{error.title}. {error.advice}\n")
        self._app.exit(1)
