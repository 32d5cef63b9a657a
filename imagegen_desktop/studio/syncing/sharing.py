"""Shares an image by a link: to a copy of its own, which tells nothing unless it is wished, and can be taken back."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.exporting import ExportChoice, Metadata
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.core.remote import NotShareableError
from imagegen_desktop.storage.naming import slug
from imagegen_desktop.storage.sync_book import SharedCopy
from imagegen_desktop.studio.exporting import Exporting
from imagegen_desktop.studio.syncing.layout import shared_key
from imagegen_desktop.sync.remote import SharingStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.imaging.decode import DrawSvg
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

# Signed links of S3 live no longer than a week.
LONGEST_SECONDS: Final = 7 * 24 * 3600
_TYPES: Final = {
    ImageFormat.PNG: "image/png",
    ImageFormat.JPEG: "image/jpeg",
    ImageFormat.WEBP: "image/webp",
    ImageFormat.GIF: "image/gif",
    ImageFormat.SVG: "image/svg+xml",
}


class Sharing:
    """`public_url` is the bucket's public address with the prefix, empty where it has none. Raises RemoteError, StorageError."""

    def __init__(
        self,
        ends: Counterpart,
        *,
        public_url: str = "",
        draw_svg: DrawSvg | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ends = ends
        self._public = public_url.rstrip("/")
        self._exporting = Exporting(ends.library, draw_svg=draw_svg)
        self._now = now

    def share(
        self, state: ImageState, seconds: int, *, metadata: Metadata = Metadata.NONE, public: bool = False
    ) -> SharedCopy:
        """Put a copy at a place that nobody can guess, and give the link that opens it for `seconds`, at most a week.

        `public` links under the bucket's public address instead, and then until the copy is taken back. The copy itself is
        not encrypted: whoever has the link has no passphrase. Raises NotShareableError where the place elsewhere gives no
        links, UndecodableError for a picture of which no copy can be made.
        """
        store = self._store()
        copy = self._exporting.copy_of(state, ExportChoice(metadata=metadata))
        name = f"{slug(state.title or state.record.prompt)}.{copy.format.value}"
        key = shared_key(secrets.token_hex(16), name)
        now = self._now()
        store.publish(key, copy.data, _TYPES[copy.format])
        if public:
            url, expires = f"{self._public}/{key}", None
        else:
            life = min(max(seconds, 1), LONGEST_SECONDS)
            url, expires = store.link(key, life, name=name), now + timedelta(seconds=life)
        shared = SharedCopy(id=new_id(), image=state.id, key=key, url=url, created=now, expires=expires)
        self._ends.book.share(shared)
        return shared

    def links(self) -> tuple[SharedCopy, ...]:
        """All that were not taken back, the newest first; also those whose life is over, whose copies still lie there."""
        return self._ends.book.shared()

    def revoke(self, shared: SharedCopy) -> None:
        """Delete the copy: the link opens nothing any more."""
        self._store().unpublish(shared.key)
        self._ends.book.unshare(shared.id)

    def _store(self) -> SharingStore:
        store = self._ends.store
        if not isinstance(store, SharingStore):
            raise NotShareableError
        return store
