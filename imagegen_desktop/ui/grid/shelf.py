"""A scroll area in which a listing's cells have their places: it lays out, anchors and scrolls, and paints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from imagegen_desktop.core.places import Listing, View
from imagegen_desktop.ui.grid.cells import Cells, cells_of, nearest_row
from imagegen_desktop.ui.grid.layout import GAP, HEADER, LARGEST, SMALLEST, Arrangement, lay_out
from imagegen_desktop.ui.grid.tile_painter import Tile

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

USUAL_EDGE: Final = 176
# Three screens of the smallest cells on the largest screens have fewer.
MOST_PLACED_ROWS: Final = 200


class Shelf(QAbstractScrollArea):
    """`view_moved()` whenever other cells, or the same in another size, may have come into view."""

    view_moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._arrangement = Arrangement.SQUARE
        self._edge = USUAL_EDGE
        self._opened: set[int] = set()
        self._cells = cells_of(Listing(View()), piled=False)
        self._ratios = self._cells.ratios()
        self._layout = lay_out(self._arrangement, self._ratios, (), 800, self._edge)
        self._placed: dict[int, list[Tile]] = {}
        # The first image in view and its distance from the top, since the person last scrolled; None at the very top.
        self._anchor: tuple[int, int] | None = None
        self._relaying = False
        self._down = True
        # By less than a screen, since the last rest.
        self._moving = False
        # Something painted over the cells that does not move with them.
        self._painted_over = False
        self._dress()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _dress(self) -> None:
        self.setAccessibleName(self.tr("Images"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, so that the grid's width does not depend on its height.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # Made here, and not Qt's: to wrap a plain widget that C++ made has the binding set up every class of widget, in 7 ms.
        viewport = QWidget(self)
        self.setViewport(viewport)
        viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        viewport.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        viewport.setMouseTracking(True)

    # ---- what is shown ----

    @property
    def cells(self) -> Cells:
        return self._cells

    @property
    def listing(self) -> Listing:
        return self._cells.listing

    @property
    def arrangement(self) -> Arrangement:
        return self._arrangement

    @property
    def edge(self) -> int:
        return self._edge

    def set_arrangement(self, arrangement: Arrangement) -> None:
        self._arrangement = arrangement
        self._relay()

    def set_edge(self, edge: int) -> None:
        """In logical pixels, held between 96 and 384."""
        self._edge = min(max(edge, SMALLEST), LARGEST)
        self._relay()

    def toggle_pile(self, cell: int) -> None:
        """Lay a pile's images out, or gather them again."""
        stack = self._cells.stack(cell)
        if not stack:
            return
        self._opened ^= {stack}
        self._part(self.listing)

    def is_laid_out(self, cell: int) -> bool:
        """Whether this cell's image lies in a pile that was opened."""
        return self._cells.stack(cell) in self._opened

    def pile_count(self, cell: int) -> tuple[int, int]:
        """Images in the pile that this cell shows, and in the open pile that begins with it; 0 where there is none."""
        count = self._cells.count(cell)
        if count > 1:
            return count, 0
        stack = self._cells.stack(cell)
        if not stack or stack not in self._opened:
            return 0, 0
        if cell and self._cells.stack(cell - 1) == stack:
            return 0, 0
        last = cell
        while last < len(self._cells) and self._cells.stack(last) == stack:
            last += 1
        return 0, last - cell if last - cell > 1 else 0

    # ---- layout ----

    @property
    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _part(self, listing: Listing) -> None:
        self._cells = cells_of(listing, piled=True, opened=self._opened)
        self._ratios = self._cells.ratios()
        self._relay()

    def _relay(self) -> None:
        """Lay out anew; the image that the person last scrolled to keeps its distance from the top."""
        viewport = self.viewport()
        self._placed.clear()
        self._hovered = None
        self._layout = lay_out(
            self._arrangement,
            self._ratios,
            self._cells.sections,
            viewport.width(),
            self._edge,
            mirrored=self.isRightToLeft(),
        )
        self._relaying = True
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - viewport.height()))
        bar.setPageStep(viewport.height())
        bar.setSingleStep(max(24, self._edge // 3))
        if self._anchor is not None:
            moment, offset = self._anchor
            row = nearest_row(self.listing, moment)
            cell = None if row is None else self._cells.cell_of(self.listing.moments[row])
            bar.setValue(0 if cell is None else self._layout.box(cell).y - offset)
        else:
            bar.setValue(0)
        self._relaying = False
        viewport.update()
        self.view_moved.emit()

    def _note_anchor(self) -> None:
        if self._top == 0 or not len(self._cells):
            # Who looks at the newest sees what comes.
            self._anchor = None
            return
        cells = self._layout.cells_between(self._top, self._top + self.viewport().height())
        if cells:
            self._anchor = self._cells.moment(cells[0]), self._layout.box(cells[0]).y - self._top

    def tiles(self, row: int) -> list[Tile]:
        """A row's cells with their pictures' places, worked out once."""
        known = self._placed.get(row)
        if known is None:
            if len(self._placed) > MOST_PLACED_ROWS:
                self._placed.clear()
            known = self._placed[row] = self._tiles(row)
        return known

    def _tiles(self, row: int) -> list[Tile]:
        density = self.devicePixelRatioF()
        made: list[Tile] = []
        for cell, x, y, width, height in self._layout.boxes(row):
            ratio = max(1e-3, self._ratios[cell])
            across = max(1, min(width, round(height * ratio)))
            down = max(1, min(height, round(width / ratio)))
            if abs(across - width) <= 1 and abs(down - height) <= 1:
                # A row of pictures whose edges are on whole pixels differs from the ratio by a fraction of one.
                across, down = width, height
            picture = QRect(x + (width - across) // 2, y + (height - down) // 2, across, down)
            made.append(Tile(cell, self._cells.moment(cell), picture, round(across * density), round(down * density)))
        return made

    def tile(self, cell: int) -> Tile:
        row = self._layout.row_of(cell)
        tiles = self.tiles(row)
        return tiles[cell - tiles[0].cell]

    def place_of(self, cell: int) -> QRect:
        """The picture's place in the viewport."""
        return self.tile(cell).picture.translated(0, -self._top)

    def show_cell(self, cell: int) -> None:
        """Scroll as little as is needed; a section's first row with its header."""
        box = self._layout.box(cell)
        top = box.y - GAP
        if self._layout.firsts[self._layout.row_of(cell)] == self._cells.section(cell).first:
            top = box.y - HEADER
        bottom = box.y + box.height + GAP
        if top < self._top:
            self.verticalScrollBar().setValue(top)
        elif bottom > self._top + self.viewport().height():
            self.verticalScrollBar().setValue(bottom - self.viewport().height())

    # ---- events ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relay()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.DevicePixelRatioChange, QEvent.Type.LayoutDirectionChange}:
            self._relay()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx
        self._down = dy < 0
        self._moving = abs(dy) < self.viewport().height() and not self._relaying
        if abs(dy) < self.viewport().height() and not self._painted_over and not self._relaying:
            self.viewport().scroll(0, dy)
        else:
            self.viewport().update()
        self.view_moved.emit()

    @Slot()
    def _scrolled(self) -> None:
        if not self._relaying:
            self._note_anchor()

    def cell_at(self, point: QPoint) -> int | None:
        """The cell under a point of the viewport."""
        return self._layout.cell_at(point.x(), point.y() + self._top)
