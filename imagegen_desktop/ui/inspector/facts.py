"""Says what is known of an image in rows of words, with what was asked beside what came."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from imagegen_desktop.core.dialects import Parameter
from imagegen_desktop.core.models import AUTO, pixels_of
from imagegen_desktop.core.price import dollars
from imagegen_desktop.core.requests import SAMPLE_URL
from imagegen_desktop.imaging.animation import playable
from imagegen_desktop.ui.parameter_words import parameter_words

if TYPE_CHECKING:
    from datetime import datetime

    from imagegen_desktop.core.records import Asked, Got, ImageRecord

# Other programs write whole workflows beside the words.
LONGEST_SETTING: Final = 200
MOST_SETTINGS: Final = 30


class FactName(StrEnum):
    MODEL = auto()
    ENDPOINT = auto()
    SIZE = auto()
    FRAMES = auto()
    QUALITY = auto()
    BACKGROUND = auto()
    LEFT_OUT = auto()
    COUNT = auto()
    SEED = auto()
    MADE = auto()
    TOOK = auto()
    TOKENS = auto()
    COST = auto()
    MADE_WITH = auto()
    SETTINGS = auto()
    SOURCE = auto()
    CREDENTIAL = auto()
    CAME_AS = auto()
    FILE = auto()
    FILE_SIZE = auto()
    BUCKET = auto()


@dataclass(frozen=True, slots=True)
class Fact:
    """`words` of one row; `differs` where what came is not what was asked for."""

    words: str
    differs: bool = False


def facts_of(record: ImageRecord) -> dict[FactName, Fact]:
    """The rows of an image, in the order in which they are shown. What is not known has no row."""
    locale = QLocale()
    asked, got = record.asked, record.got
    facts: dict[FactName, Fact] = {}
    if asked is not None:
        facts[FactName.MODEL] = Fact(_tr("Sample engine") if record.is_sample else asked.model)
        here = _tr("On this computer")
        if asked.endpoint:
            name = asked.endpoint_name or asked.endpoint
            facts[FactName.ENDPOINT] = Fact(here if asked.endpoint == SAMPLE_URL else name)
    facts[FactName.SIZE] = size_fact(asked, got)
    if got.frames > 1:
        facts[FactName.FRAMES] = _frames_fact(asked, got, locale)
    facts |= _choices(asked, got)
    if asked is not None and asked.count > 1:
        words = _tr("Image {number} of {count}").format(number=record.position + 1, count=asked.count)
        facts[FactName.COUNT] = Fact(words)
    seed = _seed_words(record)
    if seed:
        facts[FactName.SEED] = Fact(seed)
    facts[FactName.MADE] = Fact(local_date(record.created, locale))
    if record.took is not None:
        facts[FactName.TOOK] = Fact(_tr("{seconds} s").format(seconds=locale.toString(record.took, "f", 1)))
    if record.usage is not None and record.usage.total_tokens:
        words = _tr("{count} tokens").format(count=locale.toString(record.usage.total_tokens))
        facts[FactName.TOKENS] = Fact(words)
    # Of a picture that was made elsewhere nobody here knows the price.
    if asked is not None and asked.endpoint:
        facts[FactName.COST] = Fact(cost_words(record))
    facts |= _told_by_others(record)
    facts[FactName.FILE] = Fact(record.file.rpartition("/")[2])
    size = locale.formattedDataSize(got.size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
    facts[FactName.FILE_SIZE] = _file_fact(size, asked, got)
    return facts


def _choices(asked: Asked | None, got: Got) -> dict[FactName, Fact]:
    """What was chosen beside the size, as far as there are words for it."""
    left_out = ", ".join(_parameter_words(name) for name in asked.left_out) if asked is not None else ""
    told = {
        FactName.QUALITY: quality_fact(asked, got),
        FactName.BACKGROUND: background_fact(asked, got),
        FactName.LEFT_OUT: Fact(left_out, differs=True),
    }
    return {name: fact for name, fact in told.items() if fact.words}


def _told_by_others(record: ImageRecord) -> dict[FactName, Fact]:
    """What the program that made an imported picture wrote into it, and whether it is signed."""
    settings = "\n".join(f"{name}: {value}"[:LONGEST_SETTING] for name, value in record.settings[:MOST_SETTINGS])
    told = {
        FactName.MADE_WITH: record.foreign,
        FactName.SETTINGS: settings,
        FactName.SOURCE: record.source_type.rpartition("/")[2],
        FactName.CREDENTIAL: _tr("There is one (C2PA); it was not checked") if record.content_credential else "",
        FactName.CAME_AS: record.original_name,
    }
    return {name: Fact(words) for name, words in told.items() if words}


def _not_sent(wanted: str) -> Fact:
    """A choice that the endpoint or the model lacks: nothing is known of what came instead."""
    return Fact(_tr("Asked {asked}, not sent").format(asked=wanted), differs=True)


def _parameter_words(name: str) -> str:
    """A newer version may have left out what this one has no word for."""
    try:
        return parameter_words(Parameter(name))
    except ValueError:
        return name


def _frames_fact(asked: Asked | None, got: Got, locale: QLocale) -> Fact:
    came = locale.toString(got.frames)
    wanted = asked.options.frames if asked is not None else None
    words = _tr("{count} frames") if playable(got.width, got.height) else _tr("{count} frames, too large to play")
    if wanted is None or wanted == got.frames:
        return Fact(words.format(count=came))
    said = _tr("Asked {asked}, got {came}")
    return Fact(said.format(asked=locale.toString(wanted), came=words.format(count=came)), differs=True)


def _seed_words(record: ImageRecord) -> str:
    """The seed that the maker told, else the one that it was sent."""
    if record.seed is not None:
        return str(record.seed)
    asked = record.asked
    if asked is None or asked.seed is None or Parameter.SEED in asked.left_out:
        return ""
    return _tr("{seed} (asked)").format(seed=asked.seed)


def cost_words(record: ImageRecord) -> str:
    """What the image cost, by the service's count; nothing is not the same as unknown."""
    if record.is_sample or record.cost == 0:
        return _tr("Free")
    return _tr("unknown") if record.cost is None else dollars(record.cost)


