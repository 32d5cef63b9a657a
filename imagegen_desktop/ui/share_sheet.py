"""The choices of a link to an image, as a card above the prompt card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.exporting import Metadata
from imagegen_desktop.ui.calm_wheel import CalmWheel
from imagegen_desktop.ui.settings.section import StatusLine
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_2, SPACE_3

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from imagegen_desktop.ui.status_kind import StatusKind


HOUR: Final = 3600
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class ShareWish:
    """A link that lives for `seconds`, or one under the bucket's `public` address, which lives until it is taken back."""

    state: ImageState
    seconds: int
    metadata: Metadata
    public: bool


class ShareSheet(QFrame):
    """Emits `share_requested(ShareWish)`. It keeps its choices when it is closed."""

    share_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._state: ImageState | None = None
        self._wheel = CalmWheel(self)
        self.title = PlainLabel(kind="title")
        self.life = self._box((self.tr("1 hour"), HOUR), (self.tr("1 day"), DAY), (self.tr("7 days"), WEEK))
        self.metadata = self._box(
            (self.tr("No metadata at all"), Metadata.NONE),
            (self.tr("Prompt and settings inside"), Metadata.FULL),
            (self.tr("The original, untouched"), Metadata.ORIGINAL),
        )
        self.public = QCheckBox(self.tr("Under the bucket's public address, without an end"))
        self.told = PlainLabel(kind="muted", wrap=True)
        self.status = StatusLine()
        self.share = QPushButton(self.tr("Make the link"))
        self.share.setProperty("kind", "primary")
        self.close_button = QPushButton(self.tr("Close"))
        self._lay_out()
        self.public.toggled.connect(self._tell)
        self.metadata.activated.connect(self._tell)
        self.share.clicked.connect(self._share)
        self.close_button.clicked.connect(self.close_sheet)
        self._tell()
        self.hide()

    def open_for(self, state: ImageState, name: str, *, has_public: bool) -> None:
        """`name` is the image's title; `has_public` says that the bucket has a public address."""
        self._state = state
        self.title.setText(self.tr("Share “{name}”").format(name=name))
        self.public.setVisible(has_public)
        if not has_public:
            self.public.setChecked(False)
        self.show_status("", "none")
        self.show()
        self.life.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_status(self, words: str, kind: StatusKind) -> None:
        self.status.show_status(words, kind)
        self.share.setEnabled(kind != "busy")

    @Slot()
    def close_sheet(self) -> None:
        self._state = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        else:
            super().keyPressEvent(event)

    # ---- own ----

    def _box(self, *items: tuple[str, object]) -> QComboBox:
        box = QComboBox()
        for words, value in items:
            box.addItem(words, value)
        self._wheel.calm(box)
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        for column, (name, control) in enumerate(
            ((self.tr("Link lives for"), self.life), (self.tr("The copy tells"), self.metadata))
        ):
            label = PlainLabel(name, kind="caption")
            label.setBuddy(control)
            grid.addWidget(label, 0, column)
            grid.addWidget(control, 1, column)
            grid.setColumnStretch(column, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        said = QVBoxLayout()
        said.addWidget(self.status)
        buttons.addLayout(said, 1)
        for button in (self.close_button, self.share):
            buttons.addWidget(button)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(SPACE_3, SPACE_3, SPACE_3, SPACE_3)
        column_box.setSpacing(SPACE_2)
        column_box.addWidget(self.title)
        column_box.addLayout(grid)
        column_box.addWidget(self.public)
        column_box.addWidget(self.told)
        column_box.addLayout(buttons)

    @Slot()
    def _tell(self) -> None:
        public = self.public.isChecked()
        self.life.setEnabled(not public)
        told = {
            Metadata.NONE: self.tr("A copy with pixels alone goes to the bucket."),
            Metadata.FULL: self.tr("A copy that tells prompt, model and settings goes to the bucket."),
            Metadata.ORIGINAL: self.tr("A copy of the very bytes goes to the bucket, with whatever they tell."),
        }[Metadata(self.metadata.currentData())]
        end = self.tr("Whoever has the link can see it until the link ends, or you take it back.")
        if public:
            end = self.tr("Whoever has the link can see it until you take it back.")
        self.told.setText(f"{told} {end}")

    @Slot()
    def _share(self) -> None:
        if self._state is not None:
            metadata = Metadata(self.metadata.currentData())
            wish = ShareWish(self._state, int(self.life.currentData()), metadata, self.public.isChecked())
            self.share_requested.emit(wish)
