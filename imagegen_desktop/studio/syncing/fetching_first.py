"""Has originals that lie in the bucket alone fetched before something is done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from imagegen_desktop.core.remote import RemoteError
from imagegen_desktop.studio.export_steps import OriginalsFetched
from imagegen_desktop.studio.syncing.steps import SyncProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.syncing.line import Line
    from imagegen_desktop.studio.syncing.steps import Fetched, NotFetched

T = TypeVar("T")


def fetching_first(
    line: Line,
    library: Library,
    states: Sequence[ImageState],
    work: Callable[[CancelToken], Iterator[T]],
    cancel: CancelToken,
) -> Iterator[T | OriginalsFetched]:
    """The steps of `work`, after those of the fetch. What can't be fetched is met by `work`, which says so of each image."""
    held = library.index.held(state.id for state in states)
    missing = [state for state in states if state.id in held and not library.path_of(state).exists()]
    cancel.on_cancel(line.end)
    if missing:
        try:
            for step in line.use(lambda syncing, cancel: syncing.fetch(missing, cancel), cancel):
                yield from _told(step)
        except RemoteError as error:
            # Those that are here are dealt with all the same; of the others `work` says that they are in the bucket alone.
            yield OriginalsFetched(0, len(missing), error)
    if not cancel.cancelled:
        yield from work(cancel)


def _told(step: SyncProgress | Fetched | NotFetched) -> Iterator[OriginalsFetched]:
    if isinstance(step, SyncProgress):
        yield OriginalsFetched(step.done, step.of)
