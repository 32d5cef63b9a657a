"""What every command of `library` needs: the library, the arguments, and where words go."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.core.query import parse
from imagegen_desktop.storage.library import Library
from imagegen_desktop.studio.record_tables import facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.changes import ImageState


@dataclass(frozen=True, slots=True)
class LibraryDesk:
    """One command at work: its library, its arguments, and where its words go."""

    library: Library
    arguments: argparse.Namespace
    cancel: CancelToken
    out: TextIO
    err: TextIO

    def print_json(self, value: object) -> None:
        print(json.dumps(value, ensure_ascii=False, indent=2), file=self.out)

    def tell(self, words: str) -> None:
        print(words, file=self.err)

    def chosen(self, place: Place = Place.ALL, limit: int | None = None) -> tuple[ImageState, ...]:
        """Images by their ids, or by a search, newest first."""
        words, index = self.arguments.words, self.library.index
        by_id = index.get(words)
        if words and len(by_id) == len(words):
            return by_id
        query = parse(" ".join(words), datetime.now(UTC).astimezone().date())
        if query.misunderstood:
            self.tell(f"Searched as words: {', '.join(fault.text for fault in query.misunderstood)}")
        listing = index.listing(View(place=place, words=" ".join(words)), query)
        moments = list(listing.moments)[:limit]
        rows = index.rows(moments)
        return tuple(rows[moment] for moment in moments if moment in rows)

    def facts(self, states: Sequence[ImageState]) -> list[dict[str, Any]]:
        albums = {album.id: album.name for album in self.library.index.shelf().albums}
        return [facts_of(state, albums) | {"path": str(self.library.path_of(state))} for state in states]
