"""The finer choices of a picture: each is there only where the model has it and the endpoint takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from imagegen_desktop.core.dialects import Parameter
from imagegen_desktop.core.fitting import GIF, SVG, SVG_EFFORTS, formats_of
from imagegen_desktop.core.models import pixels_of
from imagegen_desktop.core.sizes import Snap, Use, preset, snap
from imagegen_desktop.ui.calm_wheel import CalmWheel
from imagegen_desktop.ui.flow_layout import FlowLayout
from imagegen_desktop.ui.number_box import NumberBox
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_2, SPACE_3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.dialects import Dialect
    from imagegen_desktop.core.models import ModelSpec, SizeRule
    from imagegen_desktop.core.options import Options
    from imagegen_desktop.core.settings import Draft

Control = TypeVar("Control", QComboBox, QSpinBox, QLineEdit)

LARGEST = 16_384
BEST = 100


class DetailsPanel(QWidget):
    """Emits `options_chosen(Options)` and `size_chosen(str)` when a person chose."""

    options_chosen = Signal(object)
    size_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: Options | None = None
        self._spec: ModelSpec | None = None
        self._wheel = CalmWheel(self)
        self._cells: dict[QWidget, QWidget] = {}
        self.notice = PlainLabel(kind="muted", wrap=True)
        self.notice.hide()
        holder = QWidget()
        self._flow = FlowLayout(holder, gap=SPACE_3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(holder)
        column.addWidget(self.notice)
        self.use = self._box(self.tr("Size for"))
        self.width_box = self._spin(1, LARGEST)
        self.height_box = self._spin(1, LARGEST)
        self.take_size = QPushButton(self.tr("Use"))
        self._add_custom_size()
        self.background = self._box(self.tr("Background"))
        self.format = self._box(self.tr("Format"))
        self.compression = self._labelled(self.tr("Picture quality of the file"), self._spin(-1, BEST))
        self.compression.setSpecialValueText(self.tr("Default"))
        self.moderation = self._box(self.tr("Moderation"))
        self.previews = self._box(self.tr("Previews"))
        self.complexity = self._box(self.tr("Planning"))
        self.style_box = self._box(self.tr("Style"))
        self.frames = self._labelled(self.tr("Frames"), self._spin(1, 16))
        self.frame_ms = self._labelled(self.tr("Milliseconds a frame"), self._spin(0, 655_350))
        self.svg_model = self._labelled(self.tr("Drawn by the text model"), QLineEdit())
        self.svg_model.editingFinished.connect(self._chosen)
        self.svg_effort = self._box(self.tr("Its reasoning"))
        boxes = (self.background, self.format, self.moderation, self.previews, self.complexity, self.style_box)
        for box in (*boxes, self.svg_effort):
            box.activated.connect(self._chosen)
        for spin in (self.compression, self.frames, self.frame_ms):
            spin.valueChanged.connect(self._chosen)
        self.use.activated.connect(self._use_chosen)
        self.take_size.clicked.connect(self._size_typed)

    def show_choices(self, spec: ModelSpec, dialect: Dialect, draft: Draft) -> None:
        """Offer what `spec` has and `dialect` takes, with the draft's choices. Emits nothing."""
        self._spec, self._options = spec, draft.options
        options, form = draft.options, draft.options.output_format
        self.notice.hide()
        self._offer_sizes(spec, dialect, draft.size or spec.default_size)
        for box, parameter, words, chosen in (
            (self.background, Parameter.BACKGROUND, spec.backgrounds, options.background),
            (self.moderation, Parameter.MODERATION, spec.moderations, options.moderation),
            (self.complexity, Parameter.COMPLEXITY, spec.complexities, options.complexity),
            (self.style_box, Parameter.STYLE, spec.styles, options.style),
        ):
            self._fill(box, words if dialect.takes(parameter) else (), chosen)
        self._fill(self.format, formats_of(spec, dialect), form)
        counts = [str(number) for number in range(spec.max_previews + 1)]
        shows = spec.streams and dialect.takes(Parameter.STREAM) and form not in {GIF, SVG}
        self._fill(self.previews, counts if shows else (), "" if options.previews is None else str(options.previews))
        compresses = (spec.compresses or bool(dialect.formats)) and dialect.takes(Parameter.OUTPUT_COMPRESSION)
        with QSignalBlocker(self.compression), QSignalBlocker(self.frames), QSignalBlocker(self.frame_ms):
            self.compression.setValue(-1 if options.compression is None else options.compression)
            if spec.frames is not None:
                self.frames.setRange(spec.frames.fewest, spec.frames.most)
                self.frames.setValue(options.frames or spec.frames.default)
                self.frame_ms.setRange(spec.frames.step_ms, spec.frames.longest_ms)
                self.frame_ms.setSingleStep(spec.frames.step_ms)
                self.frame_ms.setValue(options.frame_ms or spec.frames.default_ms)
        self._cells[self.compression].setVisible(compresses and form in {"jpeg", "webp"})
        animated = form == GIF and spec.frames is not None and dialect.takes(Parameter.FRAME_COUNT)
        self._cells[self.frames].setVisible(animated)
        self._cells[self.frame_ms].setVisible(animated)
        self.svg_model.setText(options.svg_model)
        draws = form == SVG and dialect.takes(Parameter.SVG)
        self._cells[self.svg_model].setVisible(draws)
        # An effort goes with a model's name alone.
        self._fill(self.svg_effort, SVG_EFFORTS if draws and options.svg_model else (), options.svg_effort)

    def show_size(self, size: str) -> None:
        """The size that is chosen now, in pixels. Emits nothing."""
        pair = pixels_of(size)
        with QSignalBlocker(self.width_box), QSignalBlocker(self.height_box):
            if pair is not None:
                self.width_box.setValue(pair[0])
                self.height_box.setValue(pair[1])

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What the Tab key reaches, as the eye goes."""
        size = (self.use, self.width_box, self.height_box, self.take_size)
        boxes = (self.background, self.format, self.compression, self.moderation, self.previews, self.complexity)
        return (*size, *boxes, self.style_box, self.frames, self.frame_ms, self.svg_model, self.svg_effort)

    @property
    def has_choices(self) -> bool:
        return any(not cell.isHidden() for cell in self._cells.values())

    def summary(self) -> str:
        """The choices that are not the defaults, such as "webp, transparent"; empty for none."""
        options = self._options
        if options is None:
            return ""
        told = [
            options.output_format,
            options.background,
            options.moderation and self.tr("low moderation"),
            options.style,
        ]
        shown = {"": "", "auto": ""}
        parts = [shown.get(word, word) for word in told]
        if options.compression is not None and options.output_format in {"jpeg", "webp"}:
            parts.append(f"{options.compression} %")
        if options.complexity:
            parts.append(self.tr("planning {level}").format(level=options.complexity))
        return ", ".join(part for part in parts if part)

    # ---- own ----

    def _offer_sizes(self, spec: ModelSpec, dialect: Dialect, size: str) -> None:
        free = dialect.takes(Parameter.SIZE) and spec.size_rule is not None
        with QSignalBlocker(self.use):
            self.use.clear()
            for use, words in self._uses():
                self.use.addItem(words, use.value)
            self.use.setCurrentIndex(-1)
        self.use.setPlaceholderText(self.tr("Choose"))
        self._cells[self.use].setVisible(dialect.takes(Parameter.SIZE) and len(spec.sizes) > 1)
        self.show_size(size)
        self._cells[self.width_box].setVisible(free)

    def _uses(self) -> Sequence[tuple[Use, str]]:
        return (
            (Use.SQUARE, self.tr("Square")),
            (Use.PORTRAIT, self.tr("Portrait 2:3")),
            (Use.WIDE, self.tr("Wide 16:9")),
            (Use.STORY, self.tr("Story 9:16")),
            (Use.A4_PORTRAIT, self.tr("A4 upright")),
            (Use.A4_LANDSCAPE, self.tr("A4 across")),
            (Use.BANNER, self.tr("Banner 3:1")),
            (Use.INSTAGRAM_POST, self.tr("Instagram post 4:5")),
            (Use.PINTEREST, self.tr("Pinterest pin 2:3")),
            (Use.YOUTUBE_THUMBNAIL, self.tr("YouTube thumbnail")),
            (Use.X_HEADER, self.tr("X header 3:1")),
            (Use.FACEBOOK_COVER, self.tr("Facebook cover")),
        )

    @Slot(int)
    def _use_chosen(self, index: int) -> None:
        if self._spec is None or index < 0:
            return
        told = preset(Use(self.use.itemData(index)), self._spec)
        self.size_chosen.emit(told.size)
        why = self._why(told.reasons[0], self.use.itemText(index), told.size) if told.reasons else ""
        self._notice(why, experimental=told.experimental)

    @Slot()
    def _size_typed(self) -> None:
        if self._spec is None:
            return
        wish = self.width_box.value(), self.height_box.value()
        told = snap(*wish, self._spec)
        self.size_chosen.emit(told.size)
        why = self._why(told.reasons[0], f"{wish[0]} × {wish[1]}", told.size) if told.reasons else ""
        self._notice(why, experimental=told.experimental)

    def _notice(self, why: str, *, experimental: bool) -> None:
        large = self.tr("Sizes as large as this are experimental, by the maker's own words.") if experimental else ""
        words = " ".join(part for part in (why, large) if part)
        self.notice.setText(words)
        self.notice.setVisible(bool(words))

    def _why(self, reason: Snap, wish: str, size: str) -> str:
        rule = self._spec.size_rule if self._spec is not None else None
        words = self.tr("the model has only its named sizes") if rule is None else self._rule_words(reason, rule)
        said = self.tr("{wish} became {size}: {rule}.")
        return said.format(wish=wish, size=size.replace("x", " × "), rule=words)

    def _rule_words(self, reason: Snap, rule: SizeRule) -> str:
        words = {
            Snap.STEP: self.tr("both edges are multiples of {step}"),
            Snap.RATIO: self.tr("the longer edge is at most {ratio} times the shorter"),
            Snap.LONGEST_EDGE: self.tr("no edge is longer than {edge}"),
            Snap.TOO_FEW_PIXELS: self.tr("the model makes no picture that small"),
            Snap.TOO_MANY_PIXELS: self.tr("the model makes no picture that large"),
            Snap.NAMED_ONLY: self.tr("the model has only its named sizes"),
        }
        ratio = self.locale().toString(rule.max_ratio, "g", 3)
        return words[reason].format(step=rule.step, ratio=ratio, edge=rule.longest_edge)

    @Slot()
    def _chosen(self) -> None:
        options = self._options
        if options is None:
            return
        previews = str(self.previews.currentData() or "")
        is_gif = not self._cells[self.frames].isHidden()
        compressed = not self._cells[self.compression].isHidden() and self.compression.value() >= 0
        new = replace(
            options,
            background=self._data(self.background, options.background),
            output_format=self._data(self.format, options.output_format),
            moderation=self._data(self.moderation, options.moderation),
            complexity=self._data(self.complexity, options.complexity),
            style=self._data(self.style_box, options.style),
            previews=int(previews)
            if previews
            else None
            if not self._cells[self.previews].isHidden()
            else options.previews,
            compression=self.compression.value() if compressed else None,
            frames=self.frames.value() if is_gif else options.frames,
            frame_ms=self.frame_ms.value() if is_gif else options.frame_ms,
            svg_model=self.svg_model.text().strip(),
            svg_effort=self._data(self.svg_effort, options.svg_effort),
        )
        if new != options:
            self._options = new
            self.options_chosen.emit(new)

    def _data(self, box: QComboBox, kept: str) -> str:
        """What is chosen; a choice that is not offered now is kept for a model that has it."""
        return kept if self._cells[box].isHidden() else str(box.currentData() or "")

    def _fill(self, box: QComboBox, words: Sequence[str], chosen: str) -> None:
        with QSignalBlocker(box):
            box.clear()
            box.addItem(self.tr("Default"), "")
            for word in words:
                box.addItem(self._name_of(word), word)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        self._cells[box].setVisible(bool(words))

    def _name_of(self, word: str) -> str:
        names = {
            "auto": self.tr("Auto"),
            "opaque": self.tr("Opaque"),
            "transparent": self.tr("Transparent"),
            "png": "PNG",
            "jpeg": "JPEG",
            "webp": "WebP",
            "gif": self.tr("GIF, animated"),
            "svg": self.tr("SVG, drawn"),
            "low": self.tr("Low"),
            "medium": self.tr("Medium"),
            "high": self.tr("High"),
            "xhigh": self.tr("Extra high"),
            "max": self.tr("Maximum"),
            "minimal": self.tr("Minimal"),
            "none": self.tr("None"),
            "vivid": self.tr("Vivid"),
            "natural": self.tr("Natural"),
            "0": self.tr("None"),
        }
        return names.get(word, word)

    def _add_custom_size(self) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_1)
        self.width_box.setAccessibleName(self.tr("Width in pixels"))
        self.height_box.setAccessibleName(self.tr("Height in pixels"))
        for widget in (self.width_box, PlainLabel("×"), self.height_box, self.take_size):
            line.addWidget(widget)
        self.take_size.setAccessibleName(self.tr("Use this size"))
        self._cells[self.width_box] = self._cell(self.tr("Custom size"), row)

    def _spin(self, least: int, most: int) -> QSpinBox:
        spin = NumberBox()
        spin.setRange(least, most)
        spin.setKeyboardTracking(False)
        self._wheel.calm(spin)
        return spin

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        self._wheel.calm(box)
        return self._labelled(name, box)

    def _labelled(self, name: str, control: Control) -> Control:
        self._cells[control] = self._cell(name, control)
        control.setAccessibleName(name)
        return control

    def _cell(self, name: str, control: QWidget) -> QWidget:
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        label = PlainLabel(name, kind="caption")
        label.setBuddy(control)
        column.addWidget(label)
        column.addWidget(control)
        self._flow.addWidget(cell)
        return cell
