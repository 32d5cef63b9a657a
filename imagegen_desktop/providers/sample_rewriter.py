"""Makes a fuller prompt out of a short one, offline: the person's words stay as they are, what they left open is added."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from imagegen_desktop.imaging.samples.brief import Family, Time, Weather
from imagegen_desktop.imaging.samples.planner import WordEffect, vocabulary, words_of
from imagegen_desktop.providers import sample_phrases as phrases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SLOT: Final = re.compile(r"\{(\w+)\}")
_SAYS_LIGHT: Final = frozenset(
    [
        "light",
        "lighting",
        "lit",
        "glow",
        "glowing",
        "backlit",
        "shadow",
        "shadows",
        "lights",
        "sunlight",
        "candlelight",
        "moonlight",
    ]
)
_SAYS_VIEW: Final = frozenset(
    [
        "wide",
        "close-up",
        "closeup",
        "macro",
        "aerial",
        "view",
        "shot",
        "composition",
        "angle",
        "portrait",
        "panorama",
        "panoramic",
        "symmetrical",
        "foreground",
        "horizon",
    ]
)
_SAYS_MEDIUM: Final = frozenset(
    [
        "photo",
        "photograph",
        "painting",
        "drawing",
        "illustration",
        "render",
        "sketch",
        "engraving",
        "poster",
        "print",
        "3d",
        "style",
        "collage",
        "photography",
    ]
)
_SAYS_COLOUR: Final = frozenset(["colour", "colours", "color", "colors", "palette", "pastel", "monochrome", "muted"])


def rewrite(prompt: str) -> str:
    """The prompt with a tail in English: detail, setting, light, composition, colour and medium, as far as it is silent on them.

    The same for the same prompt; the prompt itself is the beginning of what comes back, whatever its language.
    """
    said = " ".join(prompt.split())
    words = words_of(said)
    effects = [vocabulary()[word] for word in words if word in vocabulary()]
    family = _family(effects)
    chooser = _Chooser(said.casefold())
    time = next((effect.time for effect in effects if effect.time), None)
    weather = next((effect.weather for effect in effects if effect.weather), None)
    clauses = [chooser.pick("detail", phrases.DETAILS[phrases.KINDS.get(family, "free")], said)]
    indoors = phrases.KINDS.get(family) in phrases.INDOORS
    if not _SAYS_LIGHT.intersection(words):
        clauses.append(_light(chooser, time, weather, said, indoors=indoors))
    if not _SAYS_VIEW.intersection(words):
        clauses.append(chooser.pick("view", phrases.VIEWS, said))
    if not _SAYS_COLOUR.intersection(words) and not any(effect.hue for effect in effects):
        clauses.append(chooser.pick("colour", phrases.COLOURS, said))
    if not _SAYS_MEDIUM.intersection(words) and not any(effect.medium for effect in effects):
        clauses.append(chooser.pick("medium", phrases.MEDIA, said))
    else:
        clauses.append(chooser.pick("finish", phrases.FINISHES, said))
    return _joined(said, clauses)


def _family(effects: Sequence[WordEffect]) -> Family | None:
    weights: dict[Family, float] = {}
    for effect in effects:
        for family, weight in effect.families:
            weights[family] = weights.get(family, 0.0) + weight
    return max(weights, key=lambda name: weights[name]) if weights else None


def _light(chooser: _Chooser, time: Time | None, weather: Weather | None, said: str, *, indoors: bool) -> str:
    if weather is not None and weather in phrases.WEATHER_LIGHT and time is not Time.NIGHT and not indoors:
        return chooser.pick("light", phrases.WEATHER_LIGHT[weather], said)
    if indoors and time is None:
        return chooser.pick("light", phrases.LAMP_LIGHT, said)
    return chooser.pick("light", phrases.LIGHTS[time or chooser.time()], said)


def _joined(said: str, clauses: Sequence[str]) -> str:
    tail = ", ".join(clauses)
    if not said:
        return tail[0].upper() + tail[1:]
    # A prompt that ends its sentence is followed by a new one.
    if said[-1] in ".!?…。！？":
        return f"{said} {tail[0].upper()}{tail[1:]}."
    return f"{said.rstrip(',;: ')}, {tail}"


class _Chooser:
    """Chooses by a hash of the prompt, each slot on its own."""

    def __init__(self, key: str) -> None:
        self._key = key

    def time(self) -> Time:
        return (Time.DAWN, Time.GOLDEN, Time.DUSK, Time.DAY)[self._number("time") % 4]

    def pick(self, slot: str, choices: Sequence[str], said: str) -> str:
        """One of the choices, its own {slots} filled in; one that repeats the prompt's words is passed over if it can be."""
        start = self._number(slot)
        spoken = set(words_of(said))
        chosen = choices[start % len(choices)]
        for step in range(len(choices)):
            text = choices[(start + step) % len(choices)]
            if not {word for word in words_of(_SLOT.sub("", text)) if len(word) > 4} & spoken:  # noqa: PLR2004 (short words say little)
                chosen = text
                break
        filled: Mapping[str, Sequence[str]] = phrases.PARTS
        return _SLOT.sub(
            lambda match: filled[match[1]][self._number(f"{slot}/{match[1]}") % len(filled[match[1]])], chosen
        )

    def _number(self, slot: str) -> int:
        return int.from_bytes(hashlib.blake2b(f"{self._key}\0{slot}".encode(), digest_size=6).digest(), "big")
