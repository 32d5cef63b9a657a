"""Reckons where a picture lies in its window: fitted, or at a scale around a point."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF

# The largest picture's pixel, in device pixels.
LARGEST: Final = 32.0
NEAR: Final = 1e-3


class View:
    """Lengths are in logical pixels; `scale` is logical pixels for one pixel of the picture."""

    def __init__(self) -> None:
        self._picture = QSizeF()
        self._window = QRectF()
        self._frame = QRectF()
        self._ratio = 1.0
        self._scale: float | None = None
        self._centre = QPointF()

    def show(self, picture: QSizeF) -> None:
        self._picture = picture
        self.fit()

    def measure(self, window: QRectF, frame: QRectF, ratio: float) -> None:
        """`frame` is where a fitted picture may lie, `ratio` the device pixels of a logical one."""
        self._window, self._frame, self._ratio = window, frame, ratio

    def fit(self) -> None:
        self._scale = None

    @property
    def fitted(self) -> bool:
        return self._scale is None

    @property
    def actual(self) -> float:
        """The scale at which a pixel of the picture is a pixel of the screen."""
        return 1 / self._ratio

    @property
    def scale(self) -> float:
        return self._fit_scale if self._scale is None else self._scale

    @property
    def can_pan(self) -> bool:
        size = self._picture * self.scale
        return not self.fitted and (size.width() > self._window.width() or size.height() > self._window.height())

    @property
    def target(self) -> QRectF:
        """Where the picture lies, its corner on a whole pixel of the screen, so that nothing is blurred by half a pixel."""
        size = self._picture * self.scale
        centre = self._frame.center() if self.fitted else self._centre
        corner = centre - QPointF(size.width() / 2, size.height() / 2)
        snapped = QPointF(round(corner.x() * self._ratio) / self._ratio, round(corner.y() * self._ratio) / self._ratio)
        return QRectF(snapped, size)

    def zoom_to(self, scale: float, at: QPointF) -> None:
        """The scale, within bounds; the spot of the picture under `at` stays there. Too small becomes fitted."""
        if self._picture.isEmpty():
            return
        least = min(self._fit_scale, self.actual)
        scale = min(max(scale, least), LARGEST / self._ratio)
        before, centre = self.scale, self.target.center()
        if abs(scale - self._fit_scale) < NEAR * scale:
            self.fit()
            return
        self._centre = at + (centre - at) * (scale / before)
        self._scale = scale
        self._keep_inside()

    def pan(self, by: QPointF) -> None:
        self._centre += by
        self._keep_inside()

    def _keep_inside(self) -> None:
        """A picture larger than the window leaves no gap at its edges; a smaller one stays in the middle."""
        size = self._picture * self.scale
        self._centre = QPointF(
            _kept(self._centre.x(), size.width(), self._window.left(), self._window.right()),
            _kept(self._centre.y(), size.height(), self._window.top(), self._window.bottom()),
        )

    @property
    def _fit_scale(self) -> float:
        if self._picture.isEmpty() or self._frame.isEmpty():
            return 1.0
        across, down = self._frame.width() / self._picture.width(), self._frame.height() / self._picture.height()
        return min(across, down, 1.0)


def _kept(centre: float, size: float, low: float, high: float) -> float:
    if size <= high - low:
        return (low + high) / 2
    return min(max(centre, high - size / 2), low + size / 2)
