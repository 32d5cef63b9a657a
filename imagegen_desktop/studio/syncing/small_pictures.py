"""Sends and takes small pictures, many in one object, so that another computer shows the whole library at once."""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.core.remote import RemoteAbsentError, RemoteDamagedError
from imagegen_desktop.imaging.sniff import dimensions, sniff
from imagegen_desktop.imaging.thumbnails import SMALL
from imagegen_desktop.storage.sync_book import Stream
from imagegen_desktop.storage.thumbnails import Thumbnail
from imagegen_desktop.studio.syncing.layout import THUMBNAILS, is_id, number_of, thumbnails_key
from imagegen_desktop.studio.syncing.steps import Damaged, ThumbnailsReceived

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

# A pack holds so many, about 12 MB; few of them wait for more, unless all are to go.
OF_A_PACK: Final = 1000
FEW: Final = 20
MOST_BYTES: Final = 64 << 20
LARGEST: Final = 1 << 20
LONGEST_EDGE: Final = 512
# Rounds after which the cache is asked again for what it did not have.
ASKED_AGAIN: Final = 10
_HEAD: Final = struct.Struct(">10sI")


class SmallPictures:
    """Does nothing where the counterpart has no cache. Raises RemoteError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends
        # Those that the cache did not have when it was asked: it is asked for them again after some rounds.
        self._absent: set[str] = set()
        self._taken: set[str] = set()
        self._rounds = 0

    def send(self, cancel: CancelToken, *, all_of_them: bool = False) -> int:
        """Those that this computer's cache has and the bucket has not; gives how many were sent."""
        ends, sent = self._ends, 0
        if ends.thumbnails is None:
            return 0
        self._rounds += 1
        if all_of_them or self._rounds % ASKED_AGAIN == 0:
            self._absent.clear()
        wanted = iter([one for one in ends.book.without_thumbnail() if one not in self._absent])
        while not cancel.cancelled and (chunk := tuple(islice(wanted, OF_A_PACK))):
            have = ends.thumbnails.get(chunk, SMALL)
            self._absent.update(one for one in chunk if one not in have)
            if have and (all_of_them or len(have) >= FEW):
                self._write(have)
                sent += len(have)
        return sent

    def _write(self, pictures: dict[str, bytes]) -> None:
        """Under the next number: one that is taken was written before a crash, or by a copy of this computer."""
        ends = self._ends
        number = ends.book.number(Stream.THUMBNAILS) + 1
        while ends.store.head(thumbnails_key(ends.device, number)) is not None:
            number += 1
        ends.store.put(thumbnails_key(ends.device, number), pack(pictures.items()), absent=True)
        ends.book.thumbed(pictures, number)

    def take_newest(self, cancel: CancelToken) -> Iterator[ThumbnailsReceived | Damaged]:
        """Each computer's latest pack alone; `take` takes the others."""
        for device in self._ends.devices() if self._ends.thumbnails is not None else ():
            packs = self._packs(device)
            if packs and not cancel.cancelled:
                self._taken.add(packs[-1][1])
                yield self._take(packs[-1][1])

    def take(self, cancel: CancelToken) -> Iterator[ThumbnailsReceived | Damaged]:
        """What other computers sent, the latest packs first."""
        ends = self._ends
        for device in ends.devices() if ends.thumbnails is not None else ():
            packs = self._packs(device)
            for _, key in reversed(packs):
                if cancel.cancelled:
                    return
                if key not in self._taken:
                    yield self._take(key)
            if packs:
                ends.book.move(Stream.THUMBNAILS, packs[-1][0], device)

    def _packs(self, device: str) -> list[tuple[int, str]]:
        """The numbers and keys of those that were not read and that this computer did not write."""
        ends = self._ends
        last = ends.book.number(Stream.THUMBNAILS, device)
        own = ends.book.number(Stream.THUMBNAILS) if device == ends.device else 0
        start = thumbnails_key(device, last) if last else ""
        found = [(number_of(one.key), one.key) for one in ends.store.list(f"{THUMBNAILS}{device}/", after=start)]
        return sorted((number, key) for number, key in found if number is not None and number > own)

    def _take(self, key: str) -> ThumbnailsReceived | Damaged:
        ends = self._ends
        try:
            pictures = unpack(key, ends.store.get(key, limit=MOST_BYTES))
        except (RemoteDamagedError, RemoteAbsentError) as error:
            # They are made again from the originals.
            return Damaged(key, error.details)
        if ends.thumbnails is not None:
            ends.thumbnails.put(Thumbnail(image, SMALL, data) for image, data in pictures.items())
        ends.book.thumbed(pictures, 0)
        return ThumbnailsReceived(tuple(pictures))


def pack(pictures: Iterable[tuple[str, bytes]]) -> bytes:
    """Of each its image's id, its length in four bytes, and itself."""
    return b"".join(_HEAD.pack(image.encode("ascii"), len(data)) + data for image, data in pictures)


def unpack(key: str, data: bytes) -> dict[str, bytes]:
    """Raises RemoteDamagedError."""
    found: dict[str, bytes] = {}
    place = 0
    while place < len(data):
        if place + _HEAD.size > len(data):
            raise RemoteDamagedError(f"{key} is cut off")
        name, length = _HEAD.unpack_from(data, place)
        image = name.decode("ascii", "replace")
        place += _HEAD.size
        if not is_id(image) or length > LARGEST or place + length > len(data):
            raise RemoteDamagedError(f"{key} is no pack of small pictures")
        picture = data[place : place + length]
        if _is_small(picture):
            found[image] = picture
        place += length
    return found


def _is_small(picture: bytes) -> bool:
    """By what its first bytes say: others are not kept, and are made from the originals."""
    size = dimensions(picture)
    return sniff(picture) in {ImageFormat.JPEG, ImageFormat.WEBP} and size is not None and max(size) <= LONGEST_EDGE
