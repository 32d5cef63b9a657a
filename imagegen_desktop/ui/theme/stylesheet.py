"""Writes the Qt style sheet from a theme's tokens."""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.ui.theme.tokens import Tokens

# Glyph in the sheet: (icon, the token that colours it).
GLYPHS: Final = {
    "arrow": ("chevron-down", "text2"),
    "arrow_up": ("chevron-up", "text2"),
    "arrow_off": ("chevron-down", "disabled"),
    "tick": ("check", "on_accent"),
    "tick_off": ("check", "surface"),
}

# A focus ring is 2 px; what carries it gives up 1 px of padding, so that nothing moves.
_SHEET: Final = Template("""
QToolTip { color: $text; background: $surface; border: 1px solid $border; padding: 4px 6px; }
QLabel { background: transparent; }
QLabel[kind="title"] { font-size: 15px; font-weight: 600; }
QLabel[kind="state"] { font-size: 20px; font-weight: 600; }
QLabel[kind="first"] { font-size: 28px; font-weight: 600; }
QLabel[kind="fact"] { font-weight: 500; }
QLabel[kind="caption"] { font-size: 11px; font-weight: 600; color: $text3; }
QLabel[kind="muted"] { color: $text2; }
QLabel[kind="faint"] { color: $text3; }
QLabel[kind="danger"] { color: $danger; }
QLabel[kind="warn"] { color: $warn; }
QLabel[kind="ok"] { color: $ok; }

QFrame[kind="card"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[kind="toast"] { background: $surface; border: 1px solid $border_strong; border-radius: 10px; }
QFrame[kind="pill"] { background: $surface; border: 1px solid $border; border-radius: 12px; }
QFrame[kind="prompt"] { background: $surface; border: 1px solid $border_strong; border-radius: 14px; }
QFrame[kind="prompt"][focused="true"] { border: 2px solid $focus; }
QFrame[kind="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="warning"] { background: $warn_soft; border: none; border-radius: 8px; }
QFrame[kind="segments"] { background: $surface2; border: none; border-radius: 8px; }

QPushButton, QToolButton { color: $text; background: $surface; border: 1px solid $border_strong; border-radius: 6px; }
QPushButton { min-height: 30px; padding: 0 14px; }
QToolButton { min-width: 30px; min-height: 30px; padding: 0; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $border; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; border-color: $border; background: $window; }
QPushButton:focus { border: 2px solid $focus; padding: 0 13px; min-height: 28px; }
QToolButton:focus { border: 2px solid $focus; min-width: 28px; min-height: 28px; }

QPushButton[kind="primary"] { color: $on_accent; background: $accent; border: 1px solid $accent; border-radius: 8px;
  min-height: 34px; padding: 0 18px; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_press; border-color: $accent_press; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; padding: 0 17px; min-height: 32px; }
QPushButton[kind="primary"]:disabled { color: $text3; background: $surface2; border-color: $border; }

QPushButton[kind="chip"] { color: $text2; background: $surface2; border: 1px solid $border; border-radius: 16px;
  padding: 0 12px; }
QPushButton[kind="chip"]:hover { background: $hover; color: $text; }
QPushButton[kind="chip"]:checked { color: $accent_text; background: $accent_soft; border-color: $accent; }
QPushButton[kind="chip"]:focus { border: 2px solid $focus; padding: 0 11px; }
QPushButton[kind="chip"]:disabled { color: $disabled; }

QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent; border: 1px solid transparent; }
QPushButton[kind="quiet"] { padding: 0 8px; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed, QToolButton[kind="quiet"]:pressed { background: $border; }
QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked { background: $accent_soft; color: $accent_text; }
QPushButton[kind="quiet"]:focus { border: 2px solid $focus; padding: 0 7px; }
QToolButton[kind="quiet"]:focus { border: 2px solid $focus; }
QPushButton[kind="quiet"]:disabled, QToolButton[kind="quiet"]:disabled { color: $disabled; background: transparent; }

QPushButton[kind="row"] { text-align: left; background: transparent; border: 1px solid transparent; padding: 0 10px;
  min-height: 32px; }
QPushButton[kind="row"]:hover { background: $hover; }
QPushButton[kind="row"]:checked { background: $accent_soft; color: $accent_text; }
QPushButton[kind="row"]:focus { border: 2px solid $focus; padding: 0 9px; min-height: 30px; }
QPushButton[kind="segment"] { background: transparent; border: 1px solid transparent; color: $text2; padding: 0 16px; }
QPushButton[kind="segment"]:hover { color: $text; }
QPushButton[kind="segment"]:checked { background: $surface; border-color: $border; color: $text; font-weight: 600; }
QPushButton[kind="segment"]:focus { border: 2px solid $focus; padding: 0 15px; }

QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QDoubleSpinBox { color: $text; background: $surface;
  border: 1px solid $border_strong; border-radius: 6px;
  selection-color: $on_accent; selection-background-color: $accent; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { min-height: 30px; padding: 0 8px; }
QPlainTextEdit { padding: 4px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: 2px solid $focus; min-height: 28px;
  padding: 0 7px; }
QPlainTextEdit:focus { border: 2px solid $focus; padding: 3px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: $disabled;
  background: $window; border-color: $border; }
QPlainTextEdit[kind="bare"], QPlainTextEdit[kind="bare"]:focus { background: transparent; border: none; padding: 0; }
QComboBox { padding-right: 26px; }
QSpinBox, QDoubleSpinBox { min-height: 27px; }
QSpinBox:focus, QDoubleSpinBox:focus { min-height: 25px; }
QComboBox:hover { background: $hover; }
QComboBox::drop-down { subcontrol-origin: padding; subcontrol-position: center right; width: 24px; border: none; }
QComboBox::down-arrow { image: url("$arrow"); width: 16px; height: 16px; }
QComboBox::down-arrow:disabled { image: url("$arrow_off"); }
QComboBox QAbstractItemView, QListView[kind="offers"] { color: $text; background: $surface;
  border: 1px solid $border_strong; outline: none; padding: 4px; selection-background-color: $accent_soft;
  selection-color: $accent_text; }
QListView[kind="offers"] { padding: 0; }
QComboBox QAbstractItemView::item, QListView[kind="offers"]::item { min-height: 28px; padding: 0 6px;
  border-radius: 4px; }
QComboBox QAbstractItemView::item:selected, QListView[kind="offers"]::item:selected { background: $accent_soft;
  color: $accent_text; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 22px;
  border: none; background: transparent; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover { background: $hover; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$arrow_up"); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }

QCheckBox, QRadioButton { color: $text; spacing: 8px; min-height: 28px; padding: 0 2px; border: 2px solid transparent;
  border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $border_strong; border-radius: 4px;
  background: $surface; }
QCheckBox::indicator:hover { background: $hover; border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:disabled { border-color: $border; background: $surface2; }
QCheckBox::indicator:checked:disabled { background: $disabled; border-color: $disabled; image: url("$tick_off"); }
QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $border_strong; border-radius: 9px;
  background: $surface; }
QRadioButton::indicator:hover { background: $hover; border-color: $accent; }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid $accent; background: $on_accent; }
QRadioButton::indicator:disabled { border-color: $border; background: $surface2; }

QMenu { color: $text; background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { color: $accent_text; background: $accent_soft; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }

QTableView { color: $text; background: transparent; border: none; outline: none; gridline-color: $border;
  selection-color: $accent_text; selection-background-color: $accent_soft; }
QTableView::item { border-bottom: 1px solid $border; padding: 0 8px; }
QTableView:focus { border: 2px solid $focus; border-radius: 6px; }
QTableView QTableCornerButton::section { background: transparent; border: none; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { color: $text2; background: transparent; border: none; border-bottom: 1px solid $border_strong;
  padding: 0 11px; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border_strong; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QListView[kind="film"] { background: $window; border: none; padding: 0; }
QScrollArea { background: transparent; border: none; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
""")


def stylesheet(tokens: Tokens, glyphs: Mapping[str, str]) -> str:
    """The whole sheet. `glyphs` gives a file's path, with forward slashes, for each name in GLYPHS."""
    return _SHEET.substitute(asdict(tokens), **glyphs)
