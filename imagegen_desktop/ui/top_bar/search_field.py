"""The field that finds: completes what is half typed, offers the best hits after a pause, and explains its language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QMenu, QWidget

from imagegen_desktop.core.query_completion import HELP, Completion, Vocabulary, completions
from imagegen_desktop.ui.text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.icons import Icons

OFFER = Qt.ItemDataRole.UserRole + 1
LONGEST = 80
POPUP_WIDTH = 420


@dataclass(frozen=True, slots=True)
class _Hit:
    """One of the best hits, by the image's id."""

    image: str


class SearchField(QLineEdit):
    """Esc closes its list, then clears it, before anything else in the window hears of the key.

    `hit_chosen(id)` carries an image that a person wants to see.
    """

    hit_chosen = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = Vocabulary()
        self._offers = QStandardItemModel(self)
        self._completer = QCompleter(self._offers, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._popup = QListView()
        self._popup.setProperty("kind", "offers")
        self._popup.setAccessibleName(self.tr("Completions and best hits"))
        self._popup.setMinimumWidth(POPUP_WIDTH)
        self._completer.setPopup(self._popup)
        self.addAction(icons.icon("search", "text3"), QLineEdit.ActionPosition.LeadingPosition)
        self._add_cross(icons)
        helping = self.addAction(icons.icon("circle-question-mark", "text3"), QLineEdit.ActionPosition.TrailingPosition)
        helping.setText(self.tr("How to search"))
        helping.setToolTip(plain_tooltip(helping.text()))
        helping.triggered.connect(self.show_help)
        self.textEdited.connect(self._edited)
        taken = self._completer.activated[QModelIndex]  # pyright: ignore[reportIndexIssue, reportUnknownMemberType, reportUnknownVariableType] (the stubs know no overloads)
        taken.connect(self._taken)  # pyright: ignore[reportUnknownMemberType] (the same)

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """The names that can be completed."""
        self._vocabulary = vocabulary

    def offer_hits(self, states: Sequence[ImageState]) -> None:
        """The best hits of what stands in the field, below its completions. Nothing pops up where nobody types any more."""
        self._fill(states)
        if self.hasFocus() and self.text().strip():
            self._pop_up()

    @property
    def offers(self) -> list[str]:
        """What the list shows."""
        return [self._offers.item(row).text() for row in range(self._offers.rowCount())]

    def event(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride and self.text():
            event.accept()
            return True
        if is_escape and event.type() == QEvent.Type.KeyPress and self.text():
            # The list hears of keys after the field that it belongs to.
            if self._popup.isVisible():
                self._popup.hide()
            else:
                self.clear()
            event.accept()
            return True
        return super().event(event)

    @Slot()
    def show_help(self) -> None:
        """The language by examples; each of them can be taken."""
        self.help_menu().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def help_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("How to search"))
        menu.aboutToHide.connect(menu.deleteLater)
        for example, meaning in HELP:
            # What stands behind a tab is shown in a column of its own.
            action = menu.addAction(f"{example.replace('&', '&&')}\t{meaning}")
            action.triggered.connect(partial(self._try, example))
        return menu

    # ---- own ----

    def _add_cross(self, icons: Icons) -> None:
        """Qt's own cross is drawn for light windows alone, and looks through the desktop's icons first."""
        cross = self._cross = self.addAction(icons.icon("x", "text3"), QLineEdit.ActionPosition.TrailingPosition)
        cross.setText(self.tr("Clear the search"))
        cross.setToolTip(plain_tooltip(cross.text()))
        cross.setVisible(False)
        cross.triggered.connect(self._empty)
        self.textChanged.connect(self._changed)

    @Slot(str)
    def _changed(self, text: str) -> None:
        self._cross.setVisible(bool(text))

    @Slot()
    def _empty(self) -> None:
        """As if a person had deleted the words."""
        self.clear()
        self.textEdited.emit("")

    def _try(self, example: str, _checked: object = None) -> None:
        """Behind what stands there already."""
        before = self.text().strip()
        self.setText(f"{before} {example}" if before else example)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _edited(self, _text: str) -> None:
        self._fill(())
        if self._offers.rowCount():
            self._pop_up()
        else:
            self._popup.hide()

    def _fill(self, hits: Sequence[ImageState]) -> None:
        self._offers.clear()
        for completion in completions(self.text(), self.cursorPosition(), self._vocabulary):
            words = completion.text.replace('"', "")
            self._add(words, words, completion)
        for state in hits:
            words = " ".join((state.title or state.record.prompt).split())[:LONGEST]
            self._add(words, self.tr("Image: {words}").format(words=words), _Hit(state.id))

    def _add(self, words: str, spoken: str, offer: Completion | _Hit) -> None:
        item = QStandardItem(words)
        item.setEditable(False)
        item.setData(offer, OFFER)
        item.setData(spoken, Qt.ItemDataRole.AccessibleTextRole)
        self._offers.appendRow(item)

    def _pop_up(self) -> None:
        self._completer.complete()
        # Nothing is chosen before a person chooses: Return takes no word that was not wanted.
        self._popup.setCurrentIndex(QModelIndex())

    @Slot(QModelIndex)
    def _taken(self, index: QModelIndex) -> None:
        offer = index.data(OFFER)
        if isinstance(offer, _Hit):
            self.hit_chosen.emit(offer.image)
        elif isinstance(offer, Completion):
            text = self.text()
            written = offer.text + (" " if offer.finished else "")
            self.setText(text[: offer.start] + written + text[offer.end :].lstrip(" " if offer.finished else ""))
            self.setCursorPosition(offer.start + len(written))
            if not offer.finished:
                self._edited(self.text())
