"""Gives icons that take their colour from the theme at the moment they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.tokens import Tokens

Role = Literal["text", "text2", "text3", "accent", "accent_text", "on_accent", "danger", "warn", "ok"]


class Icons:
    """The Lucide SVGs of a folder, by name. Raises FileNotFoundError for a name that is not there."""

    def __init__(self, folder: Path, appearance: Appearance) -> None:
        self._folder = folder
        self._appearance = appearance
        self._sources: dict[str, str] = {}
        self._renderers: dict[tuple[str, str], QSvgRenderer] = {}
        self._icons: dict[tuple[str, Role], QIcon] = {}

    @property
    def tokens(self) -> Tokens:
        return self._appearance.tokens

    def icon(self, name: str, role: Role = "text") -> QIcon:
        """The icon that is always in the theme's colour for `role`; own colours when disabled or selected."""
        known = self._icons.get((name, role))
        if known is None:
            self._source(name)
            known = self._icons[name, role] = QIcon(_TintedEngine(self, name, role))
        return known

    def paint(self, painter: QPainter, name: str, colour: str, rect: QRectF) -> None:
        """Draw the icon in `colour` ("#RRGGBB") as the largest square centred in `rect`."""
        renderer = self._renderers.get((name, colour))
        if renderer is None:
            renderer = tinted_renderer(self._source(name), colour)
            self._renderers[name, colour] = renderer
        side = min(rect.width(), rect.height())
        corner = rect.center() - QPointF(side / 2, side / 2)
        renderer.render(painter, QRectF(corner, QSizeF(side, side)))

    def _source(self, name: str) -> str:
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
        return source


def tinted_renderer(source: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))


class _TintedEngine(QIconEngine):
    def __init__(self, icons: Icons, name: str, role: Role) -> None:
        super().__init__()
        self._icons = icons
        self._name = name
        self._role: Role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        del state
        self._icons.paint(painter, self._name, _colour(self._icons.tokens, self._role, mode), QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """`size` is in logical pixels and `scale` is the screen's ratio, which QIcon then sets on the pixmap (6.11.3)."""
        pixmap = QPixmap(size * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._icons, self._name, self._role)


def _colour(tokens: Tokens, role: Role, mode: QIcon.Mode) -> str:
    match mode:
        case QIcon.Mode.Disabled:
            return tokens.disabled
        case QIcon.Mode.Selected:
            return tokens.accent_text
        case QIcon.Mode.Normal | QIcon.Mode.Active:
            return str(getattr(tokens, role))
        case _:
            assert_never(mode)
