"""What a person does to an image after it was made: lines in a log, folded into a state by one pure function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from sys import intern
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.records import ImageRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FieldValue = str | int | bool | None

TITLE: Final = "title"
NOTE: Final = "note"
RATING: Final = "rating"
FAVOURITE: Final = "favourite"
TRASHED: Final = "trashed"
PURGED: Final = "purged"
REJECTED: Final = "rejected"
FILE: Final = "file"
SHA256: Final = "sha256"
TAG: Final = "tag/"
ALBUM: Final = "album/"

_MARKS: Final = frozenset({FAVOURITE, TRASHED, PURGED, REJECTED})
# Fields of words, and what `ImageState` calls each.
_WORDS: Final = {TITLE: "title", NOTE: "note", FILE: "moved_to", SHA256: "hashed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one image set to a value.

    `clock` is a hybrid logical clock (see `tick`), ordered as text. A tag is the field "tag/<name>", an album the field
    "album/<id>", each set to True or False, so that two computers' changes to different tags both stand.
    """

    image: str
    clock: str
    device: str
    field: str
    value: FieldValue

    @property
    def order(self) -> tuple[str, str]:
        """Later wins; at the same instant the device's name decides, the same way everywhere."""
        return (self.clock, self.device)


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that has no place in time yet. `image` may also name an album or a tag, see `core.albums`."""

    image: str
    field: str
    value: FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageState:
    """An image as it stands now: its record, and what all changes made of it.

    `moved_to` is where its file was found after it had been moved or renamed by hand, empty where it never was. `hashed` is
    the SHA-256 of a file that was taken in before it was hashed. `path` and `sha256` are what holds now.
    """

    record: ImageRecord
    title: str = ""
    note: str = ""
    rating: int = 0
    favourite: bool = False
    trashed: bool = False
    purged: bool = False
    rejected: bool = False
    moved_to: str = ""
    hashed: str = ""
    tags: frozenset[str] = frozenset()
    albums: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def path(self) -> str:
        """Where the original lies when it is not in the trash, relative to the library, with forward slashes."""
        return self.moved_to or self.record.file

    @property
    def sha256(self) -> str:
        """In hexadecimal; empty while the file waits for being hashed."""
        return self.record.sha256 or self.hashed


def tick(last: str, now_ms: int) -> str:
    """The clock after `last` at the wall time `now_ms` (milliseconds since 1970): never behind either.

    Form: 13 digits of milliseconds, a dash, 4 hexadecimal digits of counter. Kulkarni et al., "Logical Physical
    Clocks" (2014), reduced to what one total order needs.
    """
    last_ms, last_count = (int(last[:13]), int(last[14:], 16)) if last else (0, 0)
    if now_ms > last_ms:
        return f"{now_ms:013d}-0000"
    count = last_count + 1
    # 65,536 changes within one millisecond borrow the next one.
    return f"{last_ms + count // 0x10000:013d}-{count % 0x10000:04x}"


def fold(records: Iterable[ImageRecord], changes: Iterable[Change]) -> dict[str, ImageState]:
    """The state of every image. The order in which changes arrive does not matter, nor does a change that comes twice."""
    fields = latest_fields(changes)
    return {record.id: state_of(record, fields.get(record.id, {})) for record in records}


def latest_fields(changes: Iterable[Change]) -> dict[str, dict[str, FieldValue]]:
    """What each field of each image was set to last, by the image's id."""
    latest: dict[str, dict[str, tuple[tuple[str, str], FieldValue]]] = {}
    for change in changes:
        fields = latest.setdefault(change.image, {})
        # Of a hundred thousand lines each repeats one of a few names.
        name, order = intern(change.field), (change.clock, intern(change.device))
        known = fields.get(name)
        if known is None or order > known[0]:
            fields[name] = (order, change.value)
    return {image: {name: value for name, (_, value) in latest.pop(image).items()} for image in tuple(latest)}


def state_of(record: ImageRecord, fields: Mapping[str, FieldValue]) -> ImageState:
    """What the fields that were set make of an image."""
    state = ImageState(record=record)
    for name, value in fields.items():
        state = with_change(state, name, value)
    return state


def with_change(state: ImageState, field: str, value: FieldValue) -> ImageState:
    """The state with one field set. A field that is not known is passed over: a newer version may have written it."""
    if field.startswith(TAG):
        return replace(state, tags=_with_member(state.tags, field.removeprefix(TAG), value))
    if field.startswith(ALBUM):
        return replace(state, albums=_with_member(state.albums, field.removeprefix(ALBUM), value))
    if field in _WORDS:
        return replace(state, **{_WORDS[field]: str(value or "")})
    if field in _MARKS:
        return replace(state, **{field: bool(value)})
    return replace(state, rating=_stars(value)) if field == RATING else state


def value_of(state: ImageState, field: str) -> FieldValue:
    """What a field holds now, so that a change can be taken back. Raises KeyError for a field that is not known."""
    if field.startswith(TAG):
        return field.removeprefix(TAG) in state.tags
    if field.startswith(ALBUM):
        return field.removeprefix(ALBUM) in state.albums
    held: dict[str, FieldValue] = {
        TITLE: state.title,
        NOTE: state.note,
        RATING: state.rating,
        FAVOURITE: state.favourite,
        TRASHED: state.trashed,
        PURGED: state.purged,
        REJECTED: state.rejected,
        FILE: state.moved_to,
        SHA256: state.hashed,
    }
    return held[field]


def _with_member(members: frozenset[str], name: str, value: FieldValue) -> frozenset[str]:
    return members | {name} if value else members - {name}


def _stars(value: FieldValue) -> int:
    return value if isinstance(value, int) and 0 <= value <= 5 else 0  # noqa: PLR2004 (five stars)
