"""Lets images leave the library: to the clipboard, as a copy, as many copies; asks where, and tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QMimeData, QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.exporting import Container, ExportChoice, Metadata, name_for
from imagegen_desktop.studio.browsing import Picture
from imagegen_desktop.studio.export_steps import ExportDone, Exported, ExportProgress, NotExported, OriginalsFetched
from imagegen_desktop.ui.pictures import image_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.exporting import Exporting
    from imagegen_desktop.ui.file_manager import FileManager
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner, Work

TOPIC = "export"
TELL_MS = 400
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class _Where:
    """What a file dialog is asked for."""

    title: str
    name: str
    filters: tuple[str, ...]


class ExportFlow(QObject):
    """`chosen` gives the images that keys and menus act on."""

    def __init__(
        self,
        window: MainWindow,
        desk: LibraryDesk,
        runner: Runner,
        *,
        files: FileManager,
        chosen: Callable[[], tuple[ImageState, ...]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._notices = window.panels.notices
        self._sheet = window.panels.exports
        self._desk = desk
        self._runner = runner
        self._files = files
        self._chosen = chosen
        # Makes work begin with fetching what is not here, where the library is kept elsewhere.
        self.with_originals: Callable[[Sequence[ImageState], Work], Work] = _as_they_are
        self._exporting: Exporting | None = None
        self._run: Run | None = None
        self._progress = ExportProgress(0, 0)
        self._fetched: OriginalsFetched | None = None
        self._done: ExportDone | None = None
        self._left_out: list[str] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=TELL_MS)
        self._timer.timeout.connect(self._tell)
        self._sheet.export_requested.connect(self._ask_where)
        self._sheet.sheet_requested.connect(self._ask_for_sheet)
        self._sheet.records_requested.connect(self._ask_for_records)

    def use(self, exporting: Exporting) -> None:
        self._exporting = exporting

    # ---- the clipboard ----

    @Slot()
    def copy_image(self) -> None:
        """The first of what is chosen: its pixels for a picture program, its file for a file manager."""
        states, browsing = self._chosen(), self._desk.browsing
        if states and browsing is not None:
            work = self.with_originals(states[:1], partial(browsing.picture, states[0]))
            run = self._runner.start_latest("copy", work)
            run.stepped.connect(self._copied)
            run.ended.connect(self._failed)

    @Slot(object)
    def _copied(self, picture: object) -> None:
        if not isinstance(picture, Picture):
            return
        if picture.pixels is None or picture.elsewhere:
            self._window.panels.toast.tell(self.tr("Nothing was copied: {problem}").format(problem=picture.problem))
            return
        data = QMimeData()
        data.setImageData(image_of(picture.pixels))
        data.setUrls([QUrl.fromLocalFile(str(picture.path))])
        QGuiApplication.clipboard().setMimeData(data)
        self._window.panels.toast.tell(self.tr("Copied the image"))

    @Slot(object)
    def _failed(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._desk.failed.emit(error)

    # ---- what and where ----

    @Slot()
    def open_sheet(self) -> None:
        states = self._chosen()
        if states:
            self._sheet.open_for(states)

    @Slot()
    def save_copy(self) -> None:
        """One copy under a name of one's own: the original's bytes, or another format where the ending says so."""
        states = self._chosen()
        if not states:
            return
        state = states[0]
        ending = state.record.got.format.value
        name = f"{name_for(ExportChoice().pattern, state, 1)}.{ending}"
        own = self.tr("As it is (*.{ending})").format(ending=ending)
        where = _Where(self.tr("Save a copy as"), name, (own, "PNG (*.png)", "JPEG (*.jpg)", "WebP (*.webp)"))
        self._ask(where, lambda file: self._begin_one(state, file))

    def _begin_one(self, state: ImageState, file: Path) -> None:
        if self._exporting is not None:
            work = partial(self._exporting.save_as, state, ExportChoice(metadata=Metadata.ORIGINAL), file)
            self._start(self.with_originals((state,), work))

    @Slot(object)
    def _ask_where(self, choice: object) -> None:
        states = self._sheet.states
        if not isinstance(choice, ExportChoice) or not states:
            return
        if choice.container is Container.ZIP:
            where = _Where(self.tr("Export to a zip file"), "images.zip", (self.tr("Zip files (*.zip)"),))
            self._ask(where, lambda file: self._begin(states, choice, file))
            return
        dialog = QFileDialog(self._window, self.tr("Export to a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, lambda folder: self._begin(states, choice, folder))

    @Slot()
    def _ask_for_sheet(self) -> None:
        states = self._sheet.states
        filters = (self.tr("PDF, A4 (*.pdf)"), self.tr("PNG, one for each page (*.png)"))
        self._ask(
            _Where(self.tr("Save the contact sheet"), "contact-sheet.pdf", filters),
            lambda file: self._begin_sheet(states, file),
        )

    @Slot()
    def _ask_for_records(self) -> None:
        states = self._sheet.states
        filters = (self.tr("CSV for a spreadsheet (*.csv)"), self.tr("JSON for a script (*.json)"))
        self._ask(
            _Where(self.tr("Save the records"), "records.csv", filters), lambda file: self._begin_records(states, file)
        )

    def _ask(self, where: _Where, use: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, where.title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(where.filters))
        dialog.setDefaultSuffix(where.name.rpartition(".")[2])
        dialog.selectFile(where.name)
        self._open(dialog, use)

    @staticmethod
    def _open(dialog: QFileDialog, use: Callable[[Path], None]) -> None:
        def chosen(names: Sequence[str]) -> None:
            use(Path(names[0]))

        dialog.filesSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---- work ----

    def _begin(self, states: tuple[ImageState, ...], choice: ExportChoice, place: Path) -> None:
        if self._exporting is not None:
            self._start(self.with_originals(states, partial(self._exporting.export, states, choice, place)))

    def _begin_sheet(self, states: tuple[ImageState, ...], file: Path) -> None:
        if self._exporting is not None:
            work = partial(self._exporting.contact_sheet, states, self._title(), file)
            self._start(self.with_originals(states, work))

    def _begin_records(self, states: tuple[ImageState, ...], file: Path) -> None:
        if self._exporting is not None:
            self._start(partial(self._exporting.records, states, file))

    def _title(self) -> str:
        words = self._window.panels.top_bar.search.text().strip()
        return words or self.tr("Imagegen Desktop")

    def _start(self, work: Work) -> None:
        if self._run is not None:
            self._window.panels.toast.tell(self.tr("An export is running. Cancel it, or wait until it has ended."))
            return
        self._sheet.close_sheet()
        self._progress, self._done, self._left_out = ExportProgress(0, 0), None, []
        self._fetched = None
        self._clock.start()
        self._run = self._runner.start(work)
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._over)
        self._timer.start()

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case ExportProgress():
                self._progress, self._fetched = step, None
            case OriginalsFetched():
                self._fetched = step
                if step.error is not None:
                    self._left_out.append(f"{step.error.title}. {step.error.advice}")
            case ExportDone():
                self._done = step
            case NotExported(state, reason):
                self._left_out.append(f"{state.path}: {reason}")
            case Exported():
                pass
            case _:
                raise TypeError(f"not a step of an export: {step!r}")

    @Slot()
    def _tell(self) -> None:
        run = self._run
        if run is not None:
            words, far = self.tr("Exporting: {done} of {of}, {seconds} s."), self._progress
            if self._fetched is not None:
                words, far = self.tr("Fetching from the bucket: {done} of {of}, {seconds} s."), self._fetched
            words = words.format(done=far.done, of=far.of, seconds=self._clock.elapsed() // 1000)
            self._notices.tell(TOPIC, words, [(self.tr("Cancel"), run.cancel)])

    @Slot(object)
    def _over(self, error: object) -> None:
        done = self._done
        self._run = None
        self._timer.stop()
        self._notices.clear(TOPIC)
        close = (self.tr("Close"), partial(self._notices.clear, TOPIC))
        if isinstance(error, ImagegenError):
            self._notices.tell(TOPIC, f"{error.title}. {error.advice}", [close])
        elif done is None:
            told = self.tr("Export cancelled. {count} copies were made.").format(count=self._progress.done)
            self._notices.tell(TOPIC, told, [close])
        elif self._left_out:
            words = self.tr("Exported {count}; {failed} could not be copied. {first}").format(
                count=done.copies, failed=done.failed, first=self._left_out[0]
            )
            self._notices.tell(TOPIC, words, [(self.tr("Copy the list"), self._copy_list), close])
        else:
            words = self.tr("Exported to {place}").format(place=done.place)
            show = (self.tr("Show in folder"), partial(self._show, done.place))
            self._notices.tell(TOPIC, words, [show, close])

    def _show(self, place: Path) -> None:
        self._notices.clear(TOPIC)
        self._files.show(place)

    def _copy_list(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._left_out[:MOST_NAMED]))
        self._window.panels.toast.tell(self.tr("Copied"))


def _as_they_are(_states: Sequence[ImageState], work: Work) -> Work:
    return work
