"""A message in the middle of the stage: icon, title, sentences, and buttons that do something about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from imagegen_desktop.ui.stage.flow import CentredFlow
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import ICON_STATE, SPACE_2, SPACE_4, SPACE_5

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from imagegen_desktop.ui.theme.icons import Icons, Role

WIDTH = 560
TEXT_WIDTH = 480


class StatePage(QWidget):
    """Scrolls where it is lower than its message."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._scroll = scroll = QScrollArea()
        middle, around = QWidget(), QVBoxLayout(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(middle)
        # The stage's ground is seen, and neither's own.
        scroll.viewport().setAutoFillBackground(False)
        middle.setAutoFillBackground(False)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)
        self._outer = QHBoxLayout(middle)
        self._outer.setContentsMargins(SPACE_5, SPACE_4, SPACE_5, SPACE_4)
        self._outer.addStretch(1)
        self._outer.addStretch(1)
        self._content: QWidget | None = None

    def fill(
        self,
        *,
        icon: str,
        role: Role,
        title: str,
        title_kind: str,
        texts: Sequence[PlainLabel],
        rows: Sequence[Sequence[QWidget]],
        foot: PlainLabel | None = None,
    ) -> None:
        """Replace what is shown. `texts` come under the title, each of `rows` of buttons under them, `foot` last."""
        before, self._content = self._content, QWidget()
        content = self._content
        content.setMaximumWidth(WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addStretch()
        column.addWidget(_Mark(self._icons, icon, role), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(SPACE_2)
        column.addLayout(_centred(PlainLabel(title, wrap=True, kind=title_kind), WIDTH))
        for text in texts:
            column.addLayout(_centred(text, TEXT_WIDTH))
        for row in rows:
            column.addSpacing(SPACE_2)
            flow = CentredFlow(SPACE_2)
            for widget in row:
                flow.addWidget(widget)
            column.addLayout(flow)
        if foot is not None:
            column.addSpacing(SPACE_2)
            column.addLayout(_centred(foot, TEXT_WIDTH))
        column.addStretch()
        self._outer.insertWidget(1, content, 100)
        # A layout shows what it is given a turn of the event loop later; the message stands now.
        content.show()
        self._scroll.verticalScrollBar().setValue(0)
        if before is not None:
            if holds_focus(before):
                self.focus_first()
            self._outer.removeWidget(before)
            before.hide()
            before.deleteLater()

    def focus_first(self) -> None:
        """Give the keyboard to the first button, so that it does not leave the stage with what went."""
        button = None if self._content is None else self._content.findChild(QPushButton)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(button)


def holds_focus(widget: QWidget) -> bool:
    """Whether the keyboard is on the widget or within it."""
    focused = QApplication.focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


def state_button(text: str, kind: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if kind:
        button.setProperty("kind", kind)
    return button


def _centred(label: PlainLabel, width: int) -> QHBoxLayout:
    """In lines of about one length, no wider than `width`: a last line of one word looks forgotten."""
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.ensurePolished()
    if label.wordWrap():
        height = label.heightForWidth(width)
        narrowest = next(narrow for narrow in range(width // 2, width + 1) if label.heightForWidth(narrow) <= height)
        width = narrowest
    label.setMaximumWidth(width)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(label, 100)
    row.addStretch(1)
    return row


class _Mark(QWidget):
    def __init__(self, icons: Icons, name: str, role: Role) -> None:
        super().__init__()
        self._icon = icons.icon(name, role)
        self.setFixedSize(QSize(ICON_STATE, ICON_STATE))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
