"""Dresses the application: style, palette, style sheet and font, in the person's theme or the desktop's."""

from __future__ import annotations

import math
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt, QTemporaryDir, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QScreen

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.ui.theme.fonts import body_font
from imagegen_desktop.ui.theme.icons import tinted_renderer
from imagegen_desktop.ui.theme.portal import COLOR_SCHEME, REDUCED_MOTION, DesktopPortal
from imagegen_desktop.ui.theme.stylesheet import GLYPHS, stylesheet
from imagegen_desktop.ui.theme.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from PySide6.QtWidgets import QApplication

GLYPH_SIDE = 16
# Qt looks for no finer files than "@3x".
FINEST = 3


class Appearance(QObject):
    """`changed(Tokens)` after the whole application has its new colours.

    The theme is the person's choice, else Qt's colour scheme, else the desktop portal's, else light:
    `QStyleHints.setColorScheme()` does nothing on Linux without a theme plugin, so the palette is our own.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication, resources: Path) -> None:
        super().__init__()
        self._app = app
        self._icon_folder = resources / "icons"
        self._glyph_folder = QTemporaryDir()
        self._theme = Theme.SYSTEM
        self._portal_dark: bool | None = None
        self._reduced_by_desktop = False
        self._reduced_by_person = False
        self._tokens: Tokens | None = None
        self._sheet = ""
        self._holding = False
        app.setStyle("Fusion")
        app.setFont(body_font(resources / "fonts", app.font()))
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        self._densities = densities(screen.devicePixelRatio() for screen in app.screens())
        app.screenAdded.connect(self._screen_added)
        self._portal = DesktopPortal(self)
        self._portal.told.connect(self._portal_told)
        self._refresh()
        self._portal.start()

    @property
    def tokens(self) -> Tokens:
        return self._tokens or LIGHT

    @property
    def reduced_motion(self) -> bool:
        return self._reduced_by_person or self._reduced_by_desktop

    @contextmanager
    def sheet_held_back(self) -> Generator[None]:
        """Build a window inside, and it is styled once, at the end.

        Under a style sheet Qt polishes a widget again, with all that it holds, each time that it moves to a parent: this saves
        half of what a large window costs to build.
        """
        self._app.setStyleSheet("")
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
            self._app.setStyleSheet(self._sheet)

    def choose(self, theme: Theme) -> None:
        self._theme = theme
        hints = self._app.styleHints()
        match theme:
            case Theme.SYSTEM:
                hints.unsetColorScheme()
            case Theme.LIGHT:
                hints.setColorScheme(Qt.ColorScheme.Light)
            case Theme.DARK:
                hints.setColorScheme(Qt.ColorScheme.Dark)
        self._refresh()

    def reduce_motion(self, reduced: bool) -> None:  # noqa: FBT001 (a setter)
        """The person's own wish; the desktop's is heeded without it."""
        self._reduced_by_person = reduced

    def shutdown(self) -> None:
        self._portal.shutdown()
        self._app.styleHints().colorSchemeChanged.disconnect(self._refresh)
        self._app.screenAdded.disconnect(self._screen_added)
        self._glyph_folder.remove()

    def _is_dark(self) -> bool:
        if self._theme is not Theme.SYSTEM:
            return self._theme is Theme.DARK
        scheme = self._app.styleHints().colorScheme()
        if scheme is not Qt.ColorScheme.Unknown:
            return scheme is Qt.ColorScheme.Dark
        return bool(self._portal_dark)

    @Slot()
    def _refresh(self) -> None:
        tokens = DARK if self._is_dark() else LIGHT
        if tokens is self._tokens:
            return
        self._tokens = tokens
        self._app.setPalette(palette(tokens))
        self._dress(tokens)
        self.changed.emit(tokens)

    def _dress(self, tokens: Tokens) -> None:
        self._sheet = stylesheet(tokens, self._glyph_files(tokens))
        if not self._holding:
            self._app.setStyleSheet(self._sheet)

    @Slot(QScreen)
    def _screen_added(self, screen: QScreen) -> None:
        """One that is finer than all before needs finer glyphs."""
        wanted = self._densities | densities([screen.devicePixelRatio()])
        if wanted != self._densities and self._tokens is not None:
            self._densities = wanted
            self._dress(self._tokens)

    @Slot(object, object)
    def _portal_told(self, key: str, value: int) -> None:
        if key == COLOR_SCHEME:
            self._portal_dark = {1: True, 2: False}.get(value)
            self._refresh()
        elif key == REDUCED_MOTION:
            self._reduced_by_desktop = value == 1

    def _glyph_files(self, tokens: Tokens) -> dict[str, str]:
        """The few pictures that a style sheet can only take from files, tinted: name of the glyph to path.

        PNG in the densities of all screens (Qt finds "@2x" by itself), for a bundle may lack the plugin that reads SVG files.
        """
        files: dict[str, str] = {}
        for glyph, (icon, role) in GLYPHS.items():
            colour = str(getattr(tokens, role))
            source = (self._icon_folder / f"{icon}.svg").read_text(encoding="utf-8")
            for density in sorted(self._densities):
                suffix = f"@{density}x" if density > 1 else ""
                image = QImage(GLYPH_SIDE * density, GLYPH_SIDE * density, QImage.Format.Format_ARGB32_Premultiplied)
                image.fill(Qt.GlobalColor.transparent)
                painter = QPainter(image)
                tinted_renderer(source, colour).render(painter, QRectF(image.rect()))
                painter.end()
                image.save(self._glyph_folder.filePath(f"{glyph}-{tokens.name}{suffix}.png"))
            files[glyph] = Path(self._glyph_folder.filePath(f"{glyph}-{tokens.name}.png")).as_posix()
        return files


def densities(ratios: Iterable[float]) -> frozenset[int]:
    """In which whole densities, 1 to 3, glyphs are needed on screens of these ratios."""
    return frozenset({1, *(min(FINEST, math.ceil(ratio)) for ratio in ratios)})


def palette(tokens: Tokens) -> QPalette:
    """Fusion's palette in the theme's colours, for all that the style sheet does not paint."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.surface2,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.text3,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.Light: tokens.surface,
        role.Midlight: tokens.surface2,
        role.Mid: tokens.border,
        role.Dark: tokens.border_strong,
        role.Shadow: tokens.border_strong,
    }
    result = QPalette()
    for name, colour in colours.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.border))
    return result
