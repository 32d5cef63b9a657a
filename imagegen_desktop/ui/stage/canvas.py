"""Shows one picture: fitted, zoomed or panned, true to its pixels."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from imagegen_desktop.ui.stage.view import View
from imagegen_desktop.ui.theme.grounds import checkerboard, rounded
from imagegen_desktop.ui.theme.tokens import FOCUS_WIDTH, RADIUS_BUTTON, SPACE_5

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.appearance import Appearance

STEP: Final = 1.25
PAN_STEP: Final = 48.0
# From four device pixels for one of the picture's, the person is looking at pixels: show them as they are.
SQUARE_PIXELS: Final = 4.0


class PictureCanvas(QWidget):
    """`neighbour_requested(int)` when an arrow key asks for the newer (-1) or older (1) picture, `zoomed` after each change.

    `foot` is the height in pixels kept free under a fitted picture, for what floats there.
    """

    neighbour_requested = Signal(object)
    zoomed = Signal()

    def __init__(self, appearance: Appearance, foot: int = 0) -> None:
        super().__init__()
        self._appearance = appearance
        self._foot = foot
        self._levels: list[QPixmap] = []
        self._view = View()
        self._dragged_from: QPointF | None = None
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)

    def set_foot(self, foot: int) -> None:
        self._foot = foot

    @property
    def view(self) -> View:
        return self._view

    @property
    def picture_size(self) -> QSize:
        return self._levels[0].size() if self._levels else QSize()

    def show_pixmap(self, pixmap: QPixmap) -> None:
        """Show it fitted."""
        self._levels = [pixmap]
        self._view.show(QSizeF(pixmap.size()))
        self._changed()

    def replace_pixmap(self, pixmap: QPixmap) -> None:
        """Show it in place of one of the same size, where that stands: the next frame of a picture that moves."""
        self._levels = [pixmap]
        self.update()

    def clear(self) -> None:
        self._levels = []
        self._view.show(QSizeF())
        self._changed()

    def focus_first(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        self._view.fit()
        self._changed()

    def actual_pixels(self, at: QPointF | None = None) -> None:
        self._zoom_to(self._view.actual, at)

    def zoom_in(self) -> None:
        self._zoom_to(self._view.scale * STEP)

    def zoom_out(self) -> None:
        self._zoom_to(self._view.scale / STEP)

    def _zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        self._measure()
        self._view.zoom_to(scale, QRectF(self.rect()).center() if at is None else at)
        self._changed()

    def _changed(self) -> None:
        self._measure()
        shape = Qt.CursorShape.OpenHandCursor if self._view.can_pan else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.update()
        self.zoomed.emit()

    def _measure(self) -> None:
        frame = QRectF(self.rect()).adjusted(SPACE_5, SPACE_5, -SPACE_5, -self._foot)
        self._view.measure(QRectF(self.rect()), frame, self.devicePixelRatioF())

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        self._measure()
        if not self._levels:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        target = self._view.target
        device_scale = self._view.scale * self.devicePixelRatioF()
        painter.save()
        if self._view.fitted:
            painter.setClipPath(rounded(target, RADIUS_BUTTON))
        if self._levels[0].hasAlphaChannel():
            painter.setBrushOrigin(target.topLeft())
            painter.fillRect(target, checkerboard(self._appearance.tokens.dark))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, device_scale < SQUARE_PIXELS)
        level = self._level(device_scale)
        painter.drawPixmap(target, level, QRectF(level.rect()))
        painter.restore()
        if self._ring and self.hasFocus():
            painter.setPen(QPen(QColor(self._appearance.tokens.focus), FOCUS_WIDTH))
            around = target.adjusted(-4, -4, 4, 4) if self._view.fitted else QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(around, RADIUS_BUTTON + 4, RADIUS_BUTTON + 4)

    def _level(self, device_scale: float) -> QPixmap:
        """The smallest of the halved copies that still has a pixel for each of the screen's: quick, and without moiré."""
        number = 0
        while (
            device_scale <= 0.5 ** (number + 1) and min(self._levels[number].width(), self._levels[number].height()) > 1
        ):
            number += 1
            if number == len(self._levels):
                last = self._levels[-1]
                half = (max(1, last.width() // 2), max(1, last.height() // 2))
                keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
                self._levels.append(last.scaled(*half, keep, smooth))
        return self._levels[number]

    # ---- hands ----

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring for those who came by the keyboard; a click on the picture needs none."""
        reason = Qt.FocusReason
        self._ring = event.reason() in {reason.TabFocusReason, reason.BacktabFocusReason, reason.ShortcutFocusReason}
        super().focusInEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y()
        if turn and self._levels:
            # One notch (120 eighths of a degree) is one step.
            self._zoom_to(self._view.scale * STEP ** (turn / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._view.can_pan:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            self._view.pan(event.position() - self._dragged_from)
            self._dragged_from = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._dragged_from is not None:
            self._dragged_from = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._view.fitted:
            self.actual_pixels(event.position())
        else:
            self.fit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._zoom_to(self._view.scale * pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.hotSpot())))
                return True
        # On macOS the same pinch comes as a gesture too; elsewhere a touch pad's comes only as this.
        if isinstance(event, QNativeGestureEvent) and sys.platform != "darwin":
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self._zoom_to(self._view.scale * (1 + event.value()), event.position())
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._ring:
            self._ring = True
            self.update()
        if not self._levels or event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ):
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_in()
            case Qt.Key.Key_Minus:
                self.zoom_out()
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_1:
                self.actual_pixels()
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._arrow(event)
            case _:
                super().keyPressEvent(event)

    def _arrow(self, event: QKeyEvent) -> None:
        way = {
            Qt.Key.Key_Left: QPointF(PAN_STEP, 0),
            Qt.Key.Key_Right: QPointF(-PAN_STEP, 0),
            Qt.Key.Key_Up: QPointF(0, PAN_STEP),
            Qt.Key.Key_Down: QPointF(0, -PAN_STEP),
        }[Qt.Key(event.key())]
        if self._view.can_pan:
            self._view.pan(way)
            self.update()
        elif way.x():
            mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            self.neighbour_requested.emit(-1 if (way.x() > 0) is not mirrored else 1)
        else:
            super().keyPressEvent(event)