def size_fact(asked: Asked | None, got: Got) -> Fact:
    """The pixels that were measured, and what was asked for where that is something else."""
    came = f"{got.width} × {got.height}"
    if asked is None or not asked.size or pixels_of(asked.size) == (got.width, got.height):
        return Fact(came)
    pixels = pixels_of(asked.size)
    if pixels is None:
        return Fact(_tr("{came} (asked {asked})").format(came=came, asked=asked.size))
    wanted = f"{pixels[0]} × {pixels[1]}"
    return Fact(_tr("Asked {asked}, got {came}").format(asked=wanted, came=came), differs=True)


def quality_fact(asked: Asked | None, got: Got) -> Fact:
    """The quality that the service named, else the one that was asked for; both where they differ."""
    wanted = asked.quality if asked is not None else ""
    if asked is not None and Parameter.QUALITY in asked.left_out and not got.quality:
        return _not_sent(wanted)
    if not got.quality or not wanted or got.quality == wanted:
        return Fact(got.quality or wanted)
    if wanted == AUTO:
        return Fact(_tr("{came} (asked {asked})").format(came=got.quality, asked=wanted))
    return Fact(_tr("Asked {asked}, got {came}").format(asked=wanted, came=got.quality), differs=True)


def background_fact(asked: Asked | None, got: Got) -> Fact:
    """The background that the service named, else the one that was asked for; both where they differ."""
    wanted = asked.options.background if asked is not None else ""
    if asked is not None and Parameter.BACKGROUND in asked.left_out and not got.background:
        return _not_sent(wanted)
    if not got.background or wanted in {"", AUTO, got.background}:
        return Fact(got.background or wanted)
    return Fact(_tr("Asked {asked}, got {came}").format(asked=wanted, came=got.background), differs=True)


def _file_fact(size: str, asked: Asked | None, got: Got) -> Fact:
    """The file's size and format, and the format that was asked for where that is another."""
    wanted = asked.options.output_format if asked is not None else ""
    if wanted and wanted != got.format.name.lower():
        words = _tr("{size}, asked {asked}, got {came}")
        return Fact(words.format(size=size, asked=wanted.upper(), came=got.format.name), differs=True)
    return Fact(f"{size}, {got.format.name}")


def local_date(moment: datetime, locale: QLocale) -> str:
    """The moment in this computer's time zone, as people here write it."""
    local = QDateTime.fromMSecsSinceEpoch(int(moment.timestamp() * 1000))
    return locale.toString(local, "d MMM yyyy, HH:mm")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inspector", text)
