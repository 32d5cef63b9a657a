"""What the index keeps of an image: its tables, and how a state becomes a row, searched texts, and counts."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import IntEnum, StrEnum, auto
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.places import Place
from imagegen_desktop.core.query_terms import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.changes import ImageState

# `moment` is the time of making in microseconds, made unique, so that the newest come first without a sort.
# The filters lie apart from the states: a scan of a hundred thousand narrow rows takes milliseconds.
# The words' own text is in the states already. SQLite before 3.43 deletes from a table without content only if it is told
# the old text, which `searched_texts` makes again from the old state: whoever changes that function or `source_token` adds
# a migration that begins the index anew.
MIGRATIONS: Final = (
    """
    CREATE TABLE images (
        moment INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        bytes INTEGER NOT NULL,
        favourite INTEGER NOT NULL,
        trashed INTEGER NOT NULL,
        state BLOB NOT NULL
    );
    CREATE INDEX favourites ON images (moment) WHERE favourite AND NOT trashed;
    CREATE INDEX trash ON images (moment) WHERE trashed;
    CREATE VIRTUAL TABLE words USING fts5 (text, prefix='1 2 3', tokenize='unicode61 remove_diacritics 2');
    """,
    """
    DROP TABLE words;
    DROP TABLE images;
    CREATE TABLE images (
        moment INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        trashed INTEGER NOT NULL,
        favourite INTEGER NOT NULL,
        rejected INTEGER NOT NULL,
        rating INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        ratio REAL NOT NULL,
        bytes INTEGER NOT NULL,
        format TEXT NOT NULL,
        origin TEXT NOT NULL,
        model INTEGER NOT NULL,
        endpoint INTEGER NOT NULL,
        cost INTEGER,
        stack INTEGER NOT NULL,
        has INTEGER NOT NULL
    );
    CREATE INDEX live ON images (moment, trashed, ratio, stack) WHERE NOT trashed;
    CREATE INDEX favourites ON images (moment) WHERE favourite AND NOT trashed;
    CREATE INDEX rejects ON images (moment) WHERE rejected AND NOT trashed;
    CREATE INDEX trash ON images (moment) WHERE trashed;
    CREATE TABLE states (moment INTEGER PRIMARY KEY, state BLOB NOT NULL);
    CREATE TABLE tallies (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        live INTEGER NOT NULL,
        trashed INTEGER NOT NULL,
        UNIQUE (kind, name)
    );
    CREATE TABLE marks (
        mark INTEGER NOT NULL,
        moment INTEGER NOT NULL,
        PRIMARY KEY (mark, moment)
    ) WITHOUT ROWID;
    CREATE TABLE terms (term TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE shelf (only INTEGER PRIMARY KEY CHECK (only = 1), shelf BLOB NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5 (
        prompt, enhanced, revised, title, note, tags, name, source,
        content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
    );
    """,
    # The images that lie in the bucket as well: a copy of what `storage.sync_book` knows, for searches.
    "CREATE TABLE held (id TEXT PRIMARY KEY) WITHOUT ROWID",
)

IMAGE_COLUMNS: Final = 17
WORD_COLUMNS: Final = ("prompt", "enhanced", "revised", "title", "note", "tags", "name", "source")

# Costs are kept as whole numbers of a millionth of a millionth of a dollar: sums of them are exact.
COST_UNITS: Final = 10**12

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Chinese and Japanese put no spaces between words: each sign is a word of its own, and a word of several a phrase.
_SPACELESS: Final = re.compile(r"([\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
# A prefix up to three letters has an index of its own. The images of a longer one would be collected from those of all its
# words before the first is found, 5 ms for a common word of 100,000 images; `terms` tells which words to ask for instead.
# Words are never taken out of it: one that no image has any more finds nothing and costs little.
LONG: Final = 4
_LONG_WORD: Final = re.compile(rf"[a-z0-9]{{{LONG},}}")
# What the tokenizer takes for letters beyond ASCII is its own affair: a run with others in it is asked for as a phrase.
_ANY_WORD: Final = re.compile(r"[^\W_]+")
_ANY_RUN: Final = re.compile(r"(?:[^\W_]|[^\x00-\x7f])+")

# The tokenizer keeps characters for private use; nobody types them.
_PRIVATE: Final = 0xE000
_PRIVATE_COUNT: Final = 6000


class Tally(StrEnum):
    """What is counted: images of a tag, album, model, endpoint or place, and the BYTES of all originals."""

    TAG = auto()
    ALBUM = auto()
    MODEL = auto()
    ENDPOINT = auto()
    PLACE = auto()
    BYTES = auto()


class Has(IntEnum):
    """What an image has: bits of one number."""

    TITLE = 1
    NOTE = 2
    TAG = 4
    ALBUM = 8
    ENHANCED = 16
    REVISED = 32
    SEED = 64
    MOTION = 128
    CREDENTIAL = 256


def moment_at(time: datetime) -> int:
    """Microseconds since 1970."""
    past = time - EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def sources_of(state: ImageState) -> tuple[tuple[Tally, str], ...]:
    """The model and the endpoint, where they are known.

    The endpoint is the name that the person gave it, else its address; of an imported image the program that made it.
    """
    asked = state.record.asked
    model = ((Tally.MODEL, asked.model),) if asked and asked.model else ()
    endpoint = (asked and (asked.endpoint_name or asked.endpoint)) or state.record.foreign
    return (*model, (Tally.ENDPOINT, endpoint)) if endpoint else model


def marks_of(state: ImageState) -> tuple[tuple[Tally, str], ...]:
    """The tags and albums."""
    tags = ((Tally.TAG, name) for name in sorted(state.tags))
    albums = ((Tally.ALBUM, name) for name in sorted(state.albums))
    return (*tags, *albums)


def places_of(state: ImageState) -> Iterator[tuple[Tally, str, int]]:
    """What an image adds to the counts of places and bytes, whether it is in the trash or not."""
    yield Tally.PLACE, Place.ALL.value, 1
    if state.favourite:
        yield Tally.PLACE, Place.FAVOURITES.value, 1
    if state.rejected:
        yield Tally.PLACE, Place.REJECTED.value, 1
    yield Tally.BYTES, "", state.record.got.size_bytes


def image_row(state: ImageState, moment: int, model: int, endpoint: int) -> tuple[int | float | str | None, ...]:
    """The row of `images`. `model` and `endpoint` are numbers in `tallies`, 0 where there is none."""
    record = state.record
    got = record.got
    return (
        moment,
        record.id,
        state.trashed,
        state.favourite,
        state.rejected,
        state.rating,
        got.width,
        got.height,
        got.width / max(got.height, 1),
        got.size_bytes,
        got.format.value,
        record.origin.value,
        model,
        endpoint,
        None if record.cost is None else cost_units(record.cost),
        _stack(state),
        _has(state),
    )


def cost_units(cost: Decimal) -> int:
    return int((cost * COST_UNITS).to_integral_value(ROUND_HALF_EVEN))


def searched_texts(state: ImageState) -> tuple[str, ...]:
    """What `words` holds of an image, in the order of its columns, all but the last."""
    record = state.record
    texts = (
        record.prompt,
        record.enhanced_prompt or "",
        record.revised_prompt or "",
        state.title,
        state.note,
        "\n".join(sorted(state.tags)),
        PurePath(record.original_name).stem if record.original_name else "",
    )
    return tuple(map(spaced, texts))


def long_words(texts: tuple[str, ...]) -> set[str]:
    """The terms of `LONG` letters and more that `words` holds of such texts, and maybe some that it does not.

    One with letters beyond ASCII stands behind what it begins with when folded: "eclair éclair".
    """
    text = "\n".join(texts)
    if text.isascii():
        return set(_LONG_WORD.findall(text.lower()))
    found = set(_LONG_WORD.findall(folded(text)))
    for word in (*_ANY_WORD.findall(text), *_ANY_RUN.findall(text)):
        if not word.isascii() and len(plain := folded(word)) >= LONG:
            found.add(f"{plain} {word}")
    return found


def spaced(text: str) -> str:
    """The text with a space at both sides of each Chinese or Japanese sign."""
    return text if text.isascii() else _SPACELESS.sub(r" \1 ", text)


def source_token(number: int) -> str:
    """A word that stands for a model or an endpoint.

    Their names themselves would be words of every image, and a prefix of such a word costs a step for each of them.
    """
    return chr(_PRIVATE + number // _PRIVATE_COUNT) + chr(_PRIVATE + number % _PRIVATE_COUNT)


def _stack(state: ImageState) -> int:
    """The same number, never 0, for all images of one click, which may have taken several jobs."""
    record = state.record
    click = record.batch or record.job
    if not click or record.asked is None or (record.asked.count == 1 and not record.batch):
        return 0
    return int.from_bytes(hashlib.blake2b(click.encode(), digest_size=7).digest()) + 1


def _has(state: ImageState) -> int:
    record = state.record
    return (
        (Has.TITLE if state.title else 0)
        | (Has.NOTE if state.note else 0)
        | (Has.TAG if state.tags else 0)
        | (Has.ALBUM if state.albums else 0)
        | (Has.ENHANCED if record.enhanced_prompt else 0)
        | (Has.REVISED if record.revised_prompt else 0)
        | (Has.SEED if record.seed is not None else 0)
        | (Has.MOTION if record.got.frames > 1 else 0)
        | (Has.CREDENTIAL if record.content_credential else 0)
    )
