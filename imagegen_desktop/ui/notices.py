"""Calm cards above the prompt card that wait for an answer: what stands still and why, and what to do about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import ICON_ROW, SPACE_2, SPACE_3

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagegen_desktop.ui.theme.icons import Icons

    Action = tuple[str, Callable[[], None]]


class NoticeBoard(QWidget):
    """Shows one card for each topic, in the order of their coming, and takes no room while there is none."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._cards: dict[str, Notice] = {}
        # What had the keys before a card asked for them.
        self._before: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_2)
        self.hide()

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._cards)

    def tell(self, topic: str, words: str, actions: Sequence[Action]) -> None:
        """Show a card, or give the topic's card these words and buttons. Each of `actions` is (words, what it does)."""
        card = self._cards.get(topic)
        if card is not None and card.says == (words, tuple(name for name, _ in actions)):
            return
        if card is None:
            card = self._cards[topic] = Notice(self._icons)
            self._column.addWidget(card)
        card.fill(words, actions)
        card.show()
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def clear(self, topic: str) -> None:
        card = self._cards.pop(topic, None)
        if card is None:
            return
        focused, before = QApplication.focusWidget(), self._before
        if focused is not None and card.isAncestorOf(focused):
            # Else the keys would fall to the window's first control.
            if before is not None and shiboken6.isValid(before) and before.isVisible():
                before.setFocus(Qt.FocusReason.OtherFocusReason)
            self._before = None
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
        self.setVisible(bool(self._cards))

    def focus(self, topic: str) -> None:
        """Give the topic's card the keys; when it goes, they go back to where they were."""
        if topic in self._cards:
            focused = QApplication.focusWidget()
            if focused is not None and not self.isAncestorOf(focused):
                self._before = focused
            self._cards[topic].focus_first()


class Notice(QFrame):
    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setProperty("kind", "warning")
        self._words = PlainLabel(wrap=True)
        self._buttons: list[QPushButton] = []
        self._acts: list[Callable[[], None]] = []
        said = QHBoxLayout()
        said.setSpacing(SPACE_2)
        said.addWidget(_Mark(icons), 0, Qt.AlignmentFlag.AlignVCenter)
        said.addWidget(self._words, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(SPACE_2)
        self._row.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(SPACE_3, SPACE_2, SPACE_2, SPACE_2)
        self._whole.setSpacing(SPACE_2)
        self._whole.addLayout(said, 1)
        self._whole.addLayout(self._row)

    @property
    def says(self) -> tuple[str, tuple[str, ...]]:
        return self._words.text(), tuple(button.text() for button in self._buttons)

    def fill(self, words: str, actions: Sequence[Action]) -> None:
        """Buttons of the same names stay, and keep the keys, while the words beside them count on."""
        self._words.setText(words)
        self._acts = [act for _, act in actions]
        names = [name for name, _ in actions]
        if names != [button.text() for button in self._buttons]:
            self._set_buttons(names)
        for button in self._buttons:
            button.setAccessibleDescription(words)

    def _set_buttons(self, names: Sequence[str]) -> None:
        focused = any(button.hasFocus() for button in self._buttons)
        old, self._buttons = self._buttons, []
        for number, name in enumerate(names):
            button = QPushButton(name)
            button.clicked.connect(partial(self._press, number))
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            self._buttons.append(button)
            # At once, and not when the layout comes to it: it may get the keys.
            button.show()
        if focused:
            self.focus_first()
        for button in old:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._choose_lines()

    def _press(self, number: int, _checked: object = None) -> None:
        self._acts[number]()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_lines()

    def _choose_lines(self) -> None:
        """The buttons stand beside the words, or under them where they would leave less than half of the width."""
        beside = self._row.sizeHint().width() <= self.width() // 2
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._whole.direction() is not way:
            self._whole.setDirection(way)

    def focus_first(self) -> None:
        if self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)


class _Mark(QWidget):
    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.setFixedSize(ICON_ROW, ICON_ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._icons.paint(painter, "triangle-alert", self._icons.tokens.warn, QRectF(self.rect()))
