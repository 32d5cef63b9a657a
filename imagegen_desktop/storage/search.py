"""Turns a view and a query into SQL that finds its images, newest first, without a sort."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from imagegen_desktop.core.places import Place, View
from imagegen_desktop.core.query import Query, all_of, parse
from imagegen_desktop.core.query_terms import (
    RATIO_TOLERANCE,
    All,
    Dated,
    Either,
    Measured,
    Named,
    NameKind,
    Not,
    Quantity,
    Relation,
    Shaped,
    Sized,
    Term,
    Trait,
    Words,
    fits,
)
from imagegen_desktop.storage.index_rows import COST_UNITS, Has, Tally, moment_at
from imagegen_desktop.storage.local_time import local_moment, month_bounds
from imagegen_desktop.storage.search_plan import Plan, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.albums import Shelf
    from imagegen_desktop.storage.search_words import Dictionary

RECENT_DAYS: Final = 7

_NOTHING: Final = "0"
_PLACES: Final = {
    Place.ALL: "NOT i.trashed",
    Place.FAVOURITES: "i.favourite AND NOT i.trashed",
    Place.RECENT: "NOT i.trashed",
    Place.REJECTED: "i.rejected AND NOT i.trashed",
    Place.TRASH: "i.trashed",
}
_NARROW: Final = float(1 / RATIO_TOLERANCE)
_WIDE: Final = float(RATIO_TOLERANCE)
_TRAITS: Final = {
    Trait.FAVOURITE: "i.favourite",
    Trait.REJECTED: "i.rejected",
    Trait.UNTAGGED: f"NOT i.has & {Has.TAG.value}",
    Trait.GENERATED: "i.origin = 'generated'",
    Trait.SAMPLE: "i.origin = 'sample'",
    Trait.PREVIEW: "i.origin = 'preview'",
    Trait.IMPORTED: "i.origin IN ('imported', 'adopted')",
    Trait.ANIMATED: f"i.has & {Has.MOTION.value}",
    Trait.UNSYNCED: "NOT EXISTS (SELECT 1 FROM held WHERE held.id = i.id)",
    Trait.SQUARE: f"i.ratio BETWEEN {_NARROW} AND {_WIDE}",
    Trait.PORTRAIT: f"i.ratio < {_NARROW}",
    Trait.LANDSCAPE: f"i.ratio > {_WIDE}",
    Trait.PNG: "i.format = 'png'",
    Trait.JPEG: "i.format = 'jpg'",
    Trait.WEBP: "i.format = 'webp'",
    Trait.GIF: "i.format = 'gif'",
    Trait.SVG: "i.format = 'svg'",
    Trait.HAS_TITLE: f"i.has & {Has.TITLE.value}",
    Trait.HAS_NOTE: f"i.has & {Has.NOTE.value}",
    Trait.HAS_TAG: f"i.has & {Has.TAG.value}",
    Trait.HAS_ALBUM: f"i.has & {Has.ALBUM.value}",
    Trait.HAS_RATING: "i.rating > 0",
    Trait.HAS_ENHANCED: f"i.has & {Has.ENHANCED.value}",
    Trait.HAS_REVISED: f"i.has & {Has.REVISED.value}",
    Trait.HAS_COST: "i.cost IS NOT NULL",
    Trait.HAS_SEED: f"i.has & {Has.SEED.value}",
    Trait.HAS_CREDENTIAL: f"i.has & {Has.CREDENTIAL.value}",
}
_QUANTITIES: Final = {
    Quantity.RATING: "i.rating",
    # An unknown cost compares as no; negated, as yes.
    Quantity.COST: "i.cost IS NOT NULL AND i.cost",
    Quantity.SIZE: "max(i.width, i.height)",
    Quantity.WIDTH: "i.width",
    Quantity.HEIGHT: "i.height",
    Quantity.BYTES: "i.bytes",
}


class Planner:
    """Plans one search. `now` is aware; its local day is "today" in saved searches."""

    def __init__(self, dictionary: Dictionary, shelf: Shelf, now: datetime) -> None:
        self._dictionary = dictionary
        self._shelf = shelf
        self._now = now
        self._opened: list[str] = []
        self._values: list[Value] = []

    def plan(self, view: View, query: Query | None) -> Plan:
        """`query` holds in place of the view's words, where it is given."""
        terms = [(query or parse(view.words, self._today)).term]
        marks: list[int] = []
        lows: list[int] = []
        highs: list[int] = []
        nothing = False
        if view.album:
            smart = next((album for album in self._shelf.albums if album.id == view.album and album.is_smart), None)
            if smart is not None:
                self._opened.append(smart.id)
                terms.append(parse(smart.query, self._today).term)
            else:
                marks += (number := self._dictionary.number(Tally.ALBUM, view.album))
                nothing |= not number
        if view.tag:
            marks += (number := self._dictionary.number(Tally.TAG, view.tag))
            nothing |= not number
        if view.place is Place.RECENT:
            lows.append(moment_at(self._now - timedelta(days=RECENT_DAYS)))
        if view.month:
            low, high = month_bounds(view.month)
            lows.append(low)
            highs.append(high)
        parts = _parts(all_of([term for term in terms if term is not None]))
        match, rest = self._texts(parts)
        conditions = [_NOTHING] if nothing else []
        for term in rest:
            if isinstance(term, Dated):
                low, high = _span(term)
                lows += [] if low is None else [low]
                highs += [] if high is None else [high]
            else:
                conditions.append(self._condition(term))
        driver = marks.pop() if marks and not match else None
        for mark in marks:
            conditions.append("EXISTS (SELECT 1 FROM marks WHERE mark = ? AND moment = i.moment)")
            self._values.append(mark)
        return Plan(
            " AND ".join([_PLACES[view.place], *conditions]),
            tuple(self._values),
            match,
            driver,
            bool(conditions)
            and view.place in {Place.ALL, Place.RECENT}
            and not {Trait.FAVOURITE, Trait.REJECTED} & set(parts),
            max(lows, default=None),
            min(highs, default=None),
        )

    @property
    def _today(self) -> date:
        return self._now.astimezone().date()

    # ---- texts: FTS5 expressions ----

    def _texts(self, parts: Iterable[Term]) -> tuple[str, list[Term]]:
        """One expression for all parts that are texts, and the other parts. Empty if no text must be there."""
        must: list[str] = []
        must_not: list[str] = []
        denied: list[Term] = []
        rest: list[Term] = []
        for term in parts:
            if (match := self._text(term)) is not None:
                must.append(match)
            elif isinstance(term, Not) and (match := self._text(term.term)) is not None:
                must_not.append(match)
                denied.append(term)
            else:
                rest.append(term)
        if not must:
            return "", rest + denied
        match = " AND ".join(must)
        return (f"({match}) NOT ({' OR '.join(must_not)})" if must_not else match), rest

    def _text(self, term: Term) -> str | None:
        """The FTS5 expression of a term that is about texts alone, else None."""
        match term:
            case Words():
                return self._dictionary.expression(term)
            case All(terms):
                match, rest = self._texts(terms)
                return f"({match})" if match and not rest else None
            case Either(terms):
                matches = [self._text(each) for each in terms]
                found = [match for match in matches if match is not None]
                return f"({' OR '.join(found)})" if len(found) == len(matches) else None
            case _:
                return None

    # ---- all else: conditions on a row ----

    def _condition(self, term: Term) -> str:  # noqa: C901, PLR0911 (one case for each kind of term)
        match = self._text(term)
        if match is not None:
            self._values.append(match)
            return "i.moment IN (SELECT rowid FROM words WHERE words MATCH ?)"
        match term:
            case Words():
                raise AssertionError(term)
            case Named():
                return self._named(term)
            case Measured():
                unit = COST_UNITS if term.quantity is Quantity.COST else 1
                self._values.append(float(term.value * unit))
                return f"({_QUANTITIES[term.quantity]} {term.comparison.value} ?)"
            case Sized():
                self._values += (term.width, term.height)
                return "(i.width = ? AND i.height = ?)"
            case Shaped():
                self._values += term.bounds
                return "(i.ratio BETWEEN ? AND ?)"
            case Dated():
                return self._dated(term)
            case Trait():
                return f"({_TRAITS[term]})"
            case Not():
                return f"NOT {self._condition(term.term)}"
            case All():
                return f"({' AND '.join(map(self._condition, term.terms))})"
            case Either():
                return f"({' OR '.join(map(self._condition, term.terms))})"
            case _:
                assert_never(term)

    def _named(self, term: Named) -> str:
        match term.kind:
            case NameKind.MODEL | NameKind.ENDPOINT:
                numbers = self._fitting(Tally(term.kind.value), term)
                return f"i.{term.kind.value} IN ({_listed(numbers)})"
            case NameKind.TAG:
                return _marked(self._fitting(Tally.TAG, term))
            case NameKind.ALBUM:
                return self._in_albums(term)
            case _:
                assert_never(term.kind)

    def _fitting(self, kind: Tally, term: Named) -> list[int]:
        return [number for number, name in self._dictionary.known(kind) if fits(name, term.text, exact=term.exact)]

    def _in_albums(self, term: Named) -> str:
        """In one of the albums whose name fits. A saved search that leads back to itself finds nothing by that way."""
        found = [album for album in self._shelf.albums if fits(album.name, term.text, exact=term.exact)]
        plain = {album.id for album in found if not album.is_smart}
        ways = [_marked([number for number, name in self._dictionary.known(Tally.ALBUM) if name in plain])]
        for album in found:
            if album.is_smart and album.id not in self._opened:
                self._opened.append(album.id)
                saved = parse(album.query, self._today).term
                ways.append("1" if saved is None else self._condition(saved))
                self._opened.remove(album.id)
        return f"({' OR '.join(ways)})"

    def _dated(self, term: Dated) -> str:
        low, high = _span(term)
        conditions: list[str] = []
        for bound, sign in ((low, ">="), (high, "<")):
            if bound is not None:
                conditions.append(f"i.moment {sign} ?")
                self._values.append(bound)
        return f"({' AND '.join(conditions)})"


def _parts(term: Term | None) -> tuple[Term, ...]:
    return () if term is None else term.terms if isinstance(term, All) else (term,)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _marked(numbers: list[int]) -> str:
    return f"EXISTS (SELECT 1 FROM marks WHERE mark IN ({_listed(numbers)}) AND moment = i.moment)"  # noqa: S608 (numbers)


def _span(term: Dated) -> tuple[int | None, int | None]:
    """Moments from, and before; None where there is no bound."""
    first, end = local_moment(term.first), local_moment(term.end)
    match term.relation:
        case Relation.BEFORE:
            return None, first
        case Relation.ON:
            return first, end
        case Relation.AFTER:
            return end, None
        case _:
            assert_never(term.relation)
