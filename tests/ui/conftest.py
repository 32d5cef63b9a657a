"""What every test of a panel needs: the theme, the icons, the models, an image, and a walk of the accessible tree."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible, QAccessibleInterface
from staged import SIZE, Clock

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.models import Maker, ModelCatalogue, ModelSpec, TextModelSpec
from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.records import Asked, Got, ImageFormat, ImageRecord, Origin
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.ui.stage.stage import Stage
from imagegen_desktop.ui.theme.appearance import Appearance
from imagegen_desktop.ui.theme.icons import Icons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication, QWidget
    from pytestqt.qtbot import QtBot

SQUARE, WIDE, TALL = "1024x1024", "1536x1024", "1024x1536"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says at each window shown that it can't tell a window manager the least size: true there."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def what_was_closed_is_gone() -> Iterator[None]:
    """Qt deletes it in an event loop, which most tests have none of: style sheets would dress it again in each later test."""
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp, resources_folder())
    yield made
    made.shutdown()


@pytest.fixture
def icons(appearance: Appearance) -> Icons:
    return Icons(resources_folder() / "icons", appearance)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stage(appearance: Appearance, icons: Icons, clock: Clock, qtbot: QtBot) -> Iterator[Stage]:
    """In light, without motion, and seen."""
    appearance.choose(Theme.LIGHT)
    appearance.reduce_motion(True)
    made = Stage(appearance, icons, clock=clock)
    qtbot.addWidget(made)
    made.resize(SIZE)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


@pytest.fixture
def catalogue() -> ModelCatalogue:
    return ModelCatalogue(
        as_of=date(2026, 11, 22),
        default_image_model="painter-2",
        default_text_model="writer-1",
        image_models=(
            ModelSpec(id="sample", label="Sample engine", maker=Maker.SAMPLE, sizes=(SQUARE, WIDE), max_count=4),
            ModelSpec(
                id="painter-2",
                label="Painter Two",
                sizes=(SQUARE, WIDE, TALL, "auto"),
                default_size=SQUARE,
                qualities=("low", "high"),
                default_quality="low",
                max_count=10,
            ),
            ModelSpec(
                id="old-painter",
                label="Old Painter",
                sizes=("512x512", "768x512"),
                default_size="512x512",
                qualities=("high", "hd"),
                default_quality="hd",
                max_count=1,
            ),
        ),
        text_models=(TextModelSpec(id="writer-1", label="Writer One"),),
    )


@pytest.fixture
def make_state() -> Callable[..., ImageState]:
    """An image; keywords replace fields of its record, `title` the person's own."""

    def make(*, title: str = "", **fields: Any) -> ImageState:
        known: dict[str, Any] = {
            "id": "7f3k9q0000",
            "file": "2026/11/2026-11-22_a-ridge_7f3k9q0000.png",
            "sha256": "0" * 64,
            "created": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
            "origin": Origin.GENERATED,
            "prompt": "A layered mountain ridge at dusk, low sun, soft haze",
            "asked": Asked(endpoint="https://api.openai.com/v1", model="painter-2", size=SQUARE, quality="low"),
            "got": Got(format=ImageFormat.PNG, width=1024, height=1024, size_bytes=1_400_000, quality="low"),
        }
        return ImageState(record=ImageRecord(**(known | fields)), title=title)

    return make


@pytest.fixture
def unnamed() -> Callable[[QWidget], list[str]]:
    """Gives what a screen reader could come to in a window without hearing what it is."""

    def walk(widget: QWidget) -> list[str]:
        root = QAccessible.queryAccessibleInterface(widget)
        assert root is not None
        focusable = [node for node in _nodes(root) if node.state().focusable and not node.state().invisible]
        assert focusable, "a panel without any control proves nothing"
        return [f"{node.role()} {node.object()}" for node in focusable if not _name(node)]

    return walk


def _nodes(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield node
    for number in range(node.childCount()):
        child = node.child(number)
        if child is not None and child.isValid():
            yield from _nodes(child)


def _name(node: QAccessibleInterface) -> str:
    """The name as Linux tells it: a combo's own name is not heeded there, only its label's."""
    if node.role() is QAccessible.Role.ComboBox:
        labels = [other for other, how in node.relations() if how & QAccessible.RelationFlag.Label]
        return "".join(label.text(QAccessible.Text.Name) for label in labels)
    return node.text(QAccessible.Text.Name)
