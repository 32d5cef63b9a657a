"""What a live test of a place elsewhere finds, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from imagegen_desktop.core.remote import RemoteSettings


class ProbeStep(StrEnum):
    """In the order in which they are tried. CONDITION is of buckets alone, ROOM of folders."""

    REACH = auto()
    LIST = auto()
    WRITE = auto()
    READ = auto()
    CONDITION = auto()
    DELETE = auto()
    ROOM = auto()


class Condition(StrEnum):
    """What a bucket does when it is asked to write only where nothing is. Nothing depends on it."""

    ABLE = auto()
    IGNORES = auto()
    REFUSES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One step. `sentence` says what is so, `advice` what to do, if something is to be done; `details` can be copied."""

    step: ProbeStep
    ok: bool
    sentence: str
    advice: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeEnded:
    """`settings` are those that worked: region and addressing may be other ones than were asked for.

    `ok` means that a library can be kept there; `condition` is None where it was not found out.
    """

    ok: bool
    settings: RemoteSettings
    condition: Condition | None = None
