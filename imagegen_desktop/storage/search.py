"""Turns a view and a query into SQL that finds its images, newest first, without a sort."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
    TextField,
    Trait,
    Words,
    fits,
    folded,
)
from imagegen_desktop.storage.index_rows import COST_UNITS, Has, Tally, moment_at, source_token, spaced

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from imagegen_desktop.core.albums import Shelf

RECENT_DAYS: Final = 7

Value = int | float | str

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
    Trait.IMPORTED: "i.origin = 'adopted'",
    Trait.SQUARE: f"i.ratio BETWEEN {_NARROW} AND {_WIDE}",
    Trait.PORTRAIT: f"i.ratio < {_NARROW}",
    Trait.LANDSCAPE: f"i.ratio > {_WIDE}",
    Trait.PNG: "i.format = 'png'",
    Trait.JPEG: "i.format = 'jpg'",
    Trait.WEBP: "i.format = 'webp'",
    Trait.GIF: "i.format = 'gif'",
    Trait.HAS_TITLE: f"i.has & {Has.TITLE.value}",
    Trait.HAS_NOTE: f"i.has & {Has.NOTE.value}",
    Trait.HAS_TAG: f"i.has & {Has.TAG.value}",
    Trait.HAS_ALBUM: f"i.has & {Has.ALBUM.value}",
    Trait.HAS_RATING: "i.rating > 0",
    Trait.HAS_ENHANCED: f"i.has & {Has.ENHANCED.value}",
    Trait.HAS_REVISED: f"i.has & {Has.REVISED.value}",
    Trait.HAS_COST: "i.cost IS NOT NULL",
    Trait.HAS_SEED: f"i.has & {Has.SEED.value}",
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
_FIELDS: Final = {
    TextField.PROMPT: "{prompt enhanced revised}",
    TextField.TITLE: "title",
    TextField.NOTE: "note",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How the images of a view are found. The one that narrows most goes first: words, else a tag or album, else all.

    `where` holds conditions on `images i` with `values`. A `match` is an FTS5 expression, a `mark` a tag's or album's
    number. `low` and `high` bound the moments: from, and before.
    """

    where: str
    values: tuple[Value, ...]
    match: str = ""
    mark: int | None = None
    low: int | None = None
    high: int | None = None

    def select(self, columns: str, tail: str) -> tuple[str, list[Value]]:
        """SQL for `columns` of images `i` and states `s`, and its values. `tail` may order by {moment}."""
        # CROSS JOIN keeps the order: SQLite can't know how many images hold a word.
        if self.match:
            source, moment, first = "words w CROSS JOIN images i ON i.moment = w.rowid", "w.rowid", "words MATCH ?"
        elif self.mark is not None:
            source, moment, first = "marks m CROSS JOIN images i ON i.moment = m.moment", "m.moment", "m.mark = ?"
        else:
            source, moment, first = "images i", "i.moment", ""
        values: list[Value] = [self.match or self.mark or 0] if first else []
        conditions = [first] if first else []
        for bound, sign in ((self.low, ">="), (self.high, "<")):
            if bound is not None:
                conditions.append(f"{moment} {sign} ?")
                values.append(bound)
        values += self.values
        if "s." in columns:
            source += " CROSS JOIN states s ON s.moment = i.moment"
        where = " AND ".join([*conditions, self.where])
        return f"SELECT {columns} FROM {source} WHERE {where} {tail.format(moment=moment)}", values  # noqa: S608 (our own words; what was typed is bound)


class Planner:
    """Plans one search. `now` is aware; its local day is "today" in saved searches."""

    def __init__(self, connection: sqlite3.Connection, shelf: Shelf, now: datetime) -> None:
        self._connection = connection
        self._shelf = shelf
        self._now = now
        self._names: dict[Tally, list[tuple[int, str]]] = {}
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
                marks += (number := self._number(Tally.ALBUM, view.album))
                nothing |= not number
        if view.tag:
            marks += (number := self._number(Tally.TAG, view.tag))
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
            max(lows, default=None),
            min(highs, default=None),
        )

    @property
    def _today(self) -> date:
        return self._now.astimezone().date()

    # ---- names ----

    def _number(self, kind: Tally, name: str) -> list[int]:
        row = self._connection.execute(
            "SELECT number FROM tallies WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        return [row[0]] if row else []

    def _known(self, kind: Tally) -> list[tuple[int, str]]:
        if kind not in self._names:
            query = "SELECT number, name FROM tallies WHERE kind = ?"
            self._names[kind] = self._connection.execute(query, (kind,)).fetchall()
        return self._names[kind]

    def _sources(self, term: Words) -> list[int]:
        """Models and endpoints that the words mention."""
        if term.field is not None:
            return []
        models = [number for number, name in self._known(Tally.MODEL) if _mentions(_tokens(name), term)]
        return models + [number for number, name in self._known(Tally.ENDPOINT) if _mentions(_host_words(name), term)]

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
                word = _quoted(term)
                tokens = [f'source : "{source_token(number)}"' for number in self._sources(term)]
                return f"({' OR '.join([word, *tokens])})" if tokens else word
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
        return [number for number, name in self._known(kind) if fits(name, term.text, exact=term.exact)]

    def _in_albums(self, term: Named) -> str:
        """In one of the albums whose name fits. A saved search that leads back to itself finds nothing by that way."""
        found = [album for album in self._shelf.albums if fits(album.name, term.text, exact=term.exact)]
        plain = {album.id for album in found if not album.is_smart}
        ways = [_marked([number for number, name in self._known(Tally.ALBUM) if name in plain])]
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


def _quoted(term: Words) -> str:
    """An FTS5 string, in which nothing that is typed has a meaning of its own."""
    words = '"' + spaced(term.text).replace('"', " ") + '"' + ("" if term.exact else "*")
    return f"{_FIELDS[term.field]} : {words}" if term.field else words


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(text))


def _host_words(url: str) -> list[str]:
    """The words of an endpoint; of an address those that tell it from others, not its scheme, numbers, last domain or path."""
    if "://" not in url:
        return _tokens(url)
    host = re.split("[:/]", url.partition("://")[2])[0]
    labels = host.split(".")
    return [word for label in labels[: max(1, len(labels) - 1)] for word in _tokens(label) if not word.isdigit()]


def _mentions(name: list[str], term: Words) -> bool:
    """Whether the words stand in a row in the name, the last one as a beginning if it was not quoted."""
    wanted = _tokens(term.text)
    count = len(wanted)
    for start in range(len(name) - count + 1) if wanted else ():
        here = name[start : start + count]
        if here[:-1] == wanted[:-1] and (
            here[-1] == wanted[-1] or (not term.exact and here[-1].startswith(wanted[-1]))
        ):
            return True
    return False


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


def local_moment(day: date) -> int:
    """The moment at which a day of this computer's calendar begins."""
    return moment_at(datetime.combine(day, time()).astimezone())


def month_bounds(month: str) -> tuple[int, int]:
    """The first moment of a local month such as "2026-11", and the first one after it."""
    first = date.fromisoformat(f"{month}-01")
    return local_moment(first), local_moment(next_month(first))


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
