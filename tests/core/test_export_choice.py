"""Names of copies are legal on every system, and a choice that can't be is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.exporting import (
    WORDS,
    CopyFormat,
    ExportChoice,
    ExportFault,
    Metadata,
    fault_in,
    legal_name,
    name_for,
    unused_name,
)
from imagegen_desktop.core.records import Asked, Got, ImageFormat, ImageRecord, Origin
from pictures import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

RECORD = ImageRecord(
    id="7f3k9qx2m4",
    file="2026/11/2026-11-22_a-lighthouse_7f3k9qx2m4.png",
    sha256="",
    created=NOON,
    origin=Origin.GENERATED,
    prompt="A lighthouse",
    asked=Asked(endpoint="https://example.org", model="acme/paint:1", size="auto"),
    got=Got(format=ImageFormat.PNG, width=1024, height=768, size_bytes=3),
)
STATE = ImageState(record=RECORD)
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}


def is_legal_everywhere(name: str) -> bool:
    """Microsoft, "Naming Files, Paths, and Namespaces"; and 255 bytes of UTF-8 with the ending."""
    return (
        bool(name)
        and not set(name) & set('<>:"/\\|?*')
        and all(ord(sign) >= 32 and ord(sign) != 127 for sign in name)
        and not name.endswith((" ", "."))
        and not name.startswith((" ", "."))
        and name.split(".", maxsplit=1)[0].strip().casefold() not in RESERVED
        and len(name.encode()) <= 240
    )


@given(st.text(max_size=300))
def test_any_text_becomes_a_name_that_every_system_takes(text: str) -> None:
    assert is_legal_everywhere(legal_name(text))


@pytest.mark.parametrize(
    "text", ["CON", "nul.txt", "com1", "LPT9.tar.gz", "aux .txt", "con.", "..", "  ", "a/b\\c:d", "é" * 200]
)
def test_names_that_windows_keeps_for_itself_are_changed(text: str) -> None:
    assert is_legal_everywhere(legal_name(text))


def test_the_words_of_a_pattern_are_filled_in() -> None:
    moment = NOON.astimezone()
    state = replace(STATE, title="Dusk: take 2")
    told = name_for("{n} {date} {time} {slug} {title} {model} {size} {id}", state, 7)
    assert told == f"7 {moment:%Y-%m-%d %H-%M-%S} a-lighthouse Dusk- take 2 acme-paint-1 1024x768 7f3k9qx2m4"


def test_an_image_without_a_title_is_called_by_its_slug() -> None:
    assert name_for("{title}", STATE, 1) == "a-lighthouse"
    adopted = replace(STATE, record=replace(RECORD, file="holiday/IMG 20.png"))
    assert name_for("{slug}", adopted, 1) == "IMG 20"


@given(st.lists(st.sampled_from(["A", "a", "Ä", "b (2)", "b"]), max_size=20))
def test_names_of_one_export_differ_by_more_than_case(stems: list[str]) -> None:
    taken: list[str] = []
    for stem in stems:
        taken.append(unused_name(stem, "png", taken))
    assert len({name.casefold() for name in taken}) == len(taken)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda choice: choice, None),
        (lambda choice: replace(choice, longest_edge=512), ExportFault.ORIGINAL_IS_NOT_CHANGED),
        (lambda choice: replace(choice, format=CopyFormat.JPEG), ExportFault.ORIGINAL_IS_NOT_CHANGED),
        (lambda choice: replace(choice, format=CopyFormat.JPEG, metadata=Metadata.NONE), None),
        (lambda choice: replace(choice, pattern=" "), ExportFault.NAME_IS_EMPTY),
        (lambda choice: replace(choice, pattern="{dat}"), ExportFault.NAME_HAS_UNKNOWN_WORD),
        (lambda choice: replace(choice, pattern="".join(f"{{{word}}}" for word in WORDS)), None),
    ],
)
def test_a_choice_that_can_not_be_is_told(
    change: Callable[[ExportChoice], ExportChoice], fault: ExportFault | None
) -> None:
    assert fault_in(change(ExportChoice())) is fault


def test_only_the_very_bytes_keep_a_content_credential() -> None:
    assert [metadata for metadata in Metadata if not ExportChoice(metadata=metadata).ends_credential] == [
        Metadata.ORIGINAL
    ]
