"""What is looked for in a library is listed, read by the page and counted, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.albums import Album, Shelf
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.core.remote import OriginalElsewhereError
from imagegen_desktop.imaging.decode import decode
from imagegen_desktop.imaging.thumbnails import SMALL, thumbnails_of
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.studio.browsing import Browsing
from imagegen_desktop.studio.syncing.whereabouts import Whereabouts, whereabouts
from pictures import NOON, new_image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library

GO = CancelToken()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


@pytest.fixture
def browsing(library: Library) -> Browsing:
    return Browsing(library, lambda: NOON)


def add(library: Library, prompt: str) -> ImageState:
    new = new_image(prompt)
    return library.add(library.describe(new), new.data)


def test_a_view_is_listed_with_what_was_understood_of_its_words(library: Library, browsing: Browsing) -> None:
    cat, _dog = add(library, "a cat"), add(library, "a dog")
    view = View(words="cat on:today rating>=many OR cat")
    (listed,) = browsing.listing(view, GO)
    assert listed.listing.view == view
    assert list(listed.listing.moments) == [library.index.moment_of(cat.id)]
    assert str(listed.query) == "cat on:2026-11-22 rating>=many OR cat"
    assert [piece.text for piece in listed.query.misunderstood] == ["rating>=many"]


def test_rows_of_a_listing_are_read_by_the_page(library: Library, browsing: Browsing) -> None:
    states = [add(library, f"picture {number}") for number in range(3)]
    (listed,) = browsing.listing(View(), GO)
    page = tuple(listed.listing.moments[:2])
    (rows,) = browsing.rows(page, GO)
    assert set(rows.states) == set(page)
    assert set(rows.states.values()) <= set(states)


def test_the_best_hits_are_told_with_their_view(library: Library, browsing: Browsing) -> None:
    cat = add(library, "a cat")
    add(library, "a dog")
    view = View(words="cat")
    (ranked,) = browsing.ranked(view, 9, GO)
    assert (ranked.view, ranked.states) == (view, (cat,))


def test_the_overview_counts_all_that_can_be_looked_at(library: Library, browsing: Browsing) -> None:
    add(library, "a cat")
    add(library, "a dog")
    shelf = Shelf(albums=(Album(id="s", name="Cats", query="cat"), Album(id="a", name="Series")))
    library.index.set_shelf(shelf)
    (overview,) = browsing.overview(GO)
    assert overview.shelf == shelf
    assert overview.smart == {"s": 1}
    assert overview.counts.places[Place.ALL] == 2
    assert [(each.month, each.count) for each in overview.months] == [(f"{NOON.astimezone():%Y-%m}", 2)]


def test_a_search_is_completed_with_the_names_of_the_library(library: Library, browsing: Browsing) -> None:
    add(library, "a cat")
    (names,) = browsing.vocabulary(GO)
    assert names.models == ("gpt-image-2",)


@pytest.mark.parametrize(
    "look",
    [
        lambda browsing, cancel: browsing.listing(View(), cancel),
        lambda browsing, cancel: browsing.rows((1,), cancel),
        lambda browsing, cancel: browsing.ranked(View(words="cat"), 9, cancel),
        lambda browsing, cancel: browsing.overview(cancel),
        lambda browsing, cancel: browsing.timeline(cancel),
        lambda browsing, cancel: browsing.vocabulary(cancel),
    ],
)
def test_what_is_cancelled_tells_nothing(
    library: Library, browsing: Browsing, look: Callable[[Browsing, CancelToken], Iterator[object]]
) -> None:
    add(library, "a cat")
    assert len(list(look(browsing, GO))) == 1
    cancelled = CancelToken()
    cancelled.cancel()
    assert list(look(browsing, cancelled)) == []


def test_an_original_that_lies_in_the_bucket_alone_is_told_from_one_that_is_gone(library: Library) -> None:
    freed, gone = add(library, "a cat"), add(library, "a dog")
    library.index.hold([freed.id])
    for state in (freed, gone):
        library.path_of(state).unlink()
    small = thumbnails_of(decode(new_image("a cat").data), (SMALL,))[SMALL]
    browsing = Browsing(library, lambda: NOON, remembered=Drawer({freed.id: small}))
    (elsewhere,) = browsing.picture(freed, GO)
    assert elsewhere.elsewhere
    assert elsewhere.pixels is not None
    assert "in the bucket" in elsewhere.problem
    (missing,) = browsing.picture(gone, GO)
    assert not missing.elsewhere
    assert missing.pixels is None
    with pytest.raises(OriginalElsewhereError):
        library.read(freed)


def test_it_is_known_without_asking_the_bucket_where_an_original_lies(library: Library) -> None:
    both, waiting, elsewhere, lost = (add(library, words) for words in ("a", "b", "c", "d"))
    library.index.hold([both.id, elsewhere.id])
    for state in (elsewhere, lost):
        library.path_of(state).unlink()
    (told,) = whereabouts(library, [both, waiting, elsewhere, lost], GO)
    assert told.places == {
        both.id: Whereabouts.BOTH,
        waiting.id: Whereabouts.WAITING,
        elsewhere.id: Whereabouts.ELSEWHERE,
        lost.id: Whereabouts.LOST,
    }


class Drawer:
    """Small pictures by id, whatever their size."""

    def __init__(self, kept: dict[str, bytes]) -> None:
        self._kept = kept

    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]:
        return {one: self._kept[one] for one in ids if one in self._kept and edge == SMALL}
