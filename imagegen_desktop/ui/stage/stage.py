"""Shows one thing large: nothing yet, a picture, a job on its way, or what went wrong."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from imagegen_desktop.core.places import View
from imagegen_desktop.ui.pictures import pixmap_of
from imagegen_desktop.ui.stage.canvas import PictureCanvas
from imagegen_desktop.ui.stage.cards import (
    fill_cancelled,
    fill_elsewhere,
    fill_empty,
    fill_error,
    fill_missing,
    fill_nothing,
)
from imagegen_desktop.ui.stage.job_view import JobView
from imagegen_desktop.ui.stage.pill import Pill
from imagegen_desktop.ui.stage.state_page import StatePage, holds_focus
from imagegen_desktop.ui.stage.word import Word, enlarged
from imagegen_desktop.ui.stage.words import charge_words, details_of, saved_words
from imagegen_desktop.ui.theme.tokens import SPACE_3, SPACE_4

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.errors import CancelledError, ImagegenError, Remedy
    from imagegen_desktop.core.pixels import Pixels
    from imagegen_desktop.core.price import PriceRange
    from imagegen_desktop.imaging.animation import Frames
    from imagegen_desktop.ui.job_progress import JobProgress
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons


class Shown(StrEnum):
    """What the stage shows. OPENING: a picture is being decoded, and what was there before still stands.

    FETCHING: the small picture stands for an original that is on its way from elsewhere.
    """

    EMPTY = auto()
    PICTURE = auto()
    OPENING = auto()
    MISSING = auto()
    FETCHING = auto()
    JOB = auto()
    ERROR = auto()
    CANCELLED = auto()


class Stage(QWidget):
    """`image_id` is the picture that the pill's heart and bin mean: the one shown, or the one being opened.

    `neighbour_requested(int)`: an arrow key asks for the newer (-1) or older (1) picture.
    `animation_changed` carries the Frames of the picture now shown, None where it stands still or none is shown.
    """

    example_chosen = Signal(object)
    add_key_requested = Signal()
    sample_requested = Signal()
    cancel_requested = Signal()
    remedy_chosen = Signal(object)
    copy_details_requested = Signal(object)
    favourite_requested = Signal(object)
    trash_requested = Signal(object)
    neighbour_requested = Signal(object)
    clear_search_requested = Signal()
    animation_changed = Signal(object)
    play_requested = Signal()
    fetch_requested = Signal()

    def __init__(self, appearance: Appearance, icons: Icons, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._appearance = appearance
        self._current = Shown.EMPTY
        self._image_id: str | None = None
        self._has_picture = False
        self._animated = False
        self._pill = Pill(icons)
        self._canvas = PictureCanvas(appearance)
        self._pill.setParent(self._canvas)
        self._word = Word(self)
        self._job = JobView(appearance, clock)
        self._page = StatePage(icons)
        # Placed by hand and not by a stacked layout, which would size the next page a turn of the event loop later.
        self._pages = (self._page, self._canvas, self._job)
        # None of them yet: whether there is anything to show is not known.
        for page in self._pages:
            page.setParent(self)
            page.hide()
        self._word.hide()
        self._join()

    def _join(self) -> None:
        self._job.cancel_requested.connect(self.cancel_requested)
        self._canvas.neighbour_requested.connect(self.neighbour_requested)
        self._word.acted.connect(self.fetch_requested)
        self._pill.zoom_in.connect(self._canvas.zoom_in)
        self._pill.zoom_out.connect(self._canvas.zoom_out)
        self._pill.fit.connect(self._canvas.fit)
        self._pill.favourite.connect(lambda: self.favourite_requested.emit(self._image_id))
        self._pill.play.connect(self.play_requested)
        self._pill.trash.connect(lambda: self.trash_requested.emit(self._image_id))

    @property
    def current(self) -> Shown:
        return self._current

    @property
    def image_id(self) -> str | None:
        return self._image_id

    @property
    def canvas(self) -> PictureCanvas:
        return self._canvas

    def show_empty(self, *, has_key: bool, endpoint_label: str = "") -> None:
        fill_empty(
            self._page,
            has_key=has_key,
            endpoint_label=endpoint_label,
            on_example=self.example_chosen.emit,
            on_key=self.add_key_requested.emit,
            on_sample=self.sample_requested.emit,
        )
        self._turn_to(Shown.EMPTY, self._page)

    def show_nothing(self, view: View, *, has_key: bool) -> None:
        """A view without images: the first-picture page where the whole library is empty, else one that says why."""
        if replace(view, words=view.words.strip()) == View():
            self.show_empty(has_key=has_key)
            return
        fill_nothing(self._page, view, on_clear=self.clear_search_requested.emit)
        self._turn_to(Shown.EMPTY, self._page)

    def update_state(self, state: ImageState) -> None:
        """The image shown was changed: its heart follows."""
        if state.id == self._image_id:
            self._pill.show_favourite(state.favourite)

    def show_opening(self, state: ImageState) -> None:
        """The picture is being decoded. What is shown stays until it is there, so that nothing flashes."""
        if self._current in {Shown.PICTURE, Shown.OPENING} and self._has_picture:
            self._turn_to(Shown.OPENING, self._canvas, state)
        else:
            self._turn_to(Shown.OPENING, None, state)

    def show_picture(self, state: ImageState, pixels: Pixels, frames: Frames | None = None) -> None:
        """A picture that is shown already keeps its zoom. `frames` if it is animated."""
        shown = self._current is Shown.PICTURE and self._image_id == state.id
        if not (shown and self._canvas.picture_size == QSize(pixels.width, pixels.height)):
            self._canvas.show_pixmap(pixmap_of(pixels))
        self._has_picture = True
        self._canvas.setAccessibleName(self.tr("Picture: {prompt}").format(prompt=state.record.prompt))
        size = self.tr("{width} × {height} pixels").format(width=pixels.width, height=pixels.height)
        self._canvas.setAccessibleDescription(size)
        self._turn_to(Shown.PICTURE, self._canvas, state)
        self._animate(frames)

    def show_frame(self, pixels: Pixels) -> None:
        """The next frame of the picture that is shown."""
        if self._animated and self._canvas.picture_size == QSize(pixels.width, pixels.height):
            self._canvas.replace_pixmap(pixmap_of(pixels))

    def show_playing(self, playing: bool | None) -> None:  # noqa: FBT001 (a state, not a mode)
        """None for a picture that does not move."""
        self._pill.show_playing(playing)
        self._place_pill()

    def _animate(self, frames: Frames | None) -> None:
        if frames is not None or self._animated:
            self._animated = frames is not None
            self.animation_changed.emit(frames)

    def show_missing(self, state: ImageState) -> None:
        fill_missing(self._page, state)
        self._turn_to(Shown.MISSING, self._page, state)

    def show_fetching(self, state: ImageState, small: Pixels | None, words: str) -> None:
        """The original is on its way: the small picture stands in its place, as large as it will be. Call it as time goes by."""
        self._show_small(state, small, words)
        self._word.say(words)

    def show_not_fetched(self, state: ImageState, small: Pixels | None, reason: str) -> None:
        """The original lies elsewhere and can't be had now; the small picture stays."""
        self._show_small(state, small, reason)
        self._announce(reason, QAccessible.AnnouncementPoliteness.Polite)
        self._word.say(reason, self.tr("Fetch it now"))

    def _show_small(self, state: ImageState, small: Pixels | None, words: str) -> None:
        if self._current is Shown.FETCHING and self._image_id == state.id:
            return
        if small is None:
            fill_elsewhere(self._page)
            self._turn_to(Shown.FETCHING, self._page, state)
        else:
            self._canvas.show_pixmap(enlarged(small, state.record.got.width, state.record.got.height))
            self._has_picture = True
            self._canvas.setAccessibleName(self.tr("Small picture: {prompt}").format(prompt=state.record.prompt))
            self._turn_to(Shown.FETCHING, self._canvas, state)
        self._announce(words, QAccessible.AnnouncementPoliteness.Polite)

    def show_job(self, progress: JobProgress) -> None:
        """Call it at each change. The skeleton stands when this returns to the event loop."""
        before = self._job.title
        self._job.show_progress(progress)
        self._turn_to(Shown.JOB, self._job)
        if self._job.title != before:
            self._announce(self._job.title, QAccessible.AnnouncementPoliteness.Polite)

    def show_preview(self, pixels: Pixels, position: int) -> None:
        """Only while a job is shown."""
        if self._current is Shown.JOB:
            self._job.show_preview(pixmap_of(pixels), position)

    def show_error(
        self, error: ImagegenError, *, saved: int = 0, count: int = 1, estimate: PriceRange | None = None
    ) -> None:
        """`estimate` is what the same request would cost again, None where that is not known."""
        details = details_of(error, saved=saved, count=count)
        fill_error(
            self._page,
            error,
            saved=saved,
            count=count,
            estimate=estimate,
            on_remedy=self._choose_remedy,
            on_copy=lambda: self.copy_details_requested.emit(details),
        )
        self._turn_to(Shown.ERROR, self._page)
        said = [f"{error.title}.", error.advice, saved_words(saved, count), charge_words(error.charge)]
        self._announce(" ".join(filter(None, said)), QAccessible.AnnouncementPoliteness.Assertive)

    def show_cancelled(self, error: CancelledError) -> None:
        fill_cancelled(self._page, error, self._choose_remedy)
        self._turn_to(Shown.CANCELLED, self._page)
        said = f"{error.title}. {error.advice} {charge_words(error.charge)}".strip()
        self._announce(said, QAccessible.AnnouncementPoliteness.Polite)

    def _choose_remedy(self, remedy: Remedy) -> None:
        self.remedy_chosen.emit(remedy)

    def _turn_to(
        self, shown: Shown, page: StatePage | PictureCanvas | JobView | None, state: ImageState | None = None
    ) -> None:
        """Show `page`, or leave what is there if it is None."""
        self._current = shown
        self._word.hide()
        self._image_id = None if state is None else state.id
        if state is not None:
            self._pill.show_favourite(state.favourite)
        if page is None:
            return
        page.setGeometry(self.rect())
        page.show()
        for other in self._pages:
            if other is not page:
                if holds_focus(other):
                    page.focus_first()
                other.hide()
        if page is not self._job:
            self._job.stop()
        if page is not self._canvas:
            self._animate(None)
        if page is self._page:
            # Kept no longer than it is looked at: a large picture is 64 MB.
            self._canvas.clear()
            self._has_picture = False

    def _announce(self, text: str, politeness: QAccessible.AnnouncementPoliteness) -> None:
        event = QAccessibleAnnouncementEvent(self, text)
        event.setPoliteness(politeness)
        QAccessible.updateAccessibility(event)

    def minimumSizeHint(self) -> QSize:
        """A picture with its pill; a message that is higher scrolls."""
        return QSize(360, 180)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_pill()
        self._word.place()
        for page in self._pages:
            page.setGeometry(self.rect())

    def _place_pill(self) -> None:
        size = self._pill.sizeHint()
        self._canvas.set_foot(size.height() + SPACE_3 + SPACE_4)
        left, top = (self.width() - size.width()) // 2, self.height() - size.height() - SPACE_4
        self._pill.setGeometry(left, top, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._appearance.tokens.canvas))
