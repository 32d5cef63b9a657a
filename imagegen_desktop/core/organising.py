"""What a person does to order a library, as the wishes that it comes to: pure, so that each can be read and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.albums import ALBUM_ENTITY, COLOUR, DELETED, NAME, PARENT, QUERY, TAG_ENTITY
from imagegen_desktop.core.changes import ALBUM, TAG, Wish, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.albums import Album, Shelf
    from imagegen_desktop.core.changes import FieldValue, ImageState


def set_field(states: Iterable[ImageState], field: str, value: FieldValue) -> tuple[Wish, ...]:
    """One field of many images; those that hold the value already are left out."""
    return tuple(Wish(state.id, field, value) for state in states if value_of(state, field) != value)


# ---- tags ----


def tag_name(text: str) -> str:
    """A tag as it is kept: one line, single spaces, no comma at its ends. Empty for what is none."""
    return " ".join(text.replace(",", " ").split())


def add_tag(states: Iterable[ImageState], tag: str) -> tuple[Wish, ...]:
    return set_field(states, TAG + tag, value=True)


def remove_tag(states: Iterable[ImageState], tag: str) -> tuple[Wish, ...]:
    return set_field(states, TAG + tag, value=False)


def rename_tag(tagged: Iterable[ImageState], old: str, new: str, shelf: Shelf) -> tuple[Wish, ...]:
    """Every image of `tagged` gets `new` instead of `old`; where `new` is a tag already, the two become one."""
    having = tuple(tagged)
    colours = dict(shelf.colours)
    wishes = add_tag(having, new) + remove_tag(having, old)
    if old in colours and new not in colours:
        wishes += (Wish(TAG_ENTITY + new, COLOUR, colours[old]),)
    if old in colours:
        wishes += (Wish(TAG_ENTITY + old, COLOUR, None),)
    return wishes


def colour_tag(tag: str, colour: str) -> tuple[Wish, ...]:
    """`colour` is "#RRGGBB", or empty for none."""
    return (Wish(TAG_ENTITY + tag, COLOUR, colour or None),)


# ---- albums ----


def make_album(album: Album) -> tuple[Wish, ...]:
    entity = ALBUM_ENTITY + album.id
    wishes = [Wish(entity, NAME, album.name)]
    if album.parent:
        wishes.append(Wish(entity, PARENT, album.parent))
    if album.query:
        wishes.append(Wish(entity, QUERY, album.query))
    return tuple(wishes)


def rename_album(album: Album, name: str) -> tuple[Wish, ...]:
    return (Wish(ALBUM_ENTITY + album.id, NAME, name),)


def move_album(album: Album, parent: str, shelf: Shelf) -> tuple[Wish, ...]:
    """Put an album into another (an id) or at the top (empty). Nothing if it would lie within itself."""
    if parent in inside(album.id, shelf):
        return ()
    return (Wish(ALBUM_ENTITY + album.id, PARENT, parent or None),)


def delete_album(album: Album) -> tuple[Wish, ...]:
    """The album alone: its images stay, and albums within it rise to the top."""
    return (Wish(ALBUM_ENTITY + album.id, DELETED, value=True),)


def put_into_album(states: Iterable[ImageState], album_id: str) -> tuple[Wish, ...]:
    return set_field(states, ALBUM + album_id, value=True)


def take_out_of_album(states: Iterable[ImageState], album_id: str) -> tuple[Wish, ...]:
    return set_field(states, ALBUM + album_id, value=False)


def inside(album_id: str, shelf: Shelf) -> frozenset[str]:
    """The ids of an album and of all albums within it."""
    found = {album_id}
    while True:
        more = {album.id for album in shelf.albums if album.parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


# ---- undo ----


def undoing(wishes: Iterable[Wish], states: Iterable[ImageState], shelf: Shelf) -> tuple[Wish, ...]:
    """What takes `wishes` back, from how things stood before them. The last of them is taken back first."""
    known = {state.id: state for state in states}
    back: list[Wish] = []
    for wish in wishes:
        if wish.image.startswith((ALBUM_ENTITY, TAG_ENTITY)):
            back.append(Wish(wish.image, wish.field, _entity_value(wish, shelf)))
        elif wish.image in known:
            back.append(Wish(wish.image, wish.field, value_of(known[wish.image], wish.field)))
    return tuple(reversed(back))


def _entity_value(wish: Wish, shelf: Shelf) -> FieldValue:
    if wish.image.startswith(TAG_ENTITY):
        return dict(shelf.colours).get(wish.image.removeprefix(TAG_ENTITY))
    album = next((one for one in shelf.albums if ALBUM_ENTITY + one.id == wish.image), None)
    if wish.field == DELETED:
        return album is None
    held = {NAME: album.name, PARENT: album.parent, QUERY: album.query} if album else {}
    return held.get(wish.field) or None
