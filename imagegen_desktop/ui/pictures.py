"""Turns plain pixels into what Qt paints; main thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPixmap

if TYPE_CHECKING:
    from imagegen_desktop.core.pixels import Pixels


def image_of(pixels: Pixels) -> QImage:
    """An image of its own memory."""
    return QImage(pixels.rgba, pixels.width, pixels.height, pixels.width * 4, QImage.Format.Format_RGBA8888).copy()


def pixmap_of(pixels: Pixels) -> QPixmap:
    """A pixmap of its own memory. It has an alpha channel only if a pixel is not opaque: Qt looks at each of them."""
    image = QImage(pixels.rgba, pixels.width, pixels.height, pixels.width * 4, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(image)
