"""The window's colours can be read, change while it is open, and follow the desktop."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontInfo
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.appearance import densities
from imagegen_desktop.ui.theme.fonts import body_font
from imagegen_desktop.ui.theme.portal import COLOR_SCHEME, REDUCED_MOTION
from imagegen_desktop.ui.theme.stylesheet import GLYPHS, stylesheet
from imagegen_desktop.ui.theme.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance

# (ink, the grounds that it is written on), as the style sheet and the painters use them.
TEXT_PAIRS = (
    ("text", ("canvas", "window", "surface", "surface2", "hover", "border")),
    ("text2", ("canvas", "window", "surface", "surface2", "hover")),
    ("text3", ("window", "surface")),
    ("on_accent", ("accent", "accent_hover", "accent_press")),
    ("accent_text", ("accent_soft", "window", "surface")),
    ("danger", ("canvas", "window", "surface", "danger_soft")),
    ("warn", ("canvas", "window", "surface", "warn_soft")),
    ("ok", ("window", "surface", "ok_soft")),
)
TEXT_CONTRAST = 4.5
CONTROL_CONTRAST = 3.0
BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), 0 to 1."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@BOTH
def test_every_text_can_be_read_on_its_ground(tokens: Tokens) -> None:
    colours = asdict(tokens)
    measured = {
        f"{ink} on {ground}": contrast(colours[ink], colours[ground])
        for ink, grounds in TEXT_PAIRS
        for ground in grounds
    }
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < TEXT_CONTRAST} == {}


@BOTH
def test_rings_and_edges_of_controls_can_be_seen(tokens: Tokens) -> None:
    for edge in (tokens.focus, tokens.border_strong):
        for ground in (tokens.canvas, tokens.window, tokens.surface):
            assert contrast(edge, ground) >= CONTROL_CONTRAST


@BOTH
def test_every_colour_is_opaque_hex(tokens: Tokens) -> None:
    colours = {name: value for name, value in asdict(tokens).items() if name not in {"name", "dark"}}
    assert len(colours) == 24
    assert all(QColor(value).name().upper() == value for value in colours.values())


@BOTH
def test_the_style_sheet_has_no_hole(tokens: Tokens) -> None:
    sheet = stylesheet(tokens, dict.fromkeys(GLYPHS, "glyph.png"))
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_choosing_a_theme_repaints_an_open_window(appearance: Appearance, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("Generate", window)
    button.setProperty("kind", "primary")
    button.resize(120, 36)
    with qtbot.waitExposed(window):
        window.show()
    seen: list[Tokens] = []
    appearance.changed.connect(seen.append)
    for theme, tokens in ((Theme.DARK, DARK), (Theme.LIGHT, LIGHT)):
        appearance.choose(theme)
        picture = window.grab().toImage()
        assert picture.pixelColor(picture.rect().bottomRight()).name().upper() == tokens.window
        assert picture.pixelColor(8, 18).name().upper() == tokens.accent
    assert seen == [DARK, LIGHT]


def test_choosing_the_same_theme_again_changes_nothing(appearance: Appearance) -> None:
    seen: list[object] = []
    appearance.changed.connect(seen.append)
    appearance.choose(Theme.LIGHT)
    assert seen == []


def test_without_a_choice_the_portal_decides_and_without_a_portal_it_is_light(appearance: Appearance) -> None:
    appearance.choose(Theme.SYSTEM)
    assert appearance.tokens is LIGHT
    appearance._portal_told(COLOR_SCHEME, 1)
    assert appearance.tokens is DARK
    appearance._portal_told(COLOR_SCHEME, 0)
    assert appearance.tokens is LIGHT


def test_the_persons_choice_stands_above_the_portals(appearance: Appearance) -> None:
    appearance.choose(Theme.LIGHT)
    appearance._portal_told(COLOR_SCHEME, 1)
    assert appearance.tokens is LIGHT


def test_less_motion_is_heeded_from_the_desktop_and_from_the_person(appearance: Appearance) -> None:
    appearance.reduce_motion(False)
    assert not appearance.reduced_motion
    appearance._portal_told(REDUCED_MOTION, 1)
    assert appearance.reduced_motion
    appearance._portal_told(REDUCED_MOTION, 0)
    appearance.reduce_motion(True)
    assert appearance.reduced_motion


def test_text_is_set_in_the_bundled_inter(appearance: Appearance, qtbot: QtBot) -> None:
    assert appearance.tokens is LIGHT
    label = PlainLabel("Make your first picture", kind="state")
    qtbot.addWidget(label)
    label.ensurePolished()
    info = QFontInfo(label.font())
    assert (info.family(), info.pixelSize(), info.weight()) == ("Inter", 20, 600)


def test_a_combo_box_shows_its_arrow_and_a_ticked_box_its_tick(appearance: Appearance, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    combo, box = QComboBox(), QCheckBox("Enhance")
    combo.addItem("")
    box.setChecked(True)
    column.addWidget(combo)
    column.addWidget(box)
    window.resize(200, 100)
    with qtbot.waitExposed(window):
        window.show()
    for theme in (Theme.DARK, Theme.LIGHT):
        appearance.choose(theme)
        assert len(inks(combo, combo.width() - 26, combo.width() - 6)) > 1
        assert len(inks(combo, 40, combo.width() - 40)) == 1
        assert {appearance.tokens.accent, appearance.tokens.on_accent} <= inks(box, 0, 24)


def inks(widget: QWidget, left: int, right: int) -> set[str]:
    """The colours in the widget's middle rows between two columns."""
    image = widget.grab().toImage()
    middle = image.height() // 2
    return {image.pixelColor(x, y).name().upper() for x in range(left, right) for y in range(middle - 8, middle + 8)}


