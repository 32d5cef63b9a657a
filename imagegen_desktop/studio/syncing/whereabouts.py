"""Tells of images whether their originals lie on this computer, in the bucket, or in both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library


class Whereabouts(StrEnum):
    """WAITING is here and not in the bucket yet, ELSEWHERE in the bucket alone. LOST is in neither place."""

    BOTH = auto()
    WAITING = auto()
    ELSEWHERE = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class Told:
    """By the images' ids."""

    places: dict[str, Whereabouts]


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many images are not in the bucket yet."""

    images: int


def count_waiting(library: Library, cancel: CancelToken) -> Iterator[Waiting]:
    """From what this computer knows. Raises StorageError."""
    if not cancel.cancelled:
        yield Waiting(max(0, len(library.index.ids()) - library.index.count_held()))


def whereabouts(library: Library, states: Sequence[ImageState], cancel: CancelToken) -> Iterator[Told]:
    """From what this computer knows: nothing is asked of the bucket. Raises StorageError."""
    if cancel.cancelled:
        return
    held = library.index.held(state.id for state in states)
    places: dict[str, Whereabouts] = {}
    for state in states:
        here = library.path_of(state).exists()
        if state.id in held:
            places[state.id] = Whereabouts.BOTH if here else Whereabouts.ELSEWHERE
        else:
            places[state.id] = Whereabouts.WAITING if here else Whereabouts.LOST
    yield Told(places)
