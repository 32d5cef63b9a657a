"""Pictures that the system hands over are offered for import, at the start and by a later start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from imagegen_desktop.app.handing_over import Wishes, hand_over
from imagegen_desktop.app.instance import InstanceServer
from imagegen_desktop.app.opened_files import Application, OpenedFiles
from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from house import House
    from pytestqt.qtbot import QtBot


def _picture(folder: Path) -> Path:
    path = folder / "foreign.png"
    path.write_bytes(picture())
    return path


def test_a_file_named_at_the_start_is_asked_about_once_the_library_is_open(
    start: Callable[..., House], qtbot: QtBot, tmp_path: Path
) -> None:
    house = start(library=tmp_path / "library")
    OpenedFiles(_app(), house.composition).open([os.fspath(_picture(tmp_path))])
    notices = house.composition.window.panels.notices
    house.stand()
    qtbot.waitUntil(lambda: "import" in notices.topics)


def test_a_file_that_finder_hands_over_is_asked_about(
    start: Callable[..., House], qtbot: QtBot, tmp_path: Path
) -> None:
    house = start(library=tmp_path / "library")
    files = OpenedFiles(_app(), house.composition)
    house.stand()
    QCoreApplication.sendEvent(_app(), QFileOpenEvent(os.fspath(_picture(tmp_path))))
    qtbot.waitUntil(lambda: "import" in house.composition.window.panels.notices.topics)
    assert files.parent() is house.composition


def test_a_second_start_hands_its_files_over(qtbot: QtBot, tmp_path: Path) -> None:
    server = InstanceServer()
    asked: list[Wishes] = []
    server.asked.connect(asked.append)
    server.serve(tmp_path)
    wishes = Wishes("", ("/a/one two.png", "/b/zwei.png"))
    assert hand_over(tmp_path, wishes)
    qtbot.waitUntil(lambda: asked == [wishes])
    server.shutdown()


def _app() -> Application:
    app = QApplication.instance()
    assert isinstance(app, Application)
    return app