@pytest.mark.parametrize("kind", ["", "primary", "chip", "quiet", "row", "segment"])
def test_every_button_is_large_enough_to_hit(appearance: Appearance, qtbot: QtBot, kind: str) -> None:
    assert appearance.tokens is LIGHT
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.setProperty("kind", kind)
    assert button.sizeHint().height() >= (36 if kind == "primary" else 32)


def test_a_plain_label_shows_markup_as_it_stands(appearance: Appearance, qtbot: QtBot) -> None:
    assert appearance.tokens is LIGHT
    hostile = "<h1>big</h1>"
    label, same = PlainLabel(hostile), QLabel(hostile)
    for each in (label, same):
        qtbot.addWidget(each)
    assert label.sizeHint().height() < same.sizeHint().height()
    assert label.sizeHint().width() > same.sizeHint().width() / 2


def test_a_wrapped_label_is_never_clipped_in_a_centred_column(appearance: Appearance, qtbot: QtBot) -> None:
    assert appearance.tokens is LIGHT
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addStretch()
    label = PlainLabel("many words that want several lines " * 8, wrap=True)
    column.addWidget(label)
    column.addStretch()
    window.resize(QSize(200, 400))
    with qtbot.waitExposed(window):
        window.show()
    assert label.height() >= label.heightForWidth(label.width()) > 60
    label.setText(label.text() * 2)
    assert label.minimumHeight() >= label.heightForWidth(label.width())


def test_a_tooltip_shows_markup_as_it_stands() -> None:
    assert plain_tooltip('<img src="file:///etc/passwd">') == "<qt>&lt;img src=&quot;file:///etc/passwd&quot;&gt;</qt>"
    assert plain_tooltip("") == ""


PORTAL = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVariant, QDBusVirtualObject
from imagegen_desktop.ui.theme.appearance import densities
from imagegen_desktop.ui.theme.fonts import body_font
from imagegen_desktop.ui.theme.portal import COLOR_SCHEME, INTERFACE, NAMESPACE, PATH, SERVICE, DesktopPortal

class Desktop(QDBusVirtualObject):
    def introspect(self, path):
        return ""
    def handleMessage(self, message, bus):
        bus.send(message.createReply(QDBusVariant({"color-scheme": 1, "reduced-motion": 0}[message.arguments()[1]])))
        return True

app = QCoreApplication(sys.argv)
bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "desktop")
desktop = Desktop()
assert bus.registerService(SERVICE) and bus.registerVirtualObject(PATH, desktop)
portal = DesktopPortal()
told = []
def hear(key, value):
    told.append((key, value))
    if len(told) == 2:
        change = QDBusMessage.createSignal(PATH, INTERFACE, "SettingChanged")
        change.setArguments([NAMESPACE, COLOR_SCHEME, QDBusVariant(2)])
        bus.send(change)
    if len(told) == 3:
        app.quit()
portal.told.connect(hear)
portal.start()
QTimer.singleShot(20000, app.quit)
app.exec()
portal.shutdown()
print(sorted(told[:2]), told[2:])
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="needs a D-Bus of its own")
def test_the_portal_is_asked_on_a_real_bus_and_its_changes_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    done = subprocess.run(
        ["dbus-run-session", sys.executable, "-c", PORTAL], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "[('color-scheme', 1), ('reduced-motion', 0)] [('color-scheme', 2)]", done.stderr


def test_an_x_between_figures_is_an_x(qapp: QApplication) -> None:
    """Inter's contextual alternates would show the file "w6x38.png" as "w6×38.png"."""
    font = body_font(resources_folder() / "fonts", qapp.font())
    assert font.isFeatureSet(QFont.Tag("calt"))
    assert font.featureValue(QFont.Tag("calt")) == 0


class FineScreen:
    """A screen that is plugged in later."""

    def devicePixelRatio(self) -> float:
        return 1.5


def test_glyphs_are_drawn_as_fine_as_the_screens_are(appearance: Appearance) -> None:
    def drawn() -> set[str]:
        return {path.name.partition("-light")[2] for path in Path(appearance._glyph_folder.path()).iterdir()}

    appearance.choose(Theme.LIGHT)
    assert drawn() == {".png"}
    appearance._screen_added(FineScreen())
    assert drawn() == {".png", "@2x.png"}


def test_each_density_that_a_screen_needs_is_known_and_none_beyond_what_qt_looks_for() -> None:
    assert densities([]) == {1}
    assert densities([1.0, 1.25]) == {1, 2}
    assert densities([2.0, 2.5, 4.0]) == {1, 2, 3}
