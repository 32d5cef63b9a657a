"""Links of pictures that could not be fetched: what is shown of them, and what can be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from imagegen_desktop.core.links import KeptLink
from imagegen_desktop.ui.queue.link_section import LinkSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def link(minutes: int, *, assumed: bool = False) -> KeptLink:
    return KeptLink(
        job="j1",
        position=0,
        library="l",
        url="https://files.example.com/<b>1</b>.png",
        reason="Its link could not be fetched.",
        found=NOON,
        expires=NOON + timedelta(minutes=minutes),
        assumed=assumed,
    )


@pytest.fixture
def section(qtbot: QtBot) -> LinkSection:
    made = LinkSection(now=lambda: NOON)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (link(12), "12 min left"),
        (link(60, assumed=True), "About 60 min left, as such links usually live an hour"),
        (link(-1), "The link has expired."),
        (link(-1, assumed=True), "The link has probably expired."),
    ],
)
def test_the_time_that_is_left_is_told(section: LinkSection, kept: KeptLink, words: str) -> None:
    section.show_links([kept])
    assert [row.left.text() for row in section.rows] == [words]


def test_without_links_nothing_is_shown(section: LinkSection) -> None:
    section.show_links([link(5)])
    assert not section.isHidden()
    section.show_links([])
    assert section.isHidden()
    assert section.rows == ()


def test_each_button_tells_its_link_and_dismissing_asks_twice(qtbot: QtBot, section: LinkSection) -> None:
    told: list[str] = []
    section.show_links([link(5)])
    section.show()
    for name in ("again", "copied", "opened", "dismissed"):
        getattr(section, name).connect(lambda kept, name=name: told.append(f"{name} {kept.job}"))
    (row,) = section.rows
    for button in (row.again_button, row.copy_button, row.open_button, row.dismiss_button):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == ["again j1", "copied j1", "opened j1"]
    qtbot.mouseClick(row.dismiss_button, Qt.MouseButton.LeftButton)
    assert told[-1] == "dismissed j1"


def test_every_control_has_a_name(section: LinkSection, unnamed: Callable[[QWidget], list[str]]) -> None:
    section.show_links([link(5)])
    section.show()
    assert unnamed(section) == []
