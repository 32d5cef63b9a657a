"""The icon of each place of the library."""

from __future__ import annotations

from typing import Final

from imagegen_desktop.core.places import Place

PLACE_ICONS: Final = {
    Place.ALL: "images",
    Place.FAVOURITES: "heart",
    Place.RECENT: "clock",
    Place.REJECTED: "thumbs-down",
    Place.TRASH: "trash-2",
}
