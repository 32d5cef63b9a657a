"""The prompt card: a draft of words and choices, and the button that sends it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.combinations import conflicts
from imagegen_desktop.core.dialects import OPENAI_WAYS
from imagegen_desktop.core.model_merge import at_endpoint
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.ui.advice_line import AdviceLine
from imagegen_desktop.ui.farewell_line import FarewellLine, local_today
from imagegen_desktop.ui.prompt_dock.advice_words import conflict_words, enhance_words, fix_words
from imagegen_desktop.ui.prompt_dock.controls_row import ControlsRow
from imagegen_desktop.ui.prompt_dock.details_panel import DetailsPanel
from imagegen_desktop.ui.prompt_dock.draft_rules import LONGEST_PROMPT, fitted, spec_of
from imagegen_desktop.ui.prompt_dock.generate_box import GenerateBox
from imagegen_desktop.ui.prompt_dock.options_group import OptionsGroup
from imagegen_desktop.ui.prompt_dock.prompt_field import PromptField
from imagegen_desktop.ui.prompt_dock.size_chips import SizeChips
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_2, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from imagegen_desktop.core.dialects import Dialect
    from imagegen_desktop.core.models import ModelCatalogue, ModelSpec
    from imagegen_desktop.core.options import Options
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons


class PromptDock(QFrame):
    """Emits `draft_changed(Draft)` at every keystroke and choice, and `submitted(Draft)` for words that can be sent.

    `submitted_next(Draft)` are words that are to be sent before all that wait.
    What is set from outside emits nothing but `price_wanted(Draft)`, which comes whenever the draft is another.
    """

    price_wanted = Signal(object)
    draft_changed = Signal(object)
    submitted = Signal(object)
    submitted_next = Signal(object)
    cancel_requested = Signal()
    add_key_requested = Signal()

    def __init__(
        self,
        catalogue: ModelCatalogue,
        appearance: Appearance,
        icons: Icons,
        parent: QWidget | None = None,
        *,
        today: Callable[[], date] = local_today,
    ) -> None:
        super().__init__(parent)
        self._dialect = OPENAI_WAYS
        self._appearance = appearance
        self._draft = Draft()
        self._sent: Draft | None = None
        self._specs: tuple[ModelSpec, ...] = ()
        self.setProperty("kind", "prompt")
        self.field = PromptField()
        self.field.setPlaceholderText(self.tr("A futuristic city made of crystal..."))
        self.field.setAccessibleName(self.tr("Prompt"))
        self.hint = PlainLabel(kind="warn", wrap=True)
        self.hint.hide()
        self.enhance = QCheckBox(self.tr("Enhance"))
        self.sizes = SizeChips()
        self.options = OptionsGroup()
        self.more = QPushButton()
        self.more.setProperty("kind", "chip")
        self.more.setCheckable(True)
        self.details = DetailsPanel()
        self.details.hide()
        self.conflict = AdviceLine()
        self.farewell = FarewellLine(catalogue, today)
        self.box = GenerateBox(icons)
        self._lay_out()
        self._connect()
        self.set_models(catalogue.of(Maker.OPENAI), catalogue.default_image_model)

    def draft(self) -> Draft:
        return self._draft

    def set_draft(self, draft: Draft) -> None:
        """Show these words and choices, as far as the models at hand have them."""
        model = draft.model or self._draft.model
        self.options.model.choose(model)
        self._draft = replace(draft, model=self.options.model.model_id)
        with QSignalBlocker(self.field), QSignalBlocker(self.enhance):
            self.field.setPlainText(draft.prompt)
            self.field.moveCursor(QTextCursor.MoveOperation.End)
            self.enhance.setChecked(draft.enhance)
        self.field.fit_height()
        self._fit_to_model()

    def put_draft(self, draft: Draft) -> None:
        """The same by a person's wish: it is told of, and Ctrl+Z brings back the words that stood there."""
        if draft.prompt != self._draft.prompt:
            self.set_words(draft.prompt)
        self.options.model.choose(draft.model)
        self._draft = replace(draft, model=self.options.model.model_id)
        with QSignalBlocker(self.enhance):
            self.enhance.setChecked(draft.enhance)
        self._fit_to_model()
        self._change(self._draft)

    def set_models(self, specs: tuple[ModelSpec, ...], chosen: str) -> None:
        """The models of the endpoint's maker, and the id of the one to use."""
        if (specs, chosen) == (self._specs, self._draft.model):
            return
        self._specs = specs
        self.options.set_models(specs, chosen)
        self._draft = replace(self._draft, model=self.options.model.model_id)
        self._fit_to_model()

    def note_sent(self, draft: Draft) -> None:
        """These words were sent or added to the queue: until the card is changed they are not sent again."""
        self._sent = draft
        self._show_whether_it_adds()

    def set_running(self, running: bool, *, own: bool = True) -> None:  # noqa: FBT001 (a setter)
        """Jobs began, go on or ended: Cancel stands beside the button while any runs. `own`: one of them is this card's."""
        is_news = running != self.box.running
        had_focus = self.box.button.hasFocus() or self.box.cancel.hasFocus()
        if not running:
            self._sent = None
        elif is_news and own and self._sent is None:
            self._sent = self._draft
        self.box.set_running(running)
        self._show_whether_it_adds()
        if had_focus and is_news:
            # A button that is switched off hands the focus on; it must not land on Cancel under a second Return.
            self.focus_prompt()

    def set_cancelling(self) -> None:
        """Cancel was heard; the job is on its way out."""
        had_focus = self.box.cancel.hasFocus()
        self.box.set_cancelling()
        if had_focus:
            self.focus_prompt()

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 (a setter)
        """The queue stands still, or goes on."""
        self.box.set_paused(paused)

    def set_key_missing(self, missing: bool) -> None:  # noqa: FBT001 (a setter)
        self.box.set_key_missing(missing)

    def set_price(self, words: str, reason: str) -> None:
        """What the draft may cost, such as "about $0.02", and where that comes from."""
        self.box.set_price(words, reason)

    def set_words(self, text: str) -> None:
        """Put `text` into the field as if it were typed, so that Ctrl+Z brings back what stood there."""
        cursor = self.field.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.field.setTextCursor(cursor)

    @Slot()
    def focus_prompt(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        framing = QWidget()
        row = QHBoxLayout(framing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_3)
        row.addWidget(self.enhance)
        row.addWidget(self.sizes)
        row.addWidget(self.more)
        self.controls = ControlsRow(framing, self.options, self.box)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_2)
        column.addWidget(self.field)
        column.addWidget(self.hint)
        column.addWidget(self.farewell)
        column.addWidget(self.details)
        column.addWidget(self.conflict)
        column.addWidget(self.controls)
        self._show_focus(focused=False)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._words_changed)
        self.field.focused.connect(self._field_focused)
        self.enhance.toggled.connect(self._enhance_toggled)
        self.sizes.chosen.connect(self._size_chosen)
        self.details.size_chosen.connect(self._size_chosen)
        self.details.options_chosen.connect(self._options_chosen)
        self.more.toggled.connect(self.details.setVisible)
        self.farewell.successor_chosen.connect(self._use_model)
        self.options.model_chosen.connect(self._model_chosen)
        self.options.quality_chosen.connect(self._quality_chosen)
        self.options.count_chosen.connect(self._count_chosen)
        self.box.pressed.connect(self._submit)
        self.box.cancelled.connect(self.cancel_requested)
        for keys, slot in (
            ("Ctrl+Return", self._submit),
            ("Ctrl+Enter", self._submit),
            ("Ctrl+Shift+Return", self._submit_next),
            ("Ctrl+Shift+Enter", self._submit_next),
            ("Ctrl+E", self.enhance.toggle),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    @Slot()
    def _submit(self) -> None:
        if (self.box.key_missing or self.box.can_send) and self._is_complete():
            self.submitted.emit(self._draft)

    @Slot()
    def _submit_next(self) -> None:
        """Asked for by its own keys, the same words may be sent a second time while they are made."""
        if self._is_complete():
            self.submitted_next.emit(self._draft)

    def _is_complete(self) -> bool:
        """Whether the card can be sent; if not, it says why."""
        if self.box.key_missing:
            self.add_key_requested.emit()
            return False
        if not self._draft.prompt.strip():
            self._show_hint(self.tr("Write what you want to see"))
            self.focus_prompt()
            return False
        if len(self._draft.prompt) > LONGEST_PROMPT:
            self._show_hint(self._too_long())
            self.focus_prompt()
            return False
        if not self.conflict.isHidden():
            self.conflict.button.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        return True

    @Slot()
    def _words_changed(self) -> None:
        words = self.field.toPlainText()
        self._change(replace(self._draft, prompt=words))
        self._show_hint(self._too_long() if len(words) > LONGEST_PROMPT else "")

    @Slot(bool)
    def _enhance_toggled(self, checked: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self._change(replace(self._draft, enhance=checked))

    @Slot(object)
    def _size_chosen(self, size: str) -> None:
        self._change(replace(self._draft, size=size))
        self._show_sizes(self._spec)
        self.details.show_size(size)

    @Slot(object)
    def _options_chosen(self, options: Options) -> None:
        self._change(replace(self._draft, options=options))
        self.details.show_choices(self._spec, self._dialect, self._draft)
        self._name_details()

    @Slot(object)
    def _model_chosen(self, model_id: str) -> None:
        self._draft = replace(self._draft, model=model_id)
        self._fit_to_model()
        self._show_whether_it_adds()
        self.draft_changed.emit(self._draft)

    @Slot(object)
    def _quality_chosen(self, quality: str) -> None:
        self._change(replace(self._draft, quality=quality))

    @Slot(object)
    def _count_chosen(self, count: int) -> None:
        self._change(replace(self._draft, count=count))
        self.box.set_count(count)

    @Slot(object)
    def _field_focused(self, focused: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self._show_focus(focused=focused)

    @property
    def _spec(self) -> ModelSpec:
        """The chosen model, as the endpoint gives it."""
        return at_endpoint(spec_of(self._draft.model, self._specs), self._dialect)

    def _change(self, draft: Draft) -> None:
        self._draft = draft
        self.price_wanted.emit(draft)
        self._explain_conflict()
        self._show_whether_it_adds()
        self.draft_changed.emit(draft)

    def _show_whether_it_adds(self) -> None:
        had_focus = self.box.button.hasFocus()
        self.box.set_adds(self.box.running and self._draft != self._sent)
        if had_focus and not self.box.button.isEnabled():
            self.focus_prompt()

    def _fit_to_model(self) -> None:
        spec = self._spec
        self._draft = draft = fitted(self._draft, spec)
        self._show_sizes(spec)
        self.details.show_choices(spec, self._dialect, draft)
        self._name_details()
        self._explain_conflict()
        self.farewell.show_model(spec, self._dialect.family)
        self.options.show_choices(spec, draft.quality, draft.count)
        self.box.set_count(draft.count)
        self._explain_enhance(spec.maker)
        self.price_wanted.emit(draft)
        self._order_tabs()

    def set_dialect(self, dialect: Dialect) -> None:
        """How the endpoint is spoken to: what it does not take is not offered."""
        self._dialect = dialect
        self._fit_to_model()

    def _show_sizes(self, spec: ModelSpec) -> None:
        size = self._draft.size or spec.default_size
        own = () if size in spec.sizes or not spec.sizes else (size,)
        self.sizes.set_sizes((*own, *spec.sizes), size)
        self._order_tabs()

    def _name_details(self) -> None:
        said = self.details.summary()
        self.more.setText(self.tr("Options: {choices}").format(choices=said) if said else self.tr("Options"))
        self.more.setToolTip(plain_tooltip(self.tr("Format, background, size in pixels and more")))
        offers = self.details.has_choices
        self.more.setVisible(offers)
        if not offers:
            self.more.setChecked(False)

    def _explain_conflict(self) -> None:
        """The first thing that can't be, with a button that mends it."""
        ways = conflicts(self._draft, self._spec)
        if ways:
            self.conflict.tell(
                conflict_words(ways[0].conflict), fix_words(ways[0]), partial(self.put_draft, ways[0].fixed)
            )
        else:
            self.conflict.tell("")

    @Slot(object)
    def _use_model(self, model_id: str) -> None:
        self.options.model.choose(model_id)
        self._model_chosen(model_id)

    def _explain_enhance(self, maker: Maker) -> None:
        keys = QKeySequence("Ctrl+E").toString(QKeySequence.SequenceFormat.NativeText)
        self.enhance.setToolTip(plain_tooltip(f"{enhance_words(maker)} ({keys})"))

    def _order_tabs(self) -> None:
        """As the eye goes; chips are made anew with each model, and Qt would put them last."""
        options = (self.options.model, self.options.quality, self.options.count)
        framing = (self.field, self.enhance, *self.sizes.buttons, self.more)
        stops = (*framing, *self.details.stops, *options, self.box.cancel, self.box.button)
        for here, there in pairwise(stops):
            self.setTabOrder(here, there)

    def _too_long(self) -> str:
        locale = self.locale()
        words = self.tr("The prompt is {length} characters long; services take at most {most}.")
        length = locale.toString(len(self._draft.prompt))
        return words.format(length=length, most=locale.toString(LONGEST_PROMPT))

    def _show_hint(self, words: str) -> None:
        if words == self.hint.text():
            return
        self.hint.setText(words)
        self.hint.setVisible(bool(words))
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.hint, words))

    def _show_focus(self, *, focused: bool) -> None:
        """The card wears the focus ring of its field; the margins give way to its second pixel, so nothing moves."""
        ring = 1 if focused else 0
        self.setProperty("focused", focused)
        self.style().unpolish(self)
        self.style().polish(self)
        across, above, below = SPACE_4 - ring, SPACE_3 - ring, SPACE_3 - ring
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(across, above, across, below)
