"""Keys, and what is read back from them."""

from __future__ import annotations

import pytest

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.studio.syncing.layout import (
    SnapshotPart,
    image_of,
    is_id,
    journal_key,
    number_of,
    snapshot_key,
    snapshot_of,
    thumbnails_key,
)

DEVICE = "7f3k9qx2m4"


def test_numbers_keep_the_order_of_time_as_text() -> None:
    keys = [journal_key(DEVICE, number) for number in (1, 2, 10, 99, 12345678)]
    assert keys == sorted(keys)
    assert [number_of(key) for key in keys] == [1, 2, 10, 99, 12345678]
    assert number_of(thumbnails_key(DEVICE, 7)) == 7


@pytest.mark.parametrize("name", ["1", "000000001", "0000000a", "00000001.gz", "", "-0000001", "٠٠٠٠٠٠٠١"])
def test_other_names_have_no_number(name: str) -> None:
    assert number_of(f"v1/journal/{DEVICE}/{name}") is None


def test_a_snapshot_says_what_it_holds() -> None:
    part = SnapshotPart(200, 2, 3)
    assert snapshot_of(snapshot_key(DEVICE, part)) == part
    assert snapshot_of(f"v1/snapshots/{DEVICE}/00000200-2-3") is None


def test_an_original_is_known_by_its_key() -> None:
    assert image_of("v1/originals/7f/7f3k9qx2m4.png") == DEVICE
    for key in (
        "v1/originals/7g/7f3k9qx2m4.png", "v1/originals/7f/7f3k9qx2m4", "v1/originals/7f/../7f3k9qx2m4.png",
        "v1/originals/7f/7f3k9qx2m4.p/g", "v1/journal/7f/7f3k9qx2m4.png", "v1/originals/7f/7f3k9qx2mu.png",
    ):  # fmt: skip
        assert image_of(key) is None, key


def test_an_id_has_ten_letters_of_the_alphabet() -> None:
    assert all(is_id(new_id()) for _ in range(50))
    assert not any(
        map(is_id, ("", "7f3k9qx2m", "7f3k9qx2m4x", "7F3K9QX2M4", "7f3k9qx2m/", "7f3k9qx2mi", "7f3k9qx2m4\n"))
    )
