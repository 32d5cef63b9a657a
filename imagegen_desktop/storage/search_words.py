"""The names and words that an index knows, and what is typed as an FTS5 expression of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.query_terms import TextField, Words, folded
from imagegen_desktop.storage.index_rows import LONG, Tally, source_token, spaced

if TYPE_CHECKING:
    import sqlite3

# More words than this with the same beginning are each so rare that they are soon collected.
_MOST_WORDS: Final = 40
_LAST_LETTER: Final = "\U0010ffff"
_FIELDS: Final = {
    TextField.PROMPT: "{prompt enhanced revised}",
    TextField.TITLE: "title",
    TextField.NOTE: "note",
}


class Dictionary:
    """Lives for one search on `connection`.

    With `expanding`, the beginning of a word is searched as all words that begin so (see `LONG`).
    """

    def __init__(self, connection: sqlite3.Connection, *, expanding: bool) -> None:
        self._connection = connection
        self._expanding = expanding
        self._names: dict[Tally, list[tuple[int, str]]] = {}

    def number(self, kind: Tally, name: str) -> list[int]:
        row = self._connection.execute(
            "SELECT number FROM tallies WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        return [row[0]] if row else []

    def known(self, kind: Tally) -> list[tuple[int, str]]:
        if kind not in self._names:
            query = "SELECT number, name FROM tallies WHERE kind = ?"
            self._names[kind] = self._connection.execute(query, (kind,)).fetchall()
        return self._names[kind]

    def _sources(self, term: Words) -> list[int]:
        """Models and endpoints that the words mention."""
        if term.field is not None:
            return []
        models = [number for number, name in self.known(Tally.MODEL) if _mentions(_tokens(name), term)]
        return models + [number for number, name in self.known(Tally.ENDPOINT) if _mentions(_host_words(name), term)]

    def expression(self, term: Words) -> str:
        """An FTS5 expression for the words, wherever they stand."""
        words = self._beginning(term)
        tokens = [f'source : "{source_token(number)}"' for number in self._sources(term)]
        return f"({' OR '.join([words, *tokens])})" if tokens else words

    def _beginning(self, term: Words) -> str:
        """The words as an FTS5 expression in which nothing that is typed has a meaning of its own."""
        begun = term.text.lower()
        found: list[str] = []
        if self._expanding and not term.exact and len(begun) >= LONG and begun.isascii() and begun.isalnum():
            query = "SELECT term FROM terms WHERE term >= ? AND term < ? LIMIT ?"
            bounds = (begun, begun + _LAST_LETTER, _MOST_WORDS + 1)
            found = [row[0].rpartition(" ")[2] for row in self._connection.execute(query, bounds)]
        if 0 < len(found) <= _MOST_WORDS:
            words = f"({' OR '.join(_quoted(each) for each in found)})"
        else:
            words = _quoted(spaced(term.text)) + ("" if term.exact else "*")
        return f"{_FIELDS[term.field]} : {words}" if term.field else words


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'


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
