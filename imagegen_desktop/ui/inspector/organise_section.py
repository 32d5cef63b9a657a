"""What a person says of the chosen images: title, stars, tags, albums and a note, for one image or for many at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.changes import NOTE, RATING, TITLE
from imagegen_desktop.ui.inspector.rating_stars import RatingStars
from imagegen_desktop.ui.inspector.tag_chips import TagChips
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QFocusEvent

    from imagegen_desktop.core.albums import Shelf
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

NOTE_HEIGHT = 64


class NoteField(QPlainTextEdit):
    """Emits `left` when it loses the focus. Tab leaves it."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(NOTE_HEIGHT)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self.left.emit()
        return super().event(event)


class OrganiseSection(QWidget):
    """Emits `field_set(states, field, value)`, `tag_added(states, tag)`, `tag_removed(states, tag)`,
    `album_toggled(states, album id, bool)` and `album_wanted(states)`.

    Each carries the images that were shown when the person changed something, so that nothing lands on others.
    """  # noqa: D205 (one list of signals)

    field_set = Signal(object, object, object)
    tag_added = Signal(object, object)
    tag_removed = Signal(object, object)
    album_toggled = Signal(object, object, object)
    album_wanted = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[ImageState, ...] = ()
        self._ids: tuple[str, ...] = ()
        self._albums: tuple[tuple[str, str], ...] = ()
        self.title = QLineEdit()
        self.title.setPlaceholderText(self.tr("Title"))
        self.title.setAccessibleName(self.tr("Title"))
        self.stars = RatingStars(appearance, icons)
        self.tags = TagChips(icons)
        self.album_names = PlainLabel(kind="muted", wrap=True)
        self.album_button = QPushButton(self.tr("Albums"))
        self.album_menu = QMenu(self.album_button)
        self.album_button.setMenu(self.album_menu)
        self.note = NoteField()
        self.note.setPlaceholderText(self.tr("Note"))
        self.note.setAccessibleName(self.tr("Note"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        stars = QHBoxLayout()
        stars.addWidget(self.stars)
        stars.addStretch(1)
        column.addLayout(stars)
        column.addWidget(self.title)
        column.addWidget(PlainLabel(self.tr("TAGS"), kind="caption"))
        column.addWidget(self.tags)
        column.addWidget(PlainLabel(self.tr("ALBUMS"), kind="caption"))
        column.addWidget(self.album_names)
        column.addWidget(self.album_button)
        column.addWidget(self.note)
        self.title.editingFinished.connect(self._title_edited)
        self.note.left.connect(self._note_edited)
        self.stars.rated.connect(self._rated)
        self.tags.added.connect(self._tag_added)
        self.tags.removed.connect(self._tag_removed)
        self.album_menu.aboutToShow.connect(self._fill_menu)
        self.setTabOrder(self.stars, self.title)

    def set_known(self, tags: Iterable[str], shelf: Shelf) -> None:
        """Tags to complete, and the albums that images can be put into: smart ones fill themselves."""
        self.tags.set_known(tags)
        self._albums = tuple((album.id, album.name) for album in shelf.albums if not album.is_smart)
        self._name_albums()

    def show_states(self, states: Sequence[ImageState]) -> None:
        """What the images share; what is typed and not yet taken over is taken over for those that were shown before."""
        ids = tuple(state.record.id for state in states)
        if ids != self._ids:
            self._title_edited()
            self._note_edited()
            self._states, self._ids = tuple(states), ids
            self.title.setText(self._shared("title"))
            self.note.setPlainText(self._shared("note"))
        else:
            before, self._states = self._states, tuple(states)
            self._refresh_words(before)
        ratings = {state.rating for state in states}
        self.stars.show_rating(ratings.pop() if len(ratings) == 1 else 0)
        # Of a hundred thousand images only few sets of tags differ.
        having = {state.tags for state in states}
        everywhere = frozenset[str]().union(*having).intersection(*having)
        somewhere = frozenset[str]().union(*having) - everywhere
        self.tags.show_tags(sorted(everywhere), sorted(somewhere))
        self._name_albums()

    # ---- own ----

    def _refresh_words(self, before: tuple[ImageState, ...]) -> None:
        """Follow a change from elsewhere, such as an undo, unless a person is typing here."""
        if not self.title.hasFocus() and [one.title for one in before] != [one.title for one in self._states]:
            self.title.setText(self._shared("title"))
        if not self.note.hasFocus() and [one.note for one in before] != [one.note for one in self._states]:
            self.note.setPlainText(self._shared("note"))

    def _shared(self, name: str) -> str:
        values = {str(getattr(state, name)) for state in self._states}
        return values.pop() if len(values) == 1 else ""

    def _name_albums(self) -> None:
        inside = set[str]().union(*{state.albums for state in self._states})
        names = [name for key, name in self._albums if key in inside]
        self.album_names.setText(", ".join(names))
        self.album_names.setVisible(bool(names))

    @Slot()
    def _fill_menu(self) -> None:
        self.album_menu.clear()
        for key, name in self._albums:
            action = self.album_menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(bool(self._states) and all(key in state.albums for state in self._states))
            action.toggled.connect(partial(self._toggle, key))
        if self._albums:
            self.album_menu.addSeparator()
        self.album_menu.addAction(self.tr("New album with this…")).triggered.connect(
            lambda _checked=False: self.album_wanted.emit(self._states)
        )

    def _toggle(self, key: str, checked: bool) -> None:  # noqa: FBT001 (a signal's)
        self.album_toggled.emit(self._states, key, checked)

    @Slot()
    def _title_edited(self) -> None:
        text = " ".join(self.title.text().split())
        if self._states and text != self._shared("title"):
            self.field_set.emit(self._states, TITLE, text)

    @Slot()
    def _note_edited(self) -> None:
        text = self.note.toPlainText()
        if self._states and text != self._shared("note"):
            self.field_set.emit(self._states, NOTE, text)

    @Slot(object)
    def _rated(self, stars: object) -> None:
        self.field_set.emit(self._states, RATING, stars)

    @Slot(object)
    def _tag_added(self, tag: object) -> None:
        self.tag_added.emit(self._states, tag)

    @Slot(object)
    def _tag_removed(self, tag: object) -> None:
        self.tag_removed.emit(self._states, tag)
