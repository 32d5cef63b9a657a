"""A scroll area that shows a listing as thumbnails: lays out, paints what is exposed, and asks for what is near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from imagegen_desktop.ui.grid.facts import Facts
from imagegen_desktop.ui.grid.layout import HEADER, MARGIN
from imagegen_desktop.ui.grid.loader import LARGE, SMALL, Finish, ThumbnailLoader, ThumbnailSource, Wish
from imagegen_desktop.ui.grid.selection import Selection
from imagegen_desktop.ui.grid.shelf import Shelf
from imagegen_desktop.ui.grid.thumbs import Thumbs
from imagegen_desktop.ui.grid.tile_painter import OUTSET, RADIUS, Look, Mark, Tile, TilePainter
from imagegen_desktop.ui.grid.words import header_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtGui import QPaintEvent, QShowEvent

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.places import Listing
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

# Thumbnails that come within this time are painted together.
FRAME_MS: Final = 8
# Without scrolling for so long, what is in view comes before what lies ahead.
SETTLE_MS: Final = 40
# Screens looked ahead in the direction of scrolling, and behind.
AHEAD: Final = 1.5
BEHIND: Final = 0.5


@dataclass(frozen=True, slots=True)
class Missing:
    """Images in or near the view whose thumbnail of this edge (256 or 512 pixels) the cache lacks.

    In place of those told before for the same edge: what is not named any more was scrolled past.
    """

    ids: tuple[str, ...]
    edge: int


class GridView(Shelf):
    """Shows; `ImageGrid` adds what a person does. Who makes it calls `shutdown`.

    `rows_wanted(array of moments)` asks for the facts of a page of images: answer with `set_rows`.
    `thumbnails_missing(Missing)` asks for thumbnails to be made: answer with `thumbnails_made` or `thumbnails_failed`.
    `filled()` once after other images are shown: each cell in view has its thumbnail, or waits for it to be made.
    `counted()` after the listing or the selection changed. `edge_changed(int)` after the wheel with Ctrl changed the size.
    """

    rows_wanted = Signal(object)
    thumbnails_missing = Signal(object)
    filled = Signal()
    counted = Signal()
    edge_changed = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons, source: ThumbnailSource) -> None:
        super().__init__()
        self._appearance = appearance
        self._painter = TilePainter(appearance, icons, self)
        self._facts = Facts()
        self._thumbs = Thumbs()
        self.selection = Selection()
        self._hovered: int | None = None
        self._band: QRect | None = None
        self._failed: set[str] = set()
        self._marks: dict[str, Mark] = {}
        self._stale: set[int] = set()
        self._fills = False
        # Told as missing, and not answered yet: (id, edge).
        self._asked: dict[tuple[str, int], None] = {}
        self._loader = ThumbnailLoader(source, self)
        self._plan_timer = QTimer(self, interval=0, singleShot=True)
        self._settle_timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle_timer.timeout.connect(self._settled)
        self._take_timer = QTimer(self, interval=FRAME_MS, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self.view_moved.connect(self._plan_timer.start)
        self._plan_timer.timeout.connect(self._plan)
        self._take_timer.timeout.connect(self._take)
        self._loader.arrived.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        appearance.changed.connect(self._theme_changed)

    # ---- what is shown ----

    def set_listing(self, listing: Listing) -> None:
        """Show other images. What is looked at stays in its place, if it is still there; else the next older does."""
        if listing.view != self.listing.view:
            self._anchor = None
        # Nothing is shown before the first listing.
        self._fills |= listing.view != self.listing.view or not len(self.listing)
        self._facts.set_listing(listing)
        self.selection.follow(listing)
        self._part(listing)
        self.counted.emit()

    def state_of(self, cell: int) -> ImageState | None:
        """What is known of the image that a cell shows; None until its page has come."""
        return self._facts.get(self._cells.moment(cell))

    def set_rows(self, states: Mapping[int, ImageState]) -> None:
        """What `rows_wanted` asked for, by moment; also what has changed of images that are shown."""
        self._facts.put(states)
        visible = self._layout.cells_between(self._top, self._top + self.viewport().height())
        for cell in visible:
            if self._cells.moment(cell) in states:
                self._update_cell(cell)
        self._plan_timer.start()

    def set_states(self, states: Iterable[ImageState]) -> None:
        """What has changed of images, of which some may be shown."""
        moments = ((self._facts.moment(state.id), state) for state in states)
        self.set_rows({moment: state for moment, state in moments if moment is not None})

    def set_marks(self, marks: Mapping[str, Mark], *, anew: bool = False) -> None:
        """Where originals lie, by id. `anew`: no other image has a mark."""
        known = {} if anew else self._marks
        changed = {image for image, mark in marks.items() if known.get(image, Mark.NONE) is not mark}
        self._marks = {image: mark for image, mark in (known | dict(marks)).items() if mark is not Mark.NONE}
        if anew:
            self.viewport().update()
            return
        moments = {self._facts.moment(image) for image in changed}
        for cell in self._layout.cells_between(self._top, self._top + self.viewport().height()) if changed else ():
            if self._cells.moment(cell) in moments:
                self._update_cell(cell)

    def mark_of(self, cell: int) -> Mark:
        state = self.state_of(cell)
        return Mark.NONE if state is None else self._marks.get(state.id, Mark.NONE)

    def known_states(self) -> tuple[ImageState, ...]:
        """Of those in and near the view, and of what was looked at before."""
        return self._facts.states

    def doubt(self) -> None:
        """What is known of images may hold no more: it stays until `rows_wanted`, which comes anew, is answered."""
        self._facts.doubt()

    def thumbnails_made(self, ids: Iterable[str]) -> None:
        """They are in the cache now, new or anew."""
        for image_id in ids:
            self._failed.discard(image_id)
            for edge in (SMALL, LARGE):
                self._asked.pop((image_id, edge), None)
            moment = self._facts.moment(image_id)
            if moment is not None:
                self._stale.add(moment)
        self._plan_timer.start()

    def thumbnails_failed(self, ids: Iterable[str]) -> None:
        """These can't be made: the cells say so, and they are not asked for again until `thumbnails_made`."""
        self._failed |= set(ids)
        self.viewport().update()

    def shutdown(self) -> None:
        """End the loader's thread."""
        self._plan_timer.stop()
        self._settle_timer.stop()
        self._take_timer.stop()
        self._loader.shutdown()

    # ---- events ----

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._plan_timer.start()

    @Slot()
    def _theme_changed(self) -> None:
        # The ground's colour is painted into the thumbnails' corners.
        self._thumbs.clear()
        self.viewport().update()
        self._plan_timer.start()

    # ---- what is near ----

    @Slot()
    def _plan(self) -> None:
        """Ask for the facts and the thumbnails of what is in view and near it, in place of all asked before."""
        wishes: list[Wish] = []
        asked: dict[tuple[str, int], None] = {}
        # What is near counts as used: else a turn of direction would have it make room for what lies beyond it.
        kept, fact = self._thumbs.get, self._facts.get
        view = self.viewport().size() * self.devicePixelRatioF()
        self._thumbs.fit(view.width() * view.height())
        for row in self._near_rows() if self.isVisible() else ():
            for _cell, moment, _picture, width, tall in self.tiles(row):
                pixmap = kept(moment)
                if pixmap is not None and pixmap.width() == width and pixmap.height() == tall and not self._stale:
                    continue
                state = fact(moment)
                if state is None or state.id in self._failed:
                    continue
                wish = Wish(moment, state.id, width, tall)
                if (wish.image_id, wish.edge) in self._asked:
                    asked[wish.image_id, wish.edge] = None
                elif moment in self._stale or pixmap is None or (pixmap.width(), pixmap.height()) != (width, tall):
                    wishes.append(wish)
        self._asked = asked
        self._loader.wish(wishes, self._finish())
        self._tell_filled()

    def _near_rows(self) -> list[int]:
        """Those in view and then those near it, in the direction of scrolling first; asks for their facts."""
        height = self.viewport().height()
        above, below = (BEHIND, AHEAD) if self._down else (AHEAD, BEHIND)
        near = self._layout.rows_between(round(self._top - above * height), round(self._top + (1 + below) * height))
        seen = self._layout.rows_between(self._top, self._top + height)
        # What is in view waits for its facts before it can have a thumbnail: its pages are asked for first.
        for rows in filter(None, (seen, near)):
            self._ask_facts(self._layout.firsts[rows.start], self._layout.firsts[rows.stop])
        later, earlier = range(seen.stop, near.stop), range(seen.start - 1, near.start - 1, -1)
        forward = list(seen) if self._down else list(reversed(seen))
        ahead, behind = (later, earlier) if self._down else (earlier, later)
        if self._moving:
            # What comes into view next has the longest to be seen; what leaves it would come too late.
            self._settle_timer.start()
            return [*forward[-1:], *ahead, *forward[-2::-1], *behind]
        return [*forward, *ahead, *behind]

    @Slot()
    def _settled(self) -> None:
        self._moving = False
        self._plan()

    def _ask_facts(self, first: int, after: int) -> None:
        rows = [self._cells.row(cell) for cell in (first, after - 1)]
        for moments in self._facts.wanted(min(rows), max(rows) + 1):
            self.rows_wanted.emit(moments)

    def _finish(self) -> Finish:
        tokens = self._appearance.tokens
        return Finish(tokens.canvas, round(RADIUS * self.devicePixelRatioF()), tokens.dark)

    @Slot()
    def _arrived(self) -> None:
        if not self._take_timer.isActive():
            self._take_timer.start()

    @Slot()
    def _take(self) -> None:
        """Take the finished thumbnails once a frame, and paint those that are in view."""
        missing: set[int] = set()
        come: set[int] = set()
        finish, density = self._finish(), self.devicePixelRatioF()
        for loaded in self._loader.take():
            wish = loaded.wish
            if loaded.missing:
                self._asked[wish.image_id, wish.edge] = None
                missing.add(wish.edge)
            if loaded.image is not None and loaded.finish == finish:
                pixmap = QPixmap.fromImage(loaded.image)
                pixmap.setDevicePixelRatio(density)
                self._thumbs.put(wish.moment, pixmap)
                self._stale.discard(wish.moment)
                come.add(wish.moment)
        for row in self._layout.rows_between(self._top, self._top + self.viewport().height()) if come else ():
            for tile in self.tiles(row):
                if tile.moment in come:
                    self.viewport().update(tile.picture.translated(0, -self._top))
        for edge in sorted(missing):
            self.thumbnails_missing.emit(Missing(tuple(one for one, other in self._asked if other == edge), edge))
        self._tell_filled()

    def _tell_filled(self) -> None:
        if self._fills and self.isVisible():
            rows = self._layout.rows_between(self._top, self._top + self.viewport().height())
            self._fills = not all(self._is_shown(tile.moment) for row in rows for tile in self.tiles(row))
            if not self._fills:
                self.filled.emit()

    def _is_shown(self, moment: int) -> bool:
        if moment in self._thumbs:
            return True
        state = self._facts.get(moment)
        waits = ((state.id, SMALL), (state.id, LARGE)) if state is not None else ()
        return any(one in self._asked for one in waits) or (state is not None and state.id in self._failed)

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tokens = self._appearance.tokens
        region, exposed = event.region(), event.rect()
        painter.fillRect(exposed, QColor(tokens.canvas))
        top = self._top
        for number in self._layout.headers_between(top + exposed.top(), top + exposed.bottom() + 1):
            self._paint_header(painter, number)
        first, last = top + exposed.top() - OUTSET, top + exposed.bottom() + OUTSET + 1
        single = region.rectCount() == 1
        for row in self._layout.rows_between(first, last):
            for tile in self.tiles(row):
                place = tile.picture.translated(0, -top)
                around = place.adjusted(-OUTSET, -OUTSET, OUTSET, OUTSET)
                if (exposed if single else region).intersects(around):
                    self._paint_tile(painter, tile, place)
        if self._band is not None:
            self._paint_band(painter, self._band.translated(0, -top))
        painter.end()

    def _paint_tile(self, painter: QPainter, tile: Tile, place: QRect) -> None:
        state = self._facts.get(tile.moment)
        piled, opened = self.pile_count(tile.cell)
        mark = Mark.NONE if state is None else self._marks.get(state.id, Mark.NONE)
        look = Look(
            selected=tile.moment in self.selection,
            current=tile.moment == self.selection.current and self.hasFocus(),
            hovered=tile.cell == self._hovered,
            # What is not here can't be drawn from here, and is no fault.
            failed=state is not None and state.id in self._failed and mark is not Mark.ELSEWHERE,
            piled=piled,
            open_pile=opened,
            mark=mark,
        )
        self._painter.paint(painter, place, self._thumbs.get(tile.moment), state, look)

    def _paint_header(self, painter: QPainter, number: int) -> None:
        tokens = self._appearance.tokens
        section = self._cells.sections[number]
        top = self._layout.header_tops[number] - self._top
        place = QRect(MARGIN, top, self._layout.width - 2 * MARGIN, HEADER)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text2))
        side = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, header_words(section, self.locale()))

    def _paint_band(self, painter: QPainter, band: QRect) -> None:
        colour = QColor(self._appearance.tokens.accent)
        painter.setPen(colour)
        colour.setAlphaF(0.15)
        painter.setBrush(colour)
        painter.drawRect(band)

    def _update_cell(self, cell: int) -> None:
        self.viewport().update(self.place_of(cell).adjusted(-OUTSET, -OUTSET, OUTSET, OUTSET))
