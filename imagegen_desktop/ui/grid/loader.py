"""Reads and decodes thumbnails on one thread, the latest list of wishes first and nothing of an earlier one."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODeviceBase, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from imagegen_desktop.ui.theme.grounds import CHECK, checks, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SMALL: Final = 256
LARGE: Final = 512
JPEG: Final = b"\xff\xd8"
# Few enough that a new list of wishes is heard of after some milliseconds.
BATCH: Final = 16


class ThumbnailSource(Protocol):
    """A ThumbnailCache, seen from here; called on the loader's thread."""

    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture to be had in `width` x `height` pixels of the screen, its own ratio kept within."""

    moment: int
    image_id: str
    width: int
    height: int

    @property
    def edge(self) -> int:
        """Which of the cache's sizes it is made of."""
        return SMALL if max(self.width, self.height) <= SMALL else LARGE


@dataclass(frozen=True, slots=True)
class Finish:
    """What is painted into each thumbnail once, so that the grid needs no more than copy it.

    `ground` ("#RRGGBB") fills the corners beyond the `radius` (pixels of the screen); transparent pictures get a
    checkerboard, `dark` or light.
    """

    ground: str
    radius: int
    dark: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """`image` is opaque and as large as wished; None if the cache has nothing of that edge that could be decoded."""

    wish: Wish
    finish: Finish
    image: QImage | None
    missing: bool = False


class ThumbnailLoader(QObject):
    """`arrived` comes on the main thread once for any number of results; `take` gives them. Who makes it calls `shutdown`."""

    arrived = Signal()

    def __init__(self, source: ThumbnailSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._wake = threading.Condition()
        self._wishes: Sequence[Wish] = ()
        self._finish = Finish("#000000", 0, dark=True)
        self._done: deque[Loaded] = deque()
        # Begun or done since a list of wishes could know of it: that list may wish for it again.
        self._held: set[tuple[Wish, Finish]] = set()
        self._taken: set[tuple[Wish, Finish]] = set()
        self._told = False
        self._over = False
        self._thread: threading.Thread | None = None

    def wish(self, wishes: Sequence[Wish], finish: Finish) -> None:
        """In the order wanted, in place of all earlier wishes."""
        with self._wake:
            self._wishes = wishes
            self._finish = finish
            self._held -= self._taken
            self._taken.clear()
            self._wake.notify()
        if self._thread is None and wishes and not self._over:
            self._thread = threading.Thread(target=self._run, name="thumbnails", daemon=True)
            self._thread.start()

    def take(self) -> list[Loaded]:
        with self._wake:
            taken, self._done = self._done, deque()
            self._taken.update((loaded.wish, loaded.finish) for loaded in taken)
            self._told = False
        return list(taken)

    def shutdown(self) -> None:
        with self._wake:
            self._over = True
            self._wishes = ()
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._wishes and not self._over:
                    self._wake.wait()
                if self._over:
                    return
                finish = self._finish
                batch = self._next()
            self._load(batch, finish)

    def _next(self) -> list[Wish]:
        batch: list[Wish] = []
        done = 0
        for done, wish in enumerate(self._wishes, start=1):  # noqa: B007 (its last value counts)
            if (wish, self._finish) not in self._held:
                self._held.add((wish, self._finish))
                batch.append(wish)
                if len(batch) == BATCH:
                    break
        self._wishes = self._wishes[done:]
        return batch

    def _load(self, batch: Sequence[Wish], finish: Finish) -> None:
        data: dict[tuple[str, int], bytes] = {}
        for edge in {wish.edge for wish in batch}:
            found = self._source.get([wish.image_id for wish in batch if wish.edge == edge], edge)
            data |= {(image_id, edge): one for image_id, one in found.items()}
        for wish in batch:
            here = data.get((wish.image_id, wish.edge))
            image = None if here is None else finished(here, wish, finish)
            missing = image is None
            if image is None:
                # A smaller or larger one is better than none, until the right one is made.
                other = LARGE if wish.edge == SMALL else SMALL
                spare = self._source.get([wish.image_id], other).get(wish.image_id)
                image = None if spare is None else finished(spare, wish, finish)
            self._tell(Loaded(wish, finish, image, missing))

    def _tell(self, loaded: Loaded) -> None:
        with self._wake:
            self._done.append(loaded)
            tell, self._told = not self._told, True
        if tell:
            self.arrived.emit()


def finished(data: bytes, wish: Wish, finish: Finish) -> QImage | None:
    """The thumbnail in the size wished, opaque, its corners in the ground's colour. None if it can't be decoded.

    QImageReader on a QBuffer lets other Python threads run while it decodes; QImage.fromData does not (6.11.3).
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODeviceBase.OpenModeFlag.ReadOnly)
    # Told the format, it need not try all it knows: a sixth of the time.
    reader = QImageReader(buffer, b"jpg" if data.startswith(JPEG) else b"webp")
    reader.setScaledSize(QSize(wish.width, wish.height))
    image = reader.read()
    if image.isNull():
        return None
    if image.hasAlphaChannel():
        ground = QImage(image.size(), QImage.Format.Format_RGB32)
        painter = QPainter(ground)
        _paint_checks(painter, ground.rect().width(), ground.rect().height(), dark=finish.dark)
        painter.drawImage(0, 0, image)
        painter.end()
        image = ground
    elif image.format() is not QImage.Format.Format_RGB32:
        image = image.convertToFormat(QImage.Format.Format_RGB32)
    _round_off(image, finish)
    return image


def _paint_checks(painter: QPainter, width: int, height: int, *, dark: bool) -> None:
    even, odd = checks(dark)
    painter.fillRect(0, 0, width, height, QColor(even))
    for top in range(0, height, CHECK):
        for left in range(CHECK * (top // CHECK % 2), width, 2 * CHECK):
            painter.fillRect(left, top, CHECK, CHECK, QColor(odd))


def _round_off(image: QImage, finish: Finish) -> None:
    if finish.radius <= 0:
        return
    whole = QRectF(image.rect())
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = rounded(whole, finish.radius)
    path.addRect(whole)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    painter.fillPath(path, QColor(finish.ground))
    painter.end()
