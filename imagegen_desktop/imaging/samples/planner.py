"""Plans a picture from words: the known ones choose, the unknown ones are hashed into the choice of what is left open."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from imagegen_desktop.imaging.samples.brief import Family, Medium, Mood, SceneBrief, Time, Weather
from imagegen_desktop.imaging.samples.palette import PALETTES, SWATCHES, Colour, Palette, palette, parse, tinted
from imagegen_desktop.imaging.samples.words import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Nothing said: these stand well by themselves.
_OPEN_FAMILIES: Final = (
    Family.FLOW,
    Family.BAUHAUS,
    Family.MANDALA,
    Family.MOUNTAINS,
    Family.SEA,
    Family.DUNES,
    Family.SPACE,
    Family.BALLOONS,
    Family.BOTANICAL,
    Family.PAPER,
)
_OPEN_TIMES: Final[Mapping[Family, tuple[Time, ...]]] = {
    Family.CRYSTAL: (Time.NIGHT, Time.DUSK),
    Family.CITY: (Time.DUSK, Time.NIGHT, Time.DAWN),
    Family.STREET: (Time.NIGHT,),
    Family.SPACE: (Time.NIGHT,),
    Family.FROST: (Time.DAWN, Time.NIGHT, Time.DAY),
    Family.DUNES: (Time.GOLDEN, Time.DUSK, Time.DAWN, Time.DAY),
    Family.BALLOONS: (Time.DAWN, Time.GOLDEN, Time.DAY),
    Family.ROOM: (Time.DAY, Time.GOLDEN, Time.DUSK),
    Family.UNDERWATER: (Time.DAY,),
}
_MIST_TIMES: Final = (Time.DAWN, Time.GREY, Time.DAWN, Time.DAY)
_ANY_TIME: Final = (Time.DAWN, Time.DAY, Time.GOLDEN, Time.DUSK)
# From this word on a prompt dwells on detail: such words no longer decide what the picture is of.
_TAIL: Final = 9
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class WordEffect:
    """What one word changes."""

    families: tuple[tuple[Family, float], ...] = ()
    tags: tuple[str, ...] = ()
    time: Time | None = None
    weather: Weather | None = None
    mood: Mood | None = None
    medium: Medium | None = None
    hue: Colour | None = None


@cache
def vocabulary() -> Mapping[str, WordEffect]:
    """Every known form of every word."""
    known: dict[str, WordEffect] = {}
    for row in TABLE.strip().splitlines():
        forms, _, effects = row.partition("|")
        effect = _effect(effects.split())
        known.update(dict.fromkeys(forms.split(), effect))
    return known


def _effect(parts: Sequence[str]) -> WordEffect:
    by_kind: dict[str, list[str]] = {}
    for part in parts:
        kind, _, value = part.partition(":")
        by_kind.setdefault(kind, []).append(value)

    def one(kind: str) -> str | None:
        return by_kind.get(kind, [None])[0]

    time, weather, mood, medium, hue = one("t"), one("w"), one("m"), one("s"), one("h")
    pairs = [value.partition("=") for value in by_kind.get("f", [])]
    return WordEffect(
        families=tuple((Family(name), float(weight)) for name, _, weight in pairs),
        tags=tuple(by_kind.get("g", [])),
        time=Time(time) if time else None,
        weather=Weather(weather) if weather else None,
        mood=Mood(mood) if mood else None,
        medium=Medium(medium) if medium else None,
        hue=parse(hue) if hue else None,
    )


def words_of(prompt: str) -> list[str]:
    """The prompt's words in lower case; a word with a hyphen that is not known as a whole comes in its parts."""
    known = vocabulary()
    out: list[str] = []
    for word in _WORD.findall(prompt.casefold()):
        out.extend([word] if word in known or "-" not in word else word.split("-"))
    return out


@dataclass(slots=True)
class _Wishes:
    families: dict[Family, float] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    time: Time | None = None
    weather: Weather | None = None
    mood: Mood | None = None
    medium: Medium | None = None
    hues: list[Colour] = field(default_factory=list)

    def take(self, effect: WordEffect, weight: float) -> None:
        for family, part in effect.families:
            self.families[family] = self.families.get(family, 0.0) + part * weight
        self.tags.update(effect.tags)
        # Of two times or weathers the first one named counts.
        self.time = self.time or effect.time
        self.weather = self.weather or effect.weather
        self.mood = self.mood or effect.mood
        self.medium = self.medium or effect.medium
        if effect.hue:
            self.hues.append(effect.hue)


def plan(prompt: str, seed: int) -> SceneBrief:
    """The brief for one picture: the same for the same prompt and seed, wherever it runs."""
    normal = " ".join(prompt.split())
    digest = hashlib.blake2b(f"{normal}\0{seed}".encode(), digest_size=32).digest()
    dice = iter(digest)
    wishes = _Wishes()
    known = vocabulary()
    for number, word in enumerate(words_of(prompt)):
        if word in known:
            wishes.take(known[word], weight=1.2 - 0.05 * number if number < _TAIL else 0.3)
    family = _family(wishes, next(dice))
    hours = _OPEN_TIMES.get(family, _MIST_TIMES if wishes.weather is Weather.MIST else _ANY_TIME)
    time = wishes.time or _pick(hours, next(dice))
    if wishes.weather is Weather.STORM and wishes.time is None:
        time = Time.GREY
    weather = wishes.weather or _pick((Weather.CLEAR, Weather.CLEAR, Weather.CLOUDS, Weather.MIST), next(dice))
    colours = palette(
        _pick(PALETTES["crystal" if family is Family.CRYSTAL and wishes.time is not Time.DAY else time], next(dice))
    )
    # Unknown words in any language still lean the colours somewhere.
    strange = "".join(word for word in words_of(prompt) if word not in known)
    if strange:
        colours = _leaning(colours, strange)
    for hue in wishes.hues[:2]:
        colours = tinted(colours, hue, 0.5)
    return SceneBrief(
        family=family,
        palette=colours,
        swatch=_pick(SWATCHES, next(dice)),
        time=time,
        weather=weather,
        mood=wishes.mood or Mood.PLAIN,
        medium=wishes.medium or Medium.PLAIN,
        tags=frozenset(wishes.tags),
        side=1 if next(dice) % 2 else -1,
        variant=next(dice),
        seed=int.from_bytes(digest[-8:], "big"),
    )


def _family(wishes: _Wishes, die: int) -> Family:
    # A city of crystal is more than a city and more than a crystal.
    if "city" in wishes.tags and wishes.tags & {"crystal", "glass"}:
        wishes.families[Family.CRYSTAL] = wishes.families.get(Family.CRYSTAL, 0.0) + 6
    # A word of light such as "moon" names a family weakly; alone it decides all the same.
    if wishes.families:
        return max(wishes.families, key=lambda name: wishes.families[name])
    return _pick(_OPEN_FAMILIES, die)


def _leaning(colours: Palette, strange: str) -> Palette:
    digest = hashlib.blake2b(strange.encode(), digest_size=4).digest()
    hue = (0.25 + digest[0] / 340, 0.25 + digest[1] / 340, 0.25 + digest[2] / 340)
    return tinted(colours, hue, 0.08 + digest[3] / 255 * 0.14)


def _pick(choices: Sequence[_T], die: int) -> _T:
    return choices[die % len(choices)]
