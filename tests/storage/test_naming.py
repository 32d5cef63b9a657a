"""Names are readable, plain ASCII, and never lead out of the library."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.storage.naming import SLUG_LENGTH, file_name, id_in_name, slug
from pictures import NOON


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A fluffy siamese cat, 8k!", "a-fluffy-siamese-cat-8k"),
        ("猫が窓辺で眠る", "maoga-chuang-biande-mianru"),
        ("Ein Mädchen im Öl", "ein-madchen-im-ol"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con"),
        ("\x00\n", "image"),
        ("", "image"),
    ],
)
def test_a_slug_can_be_read(prompt: str, expected: str) -> None:
    assert slug(prompt) == expected


@given(st.text(), st.sampled_from(ImageFormat))
def test_no_prompt_leads_out_of_the_library_and_the_id_is_found_again(prompt: str, kind: ImageFormat) -> None:
    image_id = new_id()
    name = file_name(NOON, prompt, image_id, kind)
    path = PurePosixPath(name)
    assert len(path.parts) == 3
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert name.isascii()
    assert name == name.lower()
    assert len(slug(prompt)) <= SLUG_LENGTH
    assert id_in_name(path.name) == image_id


@pytest.mark.parametrize(
    "name", ["holiday.png", "2026-11-22_a-cat_0123456789.exe", ".tmp-0123456789", "2026-11-22__x.png"]
)
def test_foreign_names_have_no_id(name: str) -> None:
    assert id_in_name(name) is None
