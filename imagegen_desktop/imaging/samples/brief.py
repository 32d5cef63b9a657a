"""A SceneBrief says what will be painted: it is planned from words before a single pixel is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from imagegen_desktop.imaging.samples.palette import Palette


class Family(StrEnum):
    """The kinds of scenes."""

    CRYSTAL = auto()
    CITY = auto()
    STREET = auto()
    PAPER = auto()
    MOUNTAINS = auto()
    FOREST = auto()
    DUNES = auto()
    SEA = auto()
    WAVES = auto()
    UNDERWATER = auto()
    SPACE = auto()
    BALLOONS = auto()
    ANIMAL = auto()
    PORTRAIT = auto()
    STILL = auto()
    ROOM = auto()
    BOTANICAL = auto()
    FROST = auto()
    BAUHAUS = auto()
    FLOW = auto()
    MANDALA = auto()


class Time(StrEnum):
    DAWN = auto()
    DAY = auto()
    GOLDEN = auto()
    DUSK = auto()
    NIGHT = auto()
    GREY = auto()


class Weather(StrEnum):
    CLEAR = auto()
    CLOUDS = auto()
    MIST = auto()
    RAIN = auto()
    SNOW = auto()
    STORM = auto()


class Mood(StrEnum):
    PLAIN = auto()
    CALM = auto()
    DRAMATIC = auto()
    DREAMY = auto()
    EERIE = auto()
    JOYFUL = auto()
    BLEAK = auto()


class Medium(StrEnum):
    """What the finished picture looks painted with."""

    PLAIN = auto()
    WATERCOLOUR = auto()
    OIL = auto()
    INK = auto()
    PIXEL = auto()
    SEPIA = auto()
    MONOCHROME = auto()
    FILM = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneBrief:
    """`tags` are the things that the words ask to see; `side` is -1 or 1, where the weight of the composition lies."""

    family: Family
    palette: Palette
    swatch: str
    time: Time
    weather: Weather
    mood: Mood
    medium: Medium
    tags: frozenset[str]
    side: int
    variant: int
    seed: int

    def has(self, *tags: str) -> bool:
        """Whether the words asked for any of these."""
        return any(tag in self.tags for tag in tags)

    @property
    def dark(self) -> bool:
        return self.time is Time.NIGHT
