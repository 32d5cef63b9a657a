"""Shows a job on its way: a skeleton in the final ratio, previews as they come, what is done, the time, and Cancel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.stage.state_page import state_button
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.grounds import SHIMMER_SECONDS, STILL, fitted, paint_skeleton, rounded
from imagegen_desktop.ui.theme.tokens import HIT, RADIUS_BUTTON, SLIDE_MS, SPACE_2, SPACE_3, SPACE_4, SPACE_5

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.ui.theme.appearance import Appearance

TICK_MS = 200
SHIMMER_MS = 33
LARGEST = 640
# A bar that runs for less than this is gone before it is read.
WORTH_TELLING = 3.0
BAR = 4
# Room for "59 min 59 s", so that the row does not move when the time gets longer.
TIME_WIDTH = 84


class JobView(QWidget):
    """`clock` is `time.monotonic`, the clock of `JobProgress.started`, in seconds."""

    cancel_requested = Signal()

    def __init__(self, appearance: Appearance, clock: Callable[[], float]) -> None:
        super().__init__()
        self._appearance = appearance
        self._clock = clock
        self._progress: JobProgress | None = None
        self._frame = QRectF()
        self._preview: QPixmap | None = None
        self._before: QPixmap | None = None
        self._preview_since = 0.0
        self._preview_of: int | None = None
        self._done = PlainLabel()
        self._time = PlainLabel(kind="muted")
        self._cancel = state_button(self.tr("Cancel"))
        self._cancel.clicked.connect(self.cancel_requested)
        self._charge = PlainLabel(self.tr("Cancelling now may still be charged"), kind="muted")
        self._charge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for child in (self._done, self._time, self._cancel, self._charge):
            child.setParent(self)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_time)
        self._frames = QTimer(self, interval=SHIMMER_MS)
        self._frames.timeout.connect(self._next_frame)

    @property
    def title(self) -> str:
        return self._done.text()

    def show_progress(self, progress: JobProgress) -> None:
        before = self._progress
        if before is None or before.job != progress.job:
            self._preview = self._before = self._preview_of = None
        elif before.saved != progress.saved:
            # The picture that the preview belonged to may be done: the next one may take its place.
            self._preview_of = None
        self._progress = progress
        cancelling = progress.phase is Phase.CANCELLING
        if cancelling and self._cancel.hasFocus():
            self.setFocus()
        self._cancel.setEnabled(not cancelling)
        self._charge.setVisible(progress.phase is Phase.SENT and not progress.sample)
        self._done.setText(self._words(progress))
        self.setAccessibleName(self._done.text())
        self._show_time()
        self._place()
        self._run()

    def show_preview(self, pixmap: QPixmap, position: int) -> None:
        """One picture is followed until it is done, for two that take turns would flicker."""
        if self._preview_of not in {None, position}:
            return
        self._preview_of = position
        self._before, self._preview = self._preview, pixmap
        self._preview_since = self._clock()
        self._run()
        self.update(self._frame.toAlignedRect())

    def focus_first(self) -> None:
        self._cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        self._progress = self._preview = self._before = self._preview_of = None
        self._run()

    def _words(self, progress: JobProgress) -> str:
        match progress.phase:
            case Phase.WAITING:
                return self._waiting(progress)
            case Phase.STARTING:
                return self.tr("Connecting...") if not progress.sample else self._making(progress)
            case Phase.ENHANCING:
                return self.tr("Enhancing your prompt...")
            case Phase.SENT:
                return self._making(progress)
            case Phase.CANCELLING:
                return self.tr("Cancelling...")
            case _:
                assert_never(progress.phase)

    def _waiting(self, progress: JobProgress) -> str:
        if progress.resumes is not None:
            return self.tr("The service is busy; this goes on by itself")
        return self.tr("Waiting for your answer") if progress.held else self.tr("Waiting in the queue")

    def _making(self, progress: JobProgress) -> str:
        if progress.count == 1:
            return self.tr("Making your picture")
        number = min(progress.saved + 1, progress.count)
        return self.tr("Making {number} of {count}").format(number=number, count=progress.count)

    def _show_time(self) -> None:
        if self._progress is None:
            return
        now, progress = self._clock(), self._progress
        if progress.resumes is not None:
            words = self.tr("in {time}").format(time=self._span(math.ceil(progress.resumes - now)))
        elif progress.phase is Phase.WAITING:
            words = ""
        else:
            words = self._span(int(now - progress.started))
        left = self._left(now)
        if left is not None:
            about = self.tr("about {time} left").format(time=self._span(math.ceil(left)))
            words = about if left > 0 else self.tr("{time}, longer than usual").format(time=words)
        if words != self._time.text():
            self._time.setText(words)
            self._place()
        if self._share is not None:
            self.update(self._bar())

    def _span(self, seconds: int) -> str:
        minutes, rest = divmod(max(0, seconds), 60)
        text = self.tr("{minutes} min {seconds} s") if minutes else self.tr("{seconds} s")
        return text.format(minutes=minutes, seconds=rest)

    def _left(self, now: float) -> float | None:
        """Seconds; None where nothing is known, or where the wait is too short to be told of."""
        progress = self._progress
        if progress is None or progress.phase is not Phase.SENT or (progress.expected or 0) < WORTH_TELLING:
            return None
        return progress.seconds_left(now)

    @property
    def _share(self) -> float | None:
        """How much of the expected time is over, 0 to 1."""
        left = self._left(self._clock())
        if left is None or self._progress is None or not self._progress.expected:
            return None
        return 1 - left / self._progress.expected

    def _bar(self) -> QRect:
        return QRect(round(self._frame.left()), round(self._frame.bottom()) + 4, round(self._frame.width()), BAR)

    # ---- motion ----

    def _run(self) -> None:
        """Timers run only while somebody sees what they move."""
        busy = self._progress is not None and self.isVisible()
        self._tick.start() if busy else self._tick.stop()
        moves = busy and not self._appearance.reduced_motion and (self._preview is None or self._fade < 1)
        self._frames.start() if moves else self._frames.stop()

    @property
    def _fade(self) -> float:
        """How far the newest preview has come in, 0 to 1."""
        if self._appearance.reduced_motion:
            return 1.0
        return min(1.0, (self._clock() - self._preview_since) * 1000 / SLIDE_MS)

    def _next_frame(self) -> None:
        self.update(self._frame.toAlignedRect())
        self._run()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run()

    # ---- layout and painting ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The block of frame and words stands in the middle; the last line keeps its room, so that nothing jumps."""
        if self._progress is None:
            return
        self._time.setFont(tabular(self.font()))
        line = self.fontMetrics().height() + 2
        below = SPACE_3 + line + SPACE_3 + HIT + SPACE_2 + line
        box = QRectF(self.rect()).adjusted(SPACE_5, SPACE_5, -SPACE_5, -SPACE_4 - below)
        limited = QRectF(0, 0, min(box.width(), LARGEST), min(box.height(), LARGEST))
        frame = fitted(self._progress.width, self._progress.height, limited)
        top = max(float(SPACE_4), (self.height() - frame.height() - below) / 2)
        frame.moveTo(round((self.width() - frame.width()) / 2), round(top))
        self._frame = frame
        done, time = self._done.sizeHint().width(), max(self._time.sizeHint().width(), TIME_WIDTH)
        row = QRect(0, 0, max(round(frame.width()), done + SPACE_4 + time), line)
        row.moveTo((self.width() - row.width()) // 2, round(frame.bottom()) + SPACE_3)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left, right = (self._time, self._done) if mirrored else (self._done, self._time)
        # Said outright: a label takes its side from its text's direction, not from the window's.
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        left.setAlignment(align | Qt.AlignmentFlag.AlignLeft)
        right.setAlignment(align | Qt.AlignmentFlag.AlignRight)
        split = time if mirrored else row.width() - time
        left.setGeometry(QRect(row.topLeft(), QSize(split, line)))
        right.setGeometry(QRect(row.topLeft() + QPoint(split, 0), QSize(row.width() - split, line)))
        size = self._cancel.sizeHint()
        self._cancel.setGeometry(QRect(QPoint((self.width() - size.width()) // 2, row.bottom() + SPACE_3), size))
        self._charge.setGeometry(0, self._cancel.geometry().bottom() + SPACE_2, self.width(), line)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        still = self._appearance.reduced_motion or self._preview is not None
        phase = STILL if still else math.fmod(self._clock() / SHIMMER_SECONDS, 1.0)
        paint_skeleton(painter, self._frame, self._appearance.tokens, radius=RADIUS_BUTTON, phase=phase)
        share = self._share
        if share is not None:
            self._paint_bar(painter, share)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(rounded(self._frame, RADIUS_BUTTON))
        if self._before is not None and self._fade < 1:
            self._paint_preview(painter, self._before)
        if self._preview is not None:
            painter.setOpacity(self._fade)
            self._paint_preview(painter, self._preview)

    def _paint_bar(self, painter: QPainter, share: float) -> None:
        """It never seems done before it is: the last twentieth is kept for the end."""
        tokens, whole = self._appearance.tokens, QRectF(self._bar())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        done = QRectF(whole)
        done.setWidth(whole.width() * min(share, 0.95))
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            done.moveRight(whole.right())
        for part, colour in ((whole, tokens.border), (done, tokens.accent)):
            painter.fillPath(rounded(part, BAR / 2), QColor(colour))

    def _paint_preview(self, painter: QPainter, pixmap: QPixmap) -> None:
        painter.drawPixmap(fitted(pixmap.width(), pixmap.height(), self._frame), pixmap, QRectF(pixmap.rect()))
