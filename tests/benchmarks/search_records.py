"""Makes up records for the search benchmarks: prompts of a Zipf vocabulary whose commonest words are those of real prompts."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.records import Asked, Got, ImageFormat, ImageRecord, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMONEST = (
    "a of the in with and on at light by style background lighting cinematic detailed photo portrait soft an city wearing"
    " woman night realistic high sky illustration dark to from art blue colors white black quality warm red 8k standing"
)
SYLLABLES = [first + second for first in "bcdfghjklmnprstvw" for second in "aeiou"]
WORDS = 20_000
NEWEST = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MODELS = ("gpt-image-2", "gpt-image-1-mini", "dall-e-3", "flux-dev")
SIZES = ((1024, 1024), (1536, 1024), (1024, 1536), (1792, 1024))


class Prompts:
    """An endless source; the same seed gives the same prompts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (no secret)
        words = dict.fromkeys(COMMONEST.split())
        while len(words) < WORDS:
            # The rarer a word, the longer it tends to be.
            least = 2 if len(words) < 2_000 else 3
            words["".join(self.random.choices(SYLLABLES, k=self.random.randint(least, least + 2)))] = None
        self._words = list(words)
        self._weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))

    def some(self, count: int) -> list[str]:
        return self.random.choices(self._words, cum_weights=self._weights, k=count)

    def prompt(self) -> str:
        """The median has 25 words."""
        return " ".join(self.some(max(3, round(self.random.gauss(25, 8)))))


def states(count: int, prompts: Prompts) -> Iterator[ImageState]:
    """Newest last, a third enhanced, some with tags, albums, ratings, notes; every fourth image begins a request of four."""
    tags = set(prompts.some(600))
    for number in range(count):
        width, height = SIZES[number % 4]
        yield ImageState(
            record=ImageRecord(
                id=f"{number:010d}",
                file=f"2026/11/2026-11-22_{number:010d}.png",
                sha256="0" * 64,
                created=NEWEST - timedelta(minutes=count - number),
                origin=Origin.GENERATED,
                prompt=prompts.prompt(),
                enhanced_prompt=" ".join(prompts.some(40)) if number % 3 == 0 else None,
                asked=Asked(endpoint="https://api.openai.com/v1", model=MODELS[number % 4], size="auto", count=4),
                got=Got(format=ImageFormat.PNG, width=width, height=height, size_bytes=1_200_000),
                job=f"job{number // 4}",
                cost=Decimal("0.041"),
            ),
            favourite=number % 20 == 0,
            rating=number % 6 if number % 7 == 0 else 0,
            title=" ".join(prompts.some(3)) if number % 10 == 0 else "",
            tags=frozenset(word for word in prompts.some(6) if word in tags) if number % 5 == 0 else frozenset(),
            albums=frozenset({f"album{number // 500}"}) if number % 2 else frozenset(),
        )
