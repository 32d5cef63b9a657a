"""The use cases of links to images: make one, list them, take one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.storage.sync_book import SharedCopy
from imagegen_desktop.studio.syncing.sharing import Sharing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.exporting import Metadata
    from imagegen_desktop.imaging.decode import DrawSvg
    from imagegen_desktop.storage.sync_book import SyncBook
    from imagegen_desktop.studio.syncing.line import Line
    from imagegen_desktop.studio.syncing.syncing import Syncing


@dataclass(frozen=True, slots=True)
class Shared:
    copy: SharedCopy


@dataclass(frozen=True, slots=True)
class Revoked:
    copy: SharedCopy


@dataclass(frozen=True, slots=True)
class SharesListed:
    """All that were not taken back, the newest first."""

    links: tuple[SharedCopy, ...]


ShareStep = Shared | Revoked | SharesListed


class Shares:
    """Over a line of its own. Each raises as `Sharing` and `Line.use`; who makes it calls `end`."""

    def __init__(self, line: Line, book: SyncBook, *, public_url: str = "", draw_svg: DrawSvg | None = None) -> None:
        self._line = line
        self._book = book
        self._public_url = public_url
        self._draw_svg = draw_svg

    @property
    def has_public(self) -> bool:
        """Whether the bucket has a public address."""
        return bool(self._public_url)

    def end(self) -> None:
        """End what is under way."""
        self._line.end()

    def share(
        self, state: ImageState, seconds: int, cancel: CancelToken, *, metadata: Metadata, public: bool
    ) -> Iterator[ShareStep]:
        """An original that lies in the bucket alone is fetched first."""

        def sharing(syncing: Syncing, cancel: CancelToken) -> Iterator[ShareStep]:
            if not syncing.ends.library.path_of(state).exists():
                list(syncing.fetch([state], cancel))
            try:
                shared = self._sharing(syncing).share(state, seconds, metadata=metadata, public=public)
            except UndecodableError as error:
                raise StorageError(title="No copy of this picture can be made", advice=str(error)) from error
            yield Shared(shared)
            yield SharesListed(self._book.shared())

        yield from self._line.use(sharing, cancel)

    def revoke(self, copy: SharedCopy, cancel: CancelToken) -> Iterator[ShareStep]:
        def revoking(syncing: Syncing, _cancel: CancelToken) -> Iterator[ShareStep]:
            self._sharing(syncing).revoke(copy)
            yield Revoked(copy)
            yield SharesListed(self._book.shared())

        yield from self._line.use(revoking, cancel)

    def list(self, cancel: CancelToken) -> Iterator[ShareStep]:
        """From what this computer knows: nothing is asked of the bucket."""
        if not cancel.cancelled:
            yield SharesListed(self._book.shared())

    def _sharing(self, syncing: Syncing) -> Sharing:
        return Sharing(syncing.ends, public_url=self._public_url, draw_svg=self._draw_svg)
