"""What a search is made of: terms that an image meets or does not meet, each of which prints as it is typed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from typing import Final

# Two shapes are the same to the eye when their ratios differ by less: 1792 x 1024 counts as 16:9.
RATIO_TOLERANCE: Final = Decimal("1.02")


class TextField(StrEnum):
    """A text that is searched alone. PROMPT is all three: typed, enhanced and revised."""

    PROMPT = auto()
    TITLE = auto()
    NOTE = auto()


class NameKind(StrEnum):
    TAG = auto()
    ALBUM = auto()
    MODEL = auto()
    ENDPOINT = auto()


class Quantity(StrEnum):
    """RATING in stars, 0 where there are none; COST in US dollars; SIZE is the longest edge in pixels; BYTES of the file."""

    RATING = auto()
    COST = auto()
    SIZE = auto()
    WIDTH = auto()
    HEIGHT = auto()
    BYTES = auto()


class Comparison(StrEnum):
    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    AT_LEAST = ">="
    MORE = ">"


class Relation(StrEnum):
    """Every image is exactly one of BEFORE, ON and AFTER a day, a month or a year of this computer's calendar."""

    BEFORE = auto()
    ON = auto()
    AFTER = auto()


class Trait(StrEnum):
    """What an image is or has. The value is how it is typed.

    IMPORTED are also those that were found in the folder; a CREDENTIAL is a C2PA manifest, valid or not.
    UNSYNCED images are not in the bucket yet.
    """

    FAVOURITE = "fav"
    REJECTED = "rejected"
    UNTAGGED = "untagged"
    GENERATED = "is:generated"
    SAMPLE = "is:sample"
    PREVIEW = "is:preview"
    IMPORTED = "is:imported"
    ANIMATED = "is:animated"
    UNSYNCED = "is:unsynced"
    SQUARE = "ratio:square"
    PORTRAIT = "ratio:portrait"
    LANDSCAPE = "ratio:landscape"
    PNG = "format:png"
    JPEG = "format:jpg"
    WEBP = "format:webp"
    GIF = "format:gif"
    SVG = "format:svg"
    HAS_TITLE = "has:title"
    HAS_NOTE = "has:note"
    HAS_TAG = "has:tag"
    HAS_ALBUM = "has:album"
    HAS_RATING = "has:rating"
    HAS_ENHANCED = "has:enhanced"
    HAS_REVISED = "has:revised"
    HAS_COST = "has:cost"
    HAS_SEED = "has:seed"
    HAS_CREDENTIAL = "has:credential"


@dataclass(frozen=True, slots=True)
class Words:
    """A word as the beginning of one, or `exact` words in a row; anywhere (model and endpoint too), or in one `field`."""

    text: str
    exact: bool = False
    field: TextField | None = None

    def __str__(self) -> str:
        return (f"{self.field.value}:" if self.field else "") + _quoted(self.text, exact=self.exact)


@dataclass(frozen=True, slots=True)
class Named:
    """Has a tag, album, model or endpoint whose name `fits`."""

    kind: NameKind
    text: str
    exact: bool = False

    def __str__(self) -> str:
        return f"{self.kind.value}:" + _quoted(self.text, exact=self.exact)


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity compared with a number. An image without that quantity (an unknown cost) never fits."""

    quantity: Quantity
    comparison: Comparison
    value: Decimal

    def __str__(self) -> str:
        return f"{self.quantity.value}{self.comparison.value}{self.value:f}"


@dataclass(frozen=True, slots=True)
class Sized:
    """Exactly so many pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"size:{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Shaped:
    """A width to height of `across`:`down`, within `RATIO_TOLERANCE`."""

    across: Decimal
    down: Decimal

    def __str__(self) -> str:
        return f"ratio:{self.across:f}:{self.down:f}"

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest width / height."""
        ratio = self.across / self.down
        return float(ratio / RATIO_TOLERANCE), float(ratio * RATIO_TOLERANCE)


@dataclass(frozen=True, slots=True)
class Dated:
    """Made before, on or after the local days from `first` on that lie before `end`: a day, a month or a year."""

    relation: Relation
    first: date
    end: date

    def __str__(self) -> str:
        length = (self.end - self.first).days
        # A month has at least 28 days, a year 365.
        form = "%Y-%m-%d" if length == 1 else "%Y-%m" if length < 32 else "%Y"  # noqa: PLR2004 (days of a month)
        return f"{self.relation.value}:{self.first.strftime(form)}"


@dataclass(frozen=True, slots=True)
class Not:
    term: Term

    def __str__(self) -> str:
        return f"-({self.term})" if isinstance(self.term, All | Either) else f"-{self.term}"


@dataclass(frozen=True, slots=True)
class All:
    """Two or more terms, none of them an All, all of which hold."""

    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))


@dataclass(frozen=True, slots=True)
class Either:
    """Two or more terms, none of them an Either, of which one holds. OR binds the two terms beside it, as in mail search."""

    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return " OR ".join(f"({term})" if isinstance(term, All) else str(term) for term in self.terms)


Term = Words | Named | Measured | Sized | Shaped | Dated | Trait | Not | All | Either


def _quoted(text: str, *, exact: bool) -> str:
    return f'"{text}"' if exact else text


def folded(text: str) -> str:
    """The text without capitals and accents, as it is compared."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def fits(name: str, text: str, *, exact: bool) -> bool:
    """Whether a name is meant: `exact` the whole of it, else its beginning or the beginning of a word in it."""
    wanted, whole = folded(text), folded(name)
    if exact:
        return wanted == whole
    return any(
        whole.startswith(wanted, start)
        for start in range(len(whole))
        if start == 0 or (whole[start].isalnum() and not whole[start - 1].isalnum())
    )
