"""What a grid knows of single images: a bounded number of states, asked for by pages of the listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.places import Listing, View

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from imagegen_desktop.core.changes import ImageState

PAGE: Final = 256
# Beside those near the view: what was looked at earlier is read again in milliseconds.
EARLIER_PAGES: Final = 6
# So many more states may come before those of other pages are sorted out.
SPARE_STATES: Final = 2 * PAGE


class Facts:
    def __init__(self) -> None:
        self._listing = Listing(View())
        self._states: dict[int, ImageState] = {}
        self._moments: dict[str, int] = {}
        # In the order of their last use; a page that was asked for is not asked for again while it is here.
        self._pages: dict[int, None] = {}
        self._doubted: set[int] = set()

    def get(self, moment: int) -> ImageState | None:
        return self._states.get(moment)

    @property
    def states(self) -> tuple[ImageState, ...]:
        return tuple(self._states.values())

    def moment(self, image_id: str) -> int | None:
        return self._moments.get(image_id)

    def set_listing(self, listing: Listing) -> None:
        """What is known stays known; pages count anew."""
        self._listing = listing
        self._pages = {}

    def doubt(self) -> None:
        """All that is known is asked for once more, when it is near the view again."""
        self._pages = {}
        self._doubted = set(self._states)

    def put(self, states: Mapping[int, ImageState]) -> None:
        self._states.update(states)
        self._doubted.difference_update(states)
        self._moments.update((state.id, moment) for moment, state in states.items())
        # Right after another listing no page counts yet: what is shown is not forgotten for that.
        if self._pages and len(self._states) > PAGE * max(EARLIER_PAGES, len(self._pages)) + SPARE_STATES:
            self._forget()

    def wanted(self, first: int, last: int) -> list[array[int]]:
        """The moments to be asked for, by page, so that the listing's rows from `first` to before `last` are known."""
        asked: list[array[int]] = []
        near = range(first // PAGE, -(-last // PAGE))
        for page in near:
            new = page not in self._pages
            self._pages.pop(page, None)
            self._pages[page] = None
            moments = self._listing.moments[page * PAGE : (page + 1) * PAGE]
            if new and any(moment not in self._states or moment in self._doubted for moment in moments):
                asked.append(moments)
        while len(self._pages) > EARLIER_PAGES + len(near):
            del self._pages[next(iter(self._pages))]
        return asked

    def _forget(self) -> None:
        kept: dict[int, ImageState] = {}
        for page in self._pages:
            for moment in self._listing.moments[page * PAGE : (page + 1) * PAGE]:
                state = self._states.get(moment)
                if state is not None:
                    kept[moment] = state
        self._states = kept
        self._doubted &= kept.keys()
        self._moments = {state.id: moment for moment, state in kept.items()}
