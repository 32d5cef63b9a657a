"""The inspector: the prompts, the facts and the file of the chosen image."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from imagegen_desktop.ui.inspector.facts import Fact, FactName, facts_of
from imagegen_desktop.ui.inspector.facts_table import FactsTable
from imagegen_desktop.ui.inspector.organise_section import OrganiseSection
from imagegen_desktop.ui.inspector.prompt_section import PromptSection
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_2, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

TITLE_WORDS = 6
TITLE_CHARACTERS = 48
LONGEST_WORD = 16


def title_of(state: ImageState) -> str:
    """The person's title, else the first words of the prompt, else the name that the file has or came by."""
    if state.title:
        return state.title
    words = state.record.prompt.split()
    if not words:
        return state.record.original_name or state.record.file.rpartition("/")[2]
    start = " ".join(words[:TITLE_WORDS])
    if len(start) > TITLE_CHARACTERS:
        return f"{start[:TITLE_CHARACTERS].rstrip()}…"
    return start.rstrip(",.;:") + ("…" if len(words) > TITLE_WORDS else "")


def breakable(text: str) -> str:
    """`text` with places to break within words that are wider than the panel; they show nothing."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", "\\1\u200b", text)


class Inspector(QWidget):
    """Emits `copy_requested(str)`; `use_prompt_requested`, `again_requested`, `show_in_folder_requested` (ImageState).

    `turned_to` carries the image that is shown now, whenever it is shown anew.
    """

    copy_requested = Signal(object)
    again_requested = Signal(object)
    use_prompt_requested = Signal(object)
    show_in_folder_requested = Signal(object)
    turned_to = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: ImageState | None = None
        self._whereabouts = ("", "")
        self._appearance = appearance
        self.title = PlainLabel(kind="title", wrap=True)
        self._sample_words = self.tr("Drawn on this computer; not made by an AI model")
        self._lost_words = self.tr("The last preview of a picture whose finished form was lost on the way")
        self.badge = PlainLabel()
        self.badge_words = PlainLabel(kind="muted", wrap=True)
        self.empty = PlainLabel(self.tr("Choose an image to see its prompt, model and file."), kind="muted", wrap=True)
        self.prompt = PromptSection(self.tr("PROMPT"), self.tr("Copy the prompt as typed"), icons)
        self.enhanced = PromptSection(self.tr("ENHANCED PROMPT"), self.tr("Copy the enhanced prompt"), icons)
        self.revised = PromptSection(
            self.tr("WHAT THE SERVICE SAYS IT USED"), self.tr("Copy what the service says it used"), icons
        )
        self.negative = PromptSection(
            self.tr("NOT IN THE PICTURE"), self.tr("Copy what should not be in the picture"), icons
        )
        self.organise = OrganiseSection(appearance, icons)
        self.table = FactsTable(appearance)
        self.use_button = QPushButton(self.tr("Use prompt"))
        self.copy_button = QPushButton(self.tr("Copy prompt"))
        self.again_button = QPushButton(self.tr("Again"))
        self.again_button.setToolTip(
            self.tr("Make another picture like this one. It is sent at once and costs as much as a picture does (R)")
        )
        self.folder_button = QPushButton(self.tr("Show in folder"))
        self.folder_button.setIcon(icons.icon("folder-open"))
        self._lay_out()
        self._order_tabs()
        self._connect()
        self._dress_badge(appearance.tokens)
        self.show_state(None, file=None)

    def show_state(self, state: ImageState | None, *, file: Path | None) -> None:
        """Show an image, or that none is chosen. `file` is where its original lies, None where it is not there."""
        self._state = state
        self._show_one(one=True)
        self.organise.show_states((state,) if state is not None else ())
        self._body.setVisible(state is not None)
        self._foot.setVisible(state is not None)
        self.empty.setVisible(state is None)
        if state is None:
            self.title.setText(self.tr("Details"))
            self.title.setAccessibleName("")
            return
        record = state.record
        title = title_of(state)
        self.title.setText(breakable(title))
        self.title.setAccessibleName(title)
        self.badge.setVisible(record.is_sample or record.is_preview)
        self.badge_words.setVisible(record.is_sample or record.is_preview)
        self.badge.setText(self.tr("Preview") if record.is_preview else self.tr("Sample"))
        self.badge_words.setText(self._lost_words if record.is_preview else self._sample_words)
        # The least height was reckoned before the label had its width; the layout asks again for the real one.
        self.badge_words.setMinimumHeight(0)
        self.prompt.show_text(record.prompt)
        self.enhanced.show_text(record.enhanced_prompt or "")
        self.revised.show_text(record.revised_prompt or "")
        self.negative.show_text(record.negative_prompt)
        self._show_facts(state)
        self.use_button.setEnabled(bool(record.prompt))
        self.again_button.setEnabled(record.asked is not None and bool(record.prompt))
        self.copy_button.setEnabled(bool(record.prompt))
        self.folder_button.setEnabled(file is not None)
        self.folder_button.setToolTip(plain_tooltip(str(file) if file is not None else ""))
        self.turned_to.emit(state)

    @property
    def state(self) -> ImageState | None:
        """The one image that is shown, None where none or several are."""
        return self._state

    def show_whereabouts(self, image_id: str, words: str, *, here: bool = True) -> None:
        """Where the original of the image that is shown lies; of another one it is kept until that is shown."""
        self._whereabouts = (image_id, words)
        if self._state is not None:
            self._show_facts(self._state)
            if self._state.id == image_id:
                self.folder_button.setEnabled(here)

    def _show_facts(self, state: ImageState) -> None:
        facts = facts_of(state.record)
        image_id, words = self._whereabouts
        if words and image_id == state.id:
            facts[FactName.BUCKET] = Fact(words)
        self.table.show_facts(facts)

    def show_selection(self, states: Sequence[ImageState], size_bytes: int) -> None:
        """Show what several images share, to change it for all of them at once."""
        self._state = None
        self._body.setVisible(True)
        self._foot.setVisible(False)
        self.empty.setVisible(False)
        self._show_one(one=False)
        title = self.tr("{count} images").format(count=QLocale().toString(len(states)))
        self.title.setText(title)
        self.title.setAccessibleName(title)
        size = QLocale().formattedDataSize(size_bytes, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
        self.badge.setVisible(False)
        self.badge_words.setVisible(True)
        self.badge_words.setText(
            self.tr("{size} together. What you change here changes all of them.").format(size=size)
        )
        self.badge_words.setMinimumHeight(0)
        self.organise.show_states(states)

    def _show_one(self, *, one: bool) -> None:
        """What only a single image has."""
        for section in self._sections:
            section.setVisible(one)
        for widget in (self.use_button, self.again_button, self.copy_button, self.table):
            widget.setVisible(one)

    @property
    def _sections(self) -> tuple[PromptSection, ...]:
        return (self.prompt, self.enhanced, self.revised, self.negative)

    def _lay_out(self) -> None:
        self.badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        badge_row = QVBoxLayout()
        badge_row.setSpacing(SPACE_1)
        badge_row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignLeft)
        badge_row.addWidget(self.badge_words)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self.use_button, 1)
        buttons.addWidget(self.again_button, 1)
        line = QFrame()
        line.setProperty("kind", "line")
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(SPACE_3)
        body.addLayout(badge_row)
        for section in self._sections:
            body.addWidget(section)
        body.addLayout(buttons)
        body.addWidget(self.copy_button)
        body.addWidget(self.organise)
        body.addWidget(line)
        body.addWidget(self.table)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_2)
        column.addWidget(self.title)
        column.addWidget(self.empty)
        column.addWidget(self._body)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(SPACE_4, SPACE_2, SPACE_4, SPACE_4)
        foot.addWidget(self.folder_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._foot)

    def _order_tabs(self) -> None:
        texts = [widget for section in self._sections for widget in (section.text, section.copy)]
        for here, there in pairwise(
            (*texts, self.use_button, self.again_button, self.copy_button, *self.table.stops, self.folder_button)
        ):
            self.setTabOrder(here, there)

    def _connect(self) -> None:
        for section in self._sections:
            section.copy_requested.connect(self.copy_requested)
        self.use_button.clicked.connect(self._use)
        self.again_button.clicked.connect(self._again)
        self.copy_button.clicked.connect(self._copy)
        self.folder_button.clicked.connect(self._show_in_folder)
        self._appearance.changed.connect(self._dress_badge)

    @Slot(object)
    def _dress_badge(self, tokens: object) -> None:
        del tokens
        colours = self._appearance.tokens
        self.badge.setStyleSheet(
            f"background: {colours.accent_soft}; color: {colours.accent_text}; border-radius: 9px;"
            " padding: 2px 9px; font-size: 11px; font-weight: 600;"
        )

    @Slot()
    def _use(self) -> None:
        if self._state is not None:
            self.use_prompt_requested.emit(self._state)

    @Slot()
    def _again(self) -> None:
        if self._state is not None:
            self.again_requested.emit(self._state)

    @Slot()
    def _copy(self) -> None:
        if self._state is not None:
            self.copy_requested.emit(self._state.record.prompt)

    @Slot()
    def _show_in_folder(self) -> None:
        if self._state is not None:
            self.show_in_folder_requested.emit(self._state)
