"""Draws a checked SVG as pixels, on a worker's thread and within a bound of pixels."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer, QtSvg

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.imaging.svg_check import UnsafeSvgError, check_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QSizeF

# A drawing has no pixels of its own: it is made large enough to be looked at closely, whatever it says of itself.
LARGE: Final = 2048
LARGEST: Final = 4096
# A first drawing of this edge shows what a larger one will cost; none shall take longer than about this.
TRIAL: Final = 128
SECONDS: Final = 3.0
# Both cost what nobody can bound from the words of the file: a picture of its own each, or one at every corner of a path.
_UNBOUNDED: Final = (b"filter", b"marker")


def draw_svg(data: bytes, longest_edge: int | None, *, clock: Callable[[], float] = time.monotonic) -> Pixels:
    """The whole drawing on nothing, its longer edge `longest_edge` pixels, or large; smaller if that takes too long.

    Raises UndecodableError. Text comes in the fonts of this computer; it stands still, and where it has shadows, blurs or
    markers, these are left out, with masks and patterns.
    """
    try:
        width, height = check_svg(data)
    except UnsafeSvgError as error:
        raise UndecodableError(str(error)) from error
    renderer = QSvgRenderer()
    renderer.setAnimationEnabled(False)
    lowered = data.lower()
    if any(word in lowered for word in _UNBOUNDED):
        renderer.setOptions(QtSvg.Option.Tiny12FeaturesOnly)
    if not renderer.load(QByteArray(data)):
        raise UndecodableError("It is an SVG, but it can't be drawn.")
    if renderer.viewBoxF().isEmpty():
        renderer.setViewBox(QRectF(0, 0, width, height))
    wished = min(longest_edge or max(LARGE, width, height), LARGEST)
    started = clock()
    small = _drawn(renderer, width, height, min(wished, TRIAL))
    # What is drawn takes time with its area: the trial tells how large it can be in time.
    affordable = TRIAL * math.sqrt(SECONDS / max(clock() - started, SECONDS * (TRIAL / LARGEST) ** 2))
    edge = min(wished, int(affordable))
    image = small if edge <= TRIAL else _drawn(renderer, width, height, edge)
    return Pixels(image.width(), image.height(), bytes(image.constBits()))


def _drawn(renderer: QSvgRenderer, width: int, height: int, edge: int) -> QImage:
    scale = edge / max(width, height)
    image = QImage(max(1, round(width * scale)), max(1, round(height * scale)), QImage.Format.Format_RGBA8888)
    if image.isNull():
        raise UndecodableError("There is not enough memory to draw it.")
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    renderer.render(painter, _placed(renderer.viewBoxF().size(), image))
    painter.end()
    return image


def _placed(box: QSizeF, image: QImage) -> QRectF:
    """The drawing in its own shape, in the middle of the picture (SVG 1.1, 7.8: xMidYMid meet)."""
    whole = QRectF(image.rect())
    size = box.scaled(whole.size(), Qt.AspectRatioMode.KeepAspectRatio)
    placed = QRectF(0, 0, size.width(), size.height())
    placed.moveCenter(whole.center())
    return placed
