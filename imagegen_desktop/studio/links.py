"""What can be done about pictures whose links could not be fetched: try again, or let go."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import ChargeState, ImagegenError, ResultUrlError
from imagegen_desktop.core.links import KeptLink
from imagegen_desktop.core.steps import GeneratedImage, Lost, Saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.requests import Endpoint, GenerationRequest
    from imagegen_desktop.core.steps import Provider
    from imagegen_desktop.studio.keeping import Keeper


@dataclass(frozen=True, slots=True)
class LinksKept:
    """All that are kept for the open library, the newest first."""

    links: tuple[KeptLink, ...]


class LinkTries:
    """The use cases on one open library. Each raises StorageError and its family."""

    def __init__(self, keeper: Keeper, connect: Callable[[Endpoint], Provider]) -> None:
        self._keeper = keeper
        self._connect = connect

    def kept(self, cancel: CancelToken) -> Iterator[LinksKept]:
        if not cancel.cancelled:
            yield LinksKept(self._keeper.links.kept(self._keeper.library.id))

    def dismiss(self, link: KeptLink, cancel: CancelToken) -> Iterator[LinksKept]:
        """Let go of a link. The picture behind it may never come back."""
        if not cancel.cancelled:
            self._keeper.links.drop(link.job, link.position)
            yield from self.kept(cancel)

    def try_again(self, link: KeptLink, cancel: CancelToken) -> Iterator[Saved | LinksKept]:
        """Fetch the picture under the same rule as at first, and save it as its job's. Costs nothing.

        Raises ResultUrlError with the reason of now, which is kept too.
        """
        found = self._keeper.ledger.get(link.job)
        if found is None:
            self._keeper.links.drop(link.job, link.position)
            yield from self.kept(cancel)
            return
        try:
            saved = self._fetched(found.request, link, cancel)
        except ResultUrlError as error:
            self._keeper.keep_link(found.request, link.position, error)
            raise
        if saved is not None:
            self._keeper.ledger.found_again(link.job)
            yield saved
        self._keeper.links.drop(link.job, link.position)
        yield from self.kept(cancel)

    def _fetched(self, request: GenerationRequest, link: KeptLink, cancel: CancelToken) -> Saved | None:
        answer = json.dumps({"data": [{"url": link.url}]}).encode()
        for step in self._connect(request.endpoint).salvage(request, answer, cancel):
            match step:
                case GeneratedImage():
                    kept = self._keeper.job(request, ChargeState.PAID).keep(
                        replace(step, position=link.position), timed=False
                    )
                    if isinstance(kept, Lost):
                        raise kept.error
                    return kept
                case Lost(error=error):
                    raise error
                case _:
                    continue
        raise ImagegenError("the link led to nothing", title="The link led to no picture")
