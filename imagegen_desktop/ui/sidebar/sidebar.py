"""The sidebar: places, albums, tags and months, each with its count, and how much the library holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from imagegen_desktop.core.places import Place, View
from imagegen_desktop.ui.sidebar.places_list import PlacesList
from imagegen_desktop.ui.sidebar.row_tree import Row, RowTree
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import HIT, ICON_CHIP, SPACE_1, SPACE_2, SPACE_4

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagegen_desktop.core.albums import Shelf
    from imagegen_desktop.storage.index import MonthCount
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

TEXT_INSET = 18


class Sidebar(QWidget):
    """Emits `view_chosen(View)` without words.

    `album_wanted` asks for a new album; `album_menu` and `tag_menu` carry a key and a global position, `dropped_on_album`
    and `dropped_on_tag` a key and the ids of images.
    """

    view_chosen = Signal(object)
    album_wanted = Signal()
    album_menu = Signal(object, object)
    tag_menu = Signal(object, object)
    dropped_on_album = Signal(object, object)
    dropped_on_tag = Signal(object, object)

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.places = PlacesList(appearance, icons)
        self.albums = RowTree(self.tr("Albums"), appearance, icons, takes_drops=True)
        self.tags = RowTree(self.tr("Tags"), appearance, icons, takes_drops=True)
        self.months = RowTree(self.tr("Months"), appearance, icons)
        self.add_album = QPushButton()
        self.add_album.setProperty("kind", "quiet")
        self.add_album.setIcon(icons.icon("plus", "text2"))
        self.add_album.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        self.add_album.setFixedSize(HIT, HIT)
        self.add_album.setAccessibleName(self.tr("New album"))
        self.add_album.setToolTip(plain_tooltip(self.tr("New album")))
        self._summary = PlainLabel(kind="muted")
        self._where = PlainLabel(self.tr("On this computer"), kind="muted")
        for label in (self._summary, self._where):
            label.setContentsMargins(TEXT_INSET, 0, TEXT_INSET, 0)
        self._sections: dict[RowTree, QWidget] = {}
        self._lay_out()
        self._connect()
        self._sections[self.albums].hide()

    @property
    def summary(self) -> str:
        return self._summary.text()

    def set_where(self, words: str) -> None:
        """Where the library is kept, beside this computer; "" for here alone."""
        self._where.setText(words or self.tr("On this computer"))

    def set_counts(self, counts: dict[Place, int], total_bytes: int) -> None:
        """`total_bytes` is the size of all picture files in the library. An empty library shows no albums."""
        self.places.set_counts(counts)
        count = counts.get(Place.ALL, 0)
        images = self._images(count)
        if total_bytes:
            size = QLocale().formattedDataSize(total_bytes, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
            self._summary.setText(f"{images} · {size}")
        else:
            self._summary.setText(images)
        self._sections[self.albums].setVisible(bool(count or self.albums.rows))

    def set_albums(self, shelf: Shelf, counts: Mapping[str, int], smart: Mapping[str, int]) -> None:
        rows = [
            Row(
                album.id,
                album.name,
                smart.get(album.id, 0) if album.is_smart else counts.get(album.id, 0),
                "folder-search" if album.is_smart else "folder",
                parent=album.parent,
            )
            for album in shelf.albums
        ]
        self.albums.set_rows(rows, self._describe)

    def set_tags(self, shelf: Shelf, counts: Mapping[str, int]) -> None:
        colours = dict(shelf.colours)
        rows = [
            Row(tag, tag, count, "tag", colour=colours.get(tag, ""))
            for tag, count in sorted(counts.items(), key=lambda one: one[0].casefold())
        ]
        self.tags.set_rows(rows, self._describe)
        self._sections[self.tags].setVisible(bool(rows))

    def set_months(self, months: Sequence[MonthCount]) -> None:
        rows = [Row(one.month, self._month(one.month), one.count, "calendar") for one in months]
        self.months.set_rows(rows, self._describe)
        self._sections[self.months].setVisible(bool(rows))

    def select(self, view: View) -> None:
        """Show what is looked at. Emits nothing."""
        narrowed = bool(view.album or view.tag or view.month)
        self.places.select(None if narrowed else view.place)
        self.albums.choose(view.album)
        self.tags.choose(view.tag)
        self.months.choose(view.month)

    # ---- own ----

    def _lay_out(self) -> None:
        heading = PlainLabel(self.tr("LIBRARY"), kind="caption")
        heading.setContentsMargins(TEXT_INSET, 0, TEXT_INSET, SPACE_1)
        heading.setBuddy(self.places)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, SPACE_4, 0, SPACE_2)
        column.setSpacing(2)
        column.addWidget(heading)
        column.addWidget(self.places)
        for title, tree, button in (
            (self.tr("ALBUMS"), self.albums, self.add_album),
            (self.tr("TAGS"), self.tags, None),
            (self.tr("TIMELINE"), self.months, None),
        ):
            self._sections[tree] = self._section(title, tree, button)
            column.addWidget(self._sections[tree])
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, SPACE_4)
        outer.setSpacing(2)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._summary)
        outer.addWidget(self._where)

    @staticmethod
    def _section(title: str, tree: RowTree, button: QPushButton | None) -> QWidget:
        heading = PlainLabel(title, kind="caption")
        heading.setBuddy(tree)
        head = QHBoxLayout()
        head.setContentsMargins(TEXT_INSET, 0, SPACE_2, 0)
        head.addWidget(heading, 1)
        if button is not None:
            head.addWidget(button)
        section = QWidget()
        column = QVBoxLayout(section)
        column.setContentsMargins(0, SPACE_4, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        rows = QVBoxLayout()
        rows.setContentsMargins(SPACE_2, 0, 0, 0)
        rows.addWidget(tree)
        column.addLayout(rows)
        section.hide()
        return section

    def _connect(self) -> None:
        self.places.chosen.connect(self._place_chosen)
        self.albums.chosen.connect(self._album_chosen)
        self.tags.chosen.connect(self._tag_chosen)
        self.months.chosen.connect(self._month_chosen)
        self.add_album.clicked.connect(self.album_wanted)
        self.albums.menu_requested.connect(self.album_menu)
        self.tags.menu_requested.connect(self.tag_menu)
        self.albums.dropped.connect(self.dropped_on_album)
        self.tags.dropped.connect(self.dropped_on_tag)

    def _describe(self, row: Row) -> str:
        return f"{row.name}, {self._images(row.count)}"

    def _images(self, count: int) -> str:
        return self.tr("1 image") if count == 1 else self.tr("{count} images").format(count=QLocale().toString(count))

    @staticmethod
    def _month(month: str) -> str:
        first = date.fromisoformat(f"{month}-01")
        return QLocale().toString(QDate(first.year, first.month, 1), "MMMM yyyy")

    def _tell(self, view: View) -> None:
        self.select(view)
        self.view_chosen.emit(view)

    @Slot(object)
    def _place_chosen(self, place: object) -> None:
        self._tell(View(place=Place(str(place))))

    @Slot(object)
    def _album_chosen(self, key: object) -> None:
        self._tell(View(album=str(key)))

    @Slot(object)
    def _tag_chosen(self, key: object) -> None:
        self._tell(View(tag=str(key)))

    @Slot(object)
    def _month_chosen(self, key: object) -> None:
        self._tell(View(month=str(key)))
