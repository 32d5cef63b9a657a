"""Brings pictures into the library from drops, the clipboard and dialogs; asks how, and tells how far it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMimeData, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.studio.import_steps import Duplicate, Found, HashesFollowed, Imported, Progress, Refused, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagegen_desktop.studio.importing import Importing
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner, Work

TOPIC = "import"
# How often the line changes: as often as it can be read.
TELL_MS = 400
MOST_NAMED = 200


class ImportFlow(QObject):
    """`ended` comes when an import is over, however it ended.

    `library_wanted` carries the Path of a folder that is to be opened as a library of its own: once it is open, the pictures
    that lie in it are taken in where they lie.
    """

    ended = Signal()
    library_wanted = Signal(object)
    arrived = Signal(object)

    def __init__(self, window: MainWindow, desk: LibraryDesk, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._notices = window.panels.notices
        self._desk = desk
        self._runner = runner
        self._importing: Importing | None = None
        self._run: Run | None = None
        self._imported = self._skipped = 0
        self._progress = Progress(0, 0)
        self._hashing = HashesFollowed(0, 0)
        self._left_out: list[str] = []
        self._adopting: Path | None = None
        self._timer = QTimer(self, interval=TELL_MS)
        self._timer.timeout.connect(self._tell)
        page = window.panels.library_page
        page.import_requested.connect(self.choose_files)
        page.import_folder_requested.connect(self.choose_folder)
        page.adopt_requested.connect(self.adopt)
        window.dropped.connect(self.take)
        window.pasted.connect(self.paste)

    def use(self, importing: Importing) -> None:
        """From now on pictures come into this library."""
        self._importing = importing
        browsing, wanted = self._desk.browsing, self._adopting
        self._adopting = None
        if browsing is not None and browsing.folder == wanted:
            self.adopt()

    @property
    def is_running(self) -> bool:
        return self._run is not None

    # ---- where pictures come from ----

    @Slot()
    def choose_files(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Choose pictures to import"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif *.svg)"), self.tr("All files (*)")])
        dialog.filesSelected.connect(self._files_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def choose_folder(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Choose a folder to import"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self._files_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def paste(self) -> None:
        self.take(QGuiApplication.clipboard().mimeData())

    @Slot(object)
    def take(self, data: object) -> None:
        """What was dropped or pasted: files and folders first, else a picture as such."""
        if not isinstance(data, QMimeData) or self._importing is None:
            return
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.ask(paths)
        elif data.hasImage():
            self._take_picture(data)

    def _take_picture(self, data: QMimeData) -> None:
        for kind in ("image/png", "image/jpeg", "image/webp", "image/gif"):
            if data.hasFormat(kind):
                self._begin_with([("", bytes(data.data(kind).data()))])
                return
        image: object = data.imageData()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if isinstance(image, QImage) and QImageWriter(buffer, b"png").write(image):
            self._begin_with([("", bytes(buffer.data().data()))])

    @Slot(list)
    def _files_chosen(self, names: Sequence[str]) -> None:
        self.ask([Path(name) for name in names])

    # ---- how ----

    @Slot()
    def adopt(self) -> None:
        """Take in, where it lies, what the library's own folder holds and the library does not know."""
        browsing = self._desk.browsing
        if browsing is not None:
            self.ask([browsing.folder])

    def _open_as_library(self, folder: Path) -> None:
        self._notices.clear(TOPIC)
        self._adopting = folder
        self.library_wanted.emit(folder)

    def ask(self, paths: Sequence[Path]) -> None:
        """What lies inside the library already can only be adopted there; of all else it is asked."""
        browsing = self._desk.browsing
        if self._importing is None or browsing is None:
            return
        if self._run is not None:
            self._window.panels.toast.tell(self.tr("An import is running. Cancel it, or wait until it has ended."))
            return
        inside = [path.is_relative_to(browsing.folder) for path in paths]
        if all(inside):
            self._begin(paths, Way.IN_PLACE)
            return
        count = len(paths)
        words = (
            self.tr("Import “{name}”: the library takes a copy, or the file itself?").format(name=paths[0].name)
            if count == 1
            else self.tr("Import {count} items: the library takes copies, or the files themselves?").format(count=count)
        )
        actions: list[tuple[str, Callable[[], None]]] = [
            (self.tr("Copy"), partial(self._begin, paths, Way.COPY)),
            (self.tr("Move"), partial(self._begin, paths, Way.MOVE)),
        ]
        if count == 1 and paths[0].is_dir() and not browsing.folder.is_relative_to(paths[0]):
            words = self.tr(
                "Import the folder “{name}”: the library takes copies, or the files themselves? Or it becomes a library of its "
                "own, and they stay where they lie."
            ).format(name=paths[0].name)
            actions.append((self.tr("Open as a library"), partial(self._open_as_library, paths[0])))
        actions.append((self.tr("Cancel"), partial(self._notices.clear, TOPIC)))
        self._notices.tell(TOPIC, words, actions)
        self._notices.focus(TOPIC)

    def _begin(self, paths: Sequence[Path], way: Way) -> None:
        if self._importing is not None:
            self._start(partial(self._importing.files, tuple(paths), way))

    def _begin_with(self, pictures: Sequence[tuple[str, bytes]]) -> None:
        if self._importing is not None and self._run is None:
            self._start(partial(self._importing.pictures, tuple(pictures)))

    def _start(self, work: Work) -> None:
        self._imported = self._skipped = 0
        self._progress, self._hashing = Progress(0, 0), HashesFollowed(0, 0)
        self._left_out = []
        self._run = self._runner.start(work)
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._over)
        self._tell()
        self._timer.start()

    # ---- how far ----

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Found(count):
                self._progress = Progress(0, count)
            case Progress():
                self._progress = step
            case Imported(states):
                self._imported += len(states)
                self.arrived.emit(step)
            case Duplicate():
                self._skipped += 1
            case Refused(path, reason):
                self._left_out.append(f"{path}: {reason}")
            case HashesFollowed():
                self._hashing = step
            case _:
                raise TypeError(f"not a step of an import: {step!r}")

    @Slot()
    def _tell(self) -> None:
        run = self._run
        if run is None:
            return
        number = QLocale().toString
        if self._hashing.of:
            words = self.tr("Imported {count}. Reading them through: {done} of {of}.").format(
                count=number(self._imported), done=number(self._hashing.done), of=number(self._hashing.of)
            )
        elif self._progress.of:
            words = self.tr("Importing: {done} of {of}.").format(
                done=number(max(self._progress.done, self._imported)), of=number(self._progress.of)
            )
        else:
            words = self.tr("Looking for pictures…")
        self._notices.tell(TOPIC, words, [(self.tr("Cancel"), run.cancel)])
        self._desk.look()

    @Slot(object)
    def _over(self, error: object) -> None:
        cancelled = self._run is not None and self._run.token.cancelled
        self._run = None
        self._timer.stop()
        self._notices.clear(TOPIC)
        self._desk.look()
        if isinstance(error, ImagegenError):
            self._notices.tell(
                TOPIC,
                self.tr("{title}. {advice} Imported so far: {count}.").format(
                    title=error.title, advice=error.advice, count=self._imported
                ),
                [(self.tr("Close"), partial(self._notices.clear, TOPIC))],
            )
        elif self._left_out:
            self._notices.tell(
                TOPIC,
                self._summary(cancelled=cancelled),
                [
                    (self.tr("Copy the list"), self._copy_list),
                    (self.tr("Close"), partial(self._notices.clear, TOPIC)),
                ],
            )
        else:
            self._window.panels.toast.tell(self._summary(cancelled=cancelled))
        self.ended.emit()

    def _summary(self, *, cancelled: bool) -> str:
        number = QLocale().toString
        parts = [self.tr("Imported {count}").format(count=number(self._imported))]
        if self._skipped:
            parts.append(self.tr("{count} were there already").format(count=number(self._skipped)))
        if self._left_out:
            parts.append(self.tr("{count} could not be taken").format(count=number(len(self._left_out))))
        if cancelled:
            parts.append(self.tr("cancelled"))
        first = f" {self._left_out[0]}" if self._left_out else ""
        return f"{', '.join(parts)}.{first}"

    def _copy_list(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._left_out[:MOST_NAMED]))
        self._window.panels.toast.tell(self.tr("Copied"))
