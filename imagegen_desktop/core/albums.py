"""Albums, smart albums and the colours of tags: what a person makes of the library beside its images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.changes import Change, FieldValue

# Lines of the change log whose `image` begins so are about an album or a tag, not about an image.
ALBUM_ENTITY: Final = "album:"
TAG_ENTITY: Final = "tag:"

NAME: Final = "name"
PARENT: Final = "parent"
QUERY: Final = "query"
DELETED: Final = "deleted"
COLOUR: Final = "colour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """`parent` is another album's id, empty at the top. One with a `query` is a smart album: a saved search."""

    id: str
    name: str
    parent: str = ""
    query: str = ""

    @property
    def is_smart(self) -> bool:
        return bool(self.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All albums by name, and the colours ("#RRGGBB") of those tags that have one."""

    albums: tuple[Album, ...] = ()
    colours: tuple[tuple[str, str], ...] = ()


def path_of_album(album: Album, shelf: Shelf) -> str:
    """Its name behind those of the albums that it lies in, such as "Series A / Drafts"."""
    by_id = {one.id: one for one in shelf.albums}
    names, above = [album.name], by_id.get(album.parent)
    while above is not None:
        names.append(above.name)
        above = by_id.get(above.parent)
    return " / ".join(reversed(names))


def fold_shelf(changes: Iterable[Change]) -> Shelf:
    """The albums and tag colours as all changes left them; the order in which changes arrive does not matter.

    An album whose parent is gone, or that would lie within itself, stands at the top.
    """
    latest: dict[tuple[str, str], Change] = {}
    for change in changes:
        if not change.image.startswith((ALBUM_ENTITY, TAG_ENTITY)):
            continue
        key = (change.image, change.field)
        known = latest.get(key)
        if known is None or change.order > known.order:
            latest[key] = change
    fields: dict[str, dict[str, FieldValue]] = {}
    for (entity, name), change in latest.items():
        fields.setdefault(entity, {})[name] = change.value
    albums = {
        entity.removeprefix(ALBUM_ENTITY): Album(
            id=entity.removeprefix(ALBUM_ENTITY),
            name=str(told.get(NAME) or ""),
            parent=str(told.get(PARENT) or ""),
            query=str(told.get(QUERY) or ""),
        )
        for entity, told in fields.items()
        if entity.startswith(ALBUM_ENTITY) and told.get(NAME) and not told.get(DELETED)
    }
    colours = {
        entity.removeprefix(TAG_ENTITY): str(told.get(COLOUR))
        for entity, told in fields.items()
        if entity.startswith(TAG_ENTITY) and told.get(COLOUR)
    }
    placed = (_placed(album, albums) for album in albums.values())
    return Shelf(
        albums=tuple(sorted(placed, key=lambda album: (album.name.casefold(), album.id))),
        colours=tuple(sorted(colours.items())),
    )


def _placed(album: Album, albums: dict[str, Album]) -> Album:
    """The album, at the top if no way up from it ends there: two computers may each have put one into the other."""
    seen = {album.id}
    above = album.parent
    while above:
        if above in seen or above not in albums:
            return Album(id=album.id, name=album.name, query=album.query)
        seen.add(above)
        above = albums[above].parent
    return album
