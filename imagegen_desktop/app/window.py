"""Runs the windowed program: with a display as a window, without one as the same job offscreen."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QIcon

from imagegen_desktop import __version__
from imagegen_desktop.app.composition import Composition
from imagegen_desktop.app.handing_over import Wishes, hand_over
from imagegen_desktop.app.opened_files import Application, OpenedFiles
from imagegen_desktop.app.qt_messages import take_qt_messages
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.opening_choices import opening_choices

if TYPE_CHECKING:
    import argparse
    from collections.abc import MutableMapping

    from PySide6.QtWidgets import QApplication

    from imagegen_desktop.ui.main_window import MainWindow

EXAMPLE = "A futuristic city made of crystal"
PULSE_MS = 200
# Name of the desktop entry, the icons and the AppStream component (resources/packaging/names.py).
DESKTOP_ENTRY = "io.github.imagegen_desktop.ImagegenDesktop"


def run_window(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it closes; returns the exit code."""
    offscreen = prepare_platform(os.environ, sys.platform)
    app = Application(sys.argv[:1])
    app.setApplicationName("imagegen_desktop")
    app.setApplicationDisplayName("Imagegen Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(DESKTOP_ENTRY)
    take_qt_messages()
    if arguments.self_test:
        return _test_self(app)
    folders = Folders.of_this_user()
    library = folders.library(arguments.library or opening_choices(folders).library)
    prompt = arguments.prompt or ""
    if offscreen:
        from imagegen_desktop.app.offscreen_report import OffscreenReport  # noqa: PLC0415 (a window does without)

        sys.stderr.write("There is no display, so the window works offscreen.\n")
        composition = Composition(app, folders, library=library, prompt=prompt or EXAMPLE, sample=not prompt)
        OffscreenReport(app, composition, sys.stdout)
        return _execute(app, composition)
    files = tuple(str(Path(file).absolute()) for file in arguments.open)
    if hand_over(library, Wishes(prompt, files)):
        return 0
    composition = Composition(app, folders, library=library, prompt=prompt)
    OpenedFiles(app, composition).open(files)
    Company(app, composition)
    return _execute(app, composition)


def _test_self(app: QApplication) -> int:
    """In folders of its own: a person's library and settings are none of a test's business."""
    from imagegen_desktop.app.self_test import SelfTest  # noqa: PLC0415 (it needs more than a start does)

    with TemporaryDirectory(prefix="imagegen-self-test-") as folder:
        own = Folders(data=Path(folder, "data"), config=Path(folder, "config"), pictures=Path(folder, "pictures"))
        composition = Composition(app, own, library=own.default_library, prompt=SelfTest.PROMPT, sample=True)
        SelfTest(app, composition, sys.stdout)
        return _execute(app, composition)


def prepare_platform(environ: MutableMapping[str, str], system: str) -> bool:
    """Choose Qt's offscreen platform where there is no display to show a window on. True if it was chosen."""
    if system != "linux" or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return False
    environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environ["QT_QPA_PLATFORM"] == "offscreen"


def _execute(app: QApplication, composition: Composition) -> int:
    window = composition.window
    signal.signal(signal.SIGINT, Interrupts(window).interrupted)
    # Python hears of a signal only when it runs: Qt's loop gives it a turn now and then.
    pulse = QTimer(interval=PULSE_MS)
    pulse.timeout.connect(lambda: None)
    pulse.start()
    # After the first paint, which does not wait for a picture that the desktop shows elsewhere.
    window.painted.connect(lambda: app.setWindowIcon(_icon()))
    window.show()
    code = app.exec()
    composition.shutdown()
    return code


def _icon() -> QIcon:
    return QIcon(str(resources_folder() / "app-icon" / "imagegen-desktop.svg"))


class Interrupts:
    """Ctrl+C in the terminal asks as the window's cross does; pressed again it ends the program."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._asked = False

    def interrupted(self, _number: int, _frame: object) -> None:
        if self._asked:
            self._window.may_close = lambda: True
        self._asked = True
        self._window.close()


class Company(QObject):
    """What a window keeps that a person sits before: later starts, newer versions, and no end without a word."""

    def __init__(self, app: QApplication, composition: Composition) -> None:
        super().__init__(composition)
        self._app = app
        self._composition = composition
        composition.furnished.connect(self._begin)

    @Slot()
    def _begin(self) -> None:
        from imagegen_desktop.app.instance import InstanceServer  # noqa: PLC0415 (the first screen does without)
        from imagegen_desktop.app.update_parts import UpdateParts  # noqa: PLC0415 (the same)
        from imagegen_desktop.ui.close_flow import CloseFlow  # noqa: PLC0415 (the same)

        composition, server = self._composition, InstanceServer(self)
        server.asked.connect(self._asked)
        server.serve(composition.library_folder)
        # Another library is another window's business from then on, and this one answers for the new one.
        composition.work.settings_flow.library_wanted.connect(server.serve)
        closing = CloseFlow(composition.window, composition.work.queue_desk, quit_app=self._app.quit)
        server.asked.connect(closing.came_back)
        updates = UpdateParts(composition)
        self._app.aboutToQuit.connect(updates.shutdown)
        self._app.aboutToQuit.connect(server.shutdown)

    @Slot(object)
    def _asked(self, wishes: object) -> None:
        """Do for a second start what it was asked to do."""
        self._composition.window.raise_to_front()
        if isinstance(wishes, Wishes) and wishes.prompt:
            self._composition.generate(wishes.prompt)
        if isinstance(wishes, Wishes) and wishes.files:
            self._composition.library_parts.importing.ask([Path(file) for file in wishes.files])
