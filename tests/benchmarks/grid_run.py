"""A grid in a window of its own, scrolled by a timer as a screen would ask for frames."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from grid_scroll import FRAME_MS, Course, Meter
from grid_stock import image_id, listing, number_of
from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.records import Got, ImageFormat, ImageRecord, Origin
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.ui.grid.grid import ImageGrid
from imagegen_desktop.ui.grid.layout import Arrangement
from imagegen_desktop.ui.theme.appearance import Appearance
from imagegen_desktop.ui.theme.icons import Icons
from imagegen_desktop.workers.collector import MainThreadCollector

if TYPE_CHECKING:
    import random
    from array import array
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPaintEvent, QPixmap

PATIENCE = 20.0
WHEN = datetime(2026, 11, 22, tzinfo=UTC)
GOT = Got(format=ImageFormat.PNG, width=1024, height=1024, size_bytes=1_400_000)


def state(moment: int) -> ImageState:
    number = number_of(moment)
    record = ImageRecord(
        id=image_id(number),
        file=f"2026/11/2026-11-22_a-lighthouse_{number}.png",
        sha256="0" * 64,
        created=WHEN,
        origin=Origin.GENERATED,
        prompt=f"A lighthouse on a cliff at dusk, number {number}, low sun, soft haze, gulls over the water",
        asked=None,
        got=GOT,
    )
    return ImageState(record=record, favourite=number % 9 == 0, rating=number % 6 if number % 5 == 0 else 0)


def frames(course: Course, meter: Meter, number: int, each: Callable[[int], None]) -> None:
    """Call `each` so many times, a frame apart; the work between two calls is the first one's."""
    loop = QEventLoop()
    timer = QTimer(interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
    done = 0

    def tick() -> None:
        nonlocal done
        busy, processor = meter.take()
        if done:
            course.work.append(busy * 1e3)
            course.processor.append(processor * 1e3)
        if done == number:
            loop.quit()
            return
        each(done)
        done += 1

    timer.timeout.connect(tick)
    timer.start()
    loop.exec()
    timer.stop()


class Facts(QObject):
    """Makes up rows on a worker's thread, as the index is read there; `come` brings them by moment."""

    come = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(1)

    def fetch(self, moments: array[int]) -> None:
        self._pool.submit(lambda: self.come.emit({moment: state(moment) for moment in moments}))

    def shutdown(self) -> None:
        self._pool.shutdown()


class Counted(ImageGrid):
    """Counts the cells that are painted, and those without a picture."""

    course = Course()

    def _paint_tile(self, painter: QPainter, tile: Any, place: QRect) -> None:
        self.course.painted += 1
        self.course.blank += tile.moment not in self._thumbs
        super()._paint_tile(painter, tile, place)

    def is_full(self) -> bool:
        seen: list[QPixmap | None] = []
        height = self.viewport().height()
        for row in self._layout.rows_between(self._top, self._top + height):
            seen += [self._thumbs.peek(tile.moment) for tile in self.tiles(row)]
        return bool(seen) and None not in seen


class Run:
    def __init__(
        self, count: int, edge: int, arrangement: str, cache: Path, *, size: tuple[int, int], meter: Meter
    ) -> None:
        self.meter = meter
        self.begun = time.perf_counter()
        self._app = QApplication([])
        self._appearance = Appearance(self._app, resources_folder())
        self._collector = MainThreadCollector()
        self._facts = Facts()
        icons = Icons(resources_folder() / "icons", self._appearance)
        density = self._app.primaryScreen().devicePixelRatio()
        self.grid = Counted(self._appearance, icons, ThumbnailCache(cache))
        self.grid.rows_wanted.connect(self._facts.fetch)
        self._facts.come.connect(self.grid.set_rows, Qt.ConnectionType.QueuedConnection)
        self.grid.set_edge(edge)
        self.grid.set_arrangement(Arrangement(arrangement))
        self.grid.resize(int(size[0] / density), int(size[1] / density))
        self.grid.set_listing(listing(count))
        self.grid.show()
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(meter.awake)
        dispatcher.aboutToBlock.connect(meter.about_to_block)

    @property
    def height(self) -> int:
        return self.grid.verticalScrollBar().maximum()

    def wait(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def until_full(self) -> float:
        """Seconds from the start of the program's own work (after imports) to a painted full screen."""
        loop = QEventLoop()
        timer = QTimer(interval=1)
        timer.timeout.connect(lambda: loop.quit() if self.grid.is_full() else None)
        timer.start()
        QTimer.singleShot(round(PATIENCE * 1000), loop.quit)
        loop.exec()
        timer.stop()
        return time.perf_counter() - self.begun

    def scroll(self, step: int, number: int) -> Course:
        course = Course()
        self.grid.course = course
        bar = self.grid.verticalScrollBar()
        if step < 0 and bar.value() < -step * number:
            bar.setValue(bar.maximum())
            self.wait(0.5)
        elif step > 0 and bar.maximum() - bar.value() < step * number:
            bar.setValue(0)
            self.wait(0.5)
        self.grid.course = course
        frames(course, self.meter, number, lambda _: bar.setValue(bar.value() + step))
        self.wait(0.3)
        return course

    def jump(self, jumps: int, apart: int, dice: random.Random) -> Course:
        course = Course()
        self.grid.course = course
        bar = self.grid.verticalScrollBar()
        full: list[int] = []

        def each(frame: int) -> None:
            if frame % apart == 0:
                if frame:
                    course.full_after.append(full[0] if full else apart)
                full.clear()
                bar.setValue(dice.randrange(max(1, bar.maximum())))
            elif not full and self.grid.is_full():
                full.append(frame % apart)

        frames(course, self.meter, jumps * apart + 1, each)
        return course

    def hide(self) -> None:
        self.grid.hide()

    def collection(self) -> float:
        """Seconds for which Python's collector holds up everything once in some minutes."""
        begun = time.perf_counter()
        gc.collect()
        return time.perf_counter() - begun

    def end(self) -> None:
        self._facts.shutdown()
        self.grid.shutdown()
        self._appearance.shutdown()
        self._collector.shutdown()


class Bare(QAbstractScrollArea):
    """What any painted scroll area costs: it moves its pixels and fills what is exposed with one colour."""

    def __init__(self, height: int, size: tuple[int, int], meter: Meter) -> None:
        super().__init__()
        self._meter = meter
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(int(size[0] / self.devicePixelRatioF()), int(size[1] / self.devicePixelRatioF()))
        self.verticalScrollBar().setRange(0, height)
        self.show()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx
        self.viewport().scroll(0, dy)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor("#E9E9EB"))
        painter.end()

    def scroll(self, step: int, number: int) -> Course:
        course = Course()
        bar = self.verticalScrollBar()
        bar.setValue(0)
        frames(course, self._meter, number, lambda _: bar.setValue(bar.value() + step))
        return course
