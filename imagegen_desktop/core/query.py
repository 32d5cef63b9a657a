"""The language in which images are searched: words, quotes, minus, OR, and filters such as `rating>=4`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.query_filters import FILTERS, Filter, Unfinished
from imagegen_desktop.core.query_terms import All, Either, Not, Term, Trait, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

# More than a long prompt that was pasted to find its image; SQLite's own limits lie beyond.
MOST_TERMS: Final = 200
DEEPEST: Final = 20

_QUOTES: Final = '"“”„'
_TOKEN: Final = re.compile(
    rf"""
      (?P<open>-?\() | (?P<close>\))
    | (?P<minus>-)(?=[^\s)])
    | (?P<name>[A-Za-z]+)(?P<sign>:?(?:>=|<=|[=<>≥≤])|:)
        (?: [{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]? | (?P<value>[^\s(){_QUOTES}]*) )
    | [{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?
    | (?P<word>[^\s(){_QUOTES}]+)
    """,
    re.VERBOSE,
)
# Text that no database can hold: the character 0 and halves of characters.
_UNSAYABLE: Final = re.compile("[\x00\ud800-\udfff]")
_BARE: Final = {
    "fav": Trait.FAVOURITE,
    "favourite": Trait.FAVOURITE,
    "favorite": Trait.FAVOURITE,
    "rejected": Trait.REJECTED,
    "untagged": Trait.UNTAGGED,
}


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A piece of the text, from character `start` up to `end`, that was searched as words or passed over."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A search; with no `term` every image is found. Two that look for the same are equal. Prints as it could be typed."""

    term: Term | None = None
    misunderstood: tuple[Misunderstood, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return "" if self.term is None else str(self.term)


def parse(text: str, today: date) -> Query:
    """Understand what was typed. Never raises. `today` is the local day that "today" and "yesterday" mean."""
    reader = _Reader(_UNSAYABLE.sub(" ", text), today)
    term = reader.read(0)
    return Query(term, tuple(reader.misunderstood))


def all_of(terms: list[Term]) -> Term | None:
    return _joined(terms, All)


class _Reader:
    """Reads tokens from left to right. A parenthesis that nothing opened or closes is passed over."""

    def __init__(self, text: str, today: date) -> None:
        self._tokens = _Tokens(_TOKEN.finditer(text))
        self._today = today
        self._left = MOST_TERMS
        self.misunderstood: list[Misunderstood] = []

    def read(self, depth: int) -> Term | None:
        """Terms up to the parenthesis that closes this level, or to the end."""
        groups: list[list[Term]] = []
        joining = False
        while (token := self._tokens.next()) is not None:
            if token["close"]:
                if depth:
                    break
                continue
            if token["word"] in {"OR", "|"}:
                joining = bool(groups)
                continue
            if token["word"] == "AND":
                continue
            term = self._item(token, depth)
            if term is None:
                continue
            if joining:
                groups[-1].append(term)
            else:
                groups.append([term])
            joining = False
        either = [_joined(group, Either) for group in groups]
        return all_of([term for term in either if term is not None])

    def _item(self, token: re.Match[str], depth: int) -> Term | None:
        negated = False
        while token["minus"] or token["word"] == "NOT":
            following = self._tokens.next()
            if following is None:
                return None
            negated = not negated
            token = following
        if token["open"]:
            negated ^= token["open"].startswith("-")
            term = self.read(depth + 1) if depth < DEEPEST else None
        elif token["close"]:
            self._tokens.again(token)
            return None
        else:
            term = self._leaf(token)
        if term is None or not negated:
            return term
        return term.term if isinstance(term, Not) else Not(term)

    def _leaf(self, token: re.Match[str]) -> Term | None:
        if self._left == 0:
            return self._puzzled(token)
        self._left -= 1
        if token["name"] is not None:
            return self._filter(token)
        if token["phrase"] is not None:
            return self._words(token, token["phrase"], exact=True)
        trait = _BARE.get(token["word"].lower())
        return trait or self._words(token, token["word"], exact=False)

    def _filter(self, token: re.Match[str]) -> Term | None:
        known = FILTERS.get(token["name"].lower())
        quoted = token["quoted"] is not None
        value = token["quoted"] if quoted else token["value"]
        if known is None:
            if token["value"]:
                self._puzzled(token)
            return self._words_of(token, value, exact=quoted)
        sign = token["sign"].lstrip(":").replace("≥", ">=").replace("≤", "<=")
        term = known(Filter(sign, value, quoted, self._today))
        if isinstance(term, Unfinished):
            return self._puzzled(token)
        if term is None:
            self._puzzled(token)
            return self._words_of(token, value, exact=quoted)
        return term

    def _words_of(self, token: re.Match[str], value: str, *, exact: bool) -> Term | None:
        """What was no filter, as words."""
        return self._words(token, value if exact else token[0], exact=exact)

    def _words(self, token: re.Match[str], text: str, *, exact: bool) -> Term | None:
        if any(map(str.isalnum, text)):
            return Words(text, exact)
        # A dash or a quotation mark is the beginning of something; a picture or a sign is in no index of words.
        return None if text.isascii() else self._puzzled(token)

    def _puzzled(self, token: re.Match[str]) -> None:
        self.misunderstood.append(Misunderstood(token.start(), token.end(), token[0]))


class _Tokens:
    """A stream of tokens of which the last one can be put back."""

    def __init__(self, found: Iterator[re.Match[str]]) -> None:
        self._found = found
        self._back: list[re.Match[str]] = []

    def next(self) -> re.Match[str] | None:
        return self._back.pop() if self._back else next(self._found, None)

    def again(self, token: re.Match[str]) -> None:
        self._back.append(token)


def _joined(terms: list[Term], kind: Callable[[tuple[Term, ...]], All | Either]) -> Term | None:
    """One term for all of them: none within another of its own kind, a single one as it is."""
    flat: list[Term] = []
    for term in terms:
        flat += term.terms if isinstance(term, All | Either) and type(term) is kind else (term,)
    return kind(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None
