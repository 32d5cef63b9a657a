"""The export sheet tells what it will do, and every control of it has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.exporting import CopyFormat, ExportChoice, Metadata
from imagegen_desktop.ui.export_sheet import ExportSheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState


def test_every_control_has_a_name(
    qtbot: QtBot, make_state: Callable[..., ImageState], unnamed: Callable[[QWidget], list[str]]
) -> None:
    sheet = ExportSheet()
    qtbot.addWidget(sheet)
    sheet.open_for((make_state(),))
    assert unnamed(sheet) == []


def test_a_choice_of_the_very_bytes_offers_no_other_format_or_size(
    qtbot: QtBot, make_state: Callable[..., ImageState]
) -> None:
    sheet = ExportSheet()
    qtbot.addWidget(sheet)
    sheet.open_for((make_state(),))
    sheet.set_choice(ExportChoice(metadata=Metadata.NONE, format=CopyFormat.JPEG, longest_edge=1080))
    assert sheet.edge.isEnabled()
    sheet.metadata.setCurrentIndex(sheet.metadata.findData(Metadata.ORIGINAL))
    sheet.metadata.activated.emit(0)
    assert not sheet.edge.isEnabled()
    wanted: list[object] = []
    sheet.export_requested.connect(wanted.append)
    sheet.export.click()
    assert wanted == [ExportChoice()]


def test_the_end_of_a_content_credential_is_told_where_there_is_one(
    qtbot: QtBot, make_state: Callable[..., ImageState]
) -> None:
    sheet = ExportSheet()
    qtbot.addWidget(sheet)
    sheet.set_choice(ExportChoice(metadata=Metadata.FULL))
    sheet.open_for((make_state(),))
    assert "C2PA" not in sheet.told.text()
    signed = make_state(content_credential=True)
    sheet.open_for((signed,))
    assert "C2PA" in sheet.told.text()
    sheet.set_choice(ExportChoice(metadata=Metadata.ORIGINAL))
    assert "C2PA" not in sheet.told.text()
