"""The size that a model is asked for is one that it takes, as near to the wish as can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.models import ModelSpec, SizeRule, pixels_of
from imagegen_desktop.core.sizes import RATIOS, Snap, Use, is_legal, preset, snap

RULE = SizeRule(
    step=16, max_ratio=3, longest_edge=3840, min_pixels=655_360, max_pixels=8_294_400, experimental_above=2560 * 1440
)
FREE = ModelSpec(id="free", label="Free", sizes=("1024x1024", "1536x1024", "1024x1536", "auto"), size_rule=RULE)
NAMED = ModelSpec(id="named", label="Named", sizes=("1024x1024", "1536x1024", "1024x1536", "auto"))


@given(st.integers(-5, 20_000), st.integers(-5, 20_000))
def test_whatever_is_wished_the_size_obeys_every_bound(width: int, height: int) -> None:
    across, down = pixels_of(snap(width, height, FREE).size) or (0, 0)
    assert across % 16 == down % 16 == 0
    assert max(across, down) <= 3840
    assert 655_360 <= across * down <= 8_294_400
    assert max(across, down) <= 3 * min(across, down)


@given(st.integers(40, 240), st.integers(40, 240))
def test_a_size_that_is_legal_is_left_alone(columns: int, rows: int) -> None:
    width, height = 16 * columns, 16 * rows
    ok = 655_360 <= width * height <= 8_294_400 and max(width, height) <= 3 * min(width, height)
    assert is_legal(f"{width}x{height}", FREE) == ok


@pytest.mark.parametrize(
    ("width", "height", "size", "reasons"),
    [
        (1000, 1000, "1008x1008", (Snap.STEP,)),
        (1792, 936, "1792x944", (Snap.STEP,)),
        (100, 70, "976x672", (Snap.TOO_FEW_PIXELS,)),
        (5000, 5000, "2880x2880", (Snap.LONGEST_EDGE, Snap.TOO_MANY_PIXELS)),
        (3840, 2160, "3840x2160", ()),
    ],
)
def test_a_size_that_is_not_is_moved_and_the_reason_is_told(
    width: int, height: int, size: str, reasons: tuple[Snap, ...]
) -> None:
    told = snap(width, height, FREE)
    assert (told.size, told.reasons) == (size, reasons)
    assert told.experimental == (size in {"2880x2880", "3840x2160"})


def test_a_model_with_named_sizes_alone_gets_the_nearest_of_them() -> None:
    assert snap(1920, 1080, NAMED).size == "1536x1024"
    assert snap(500, 900, NAMED).reasons == (Snap.NAMED_ONLY,)
    assert is_legal("auto", NAMED)
    assert not is_legal("1040x1040", NAMED)


@pytest.mark.parametrize("use", list(Use))
def test_every_use_has_a_legal_size_of_about_its_ratio(use: Use) -> None:
    size = preset(use, FREE).size
    across, down = pixels_of(size) or (0, 1)
    wished = RATIOS[use]
    assert is_legal(size, FREE)
    assert across / down == pytest.approx(wished[0] / wished[1], rel=0.02)
    found = preset(use, NAMED)
    assert found.size in NAMED.sizes
    across, down = pixels_of(found.size) or (1, 1)
    assert bool(found.reasons) is (abs(across / down / (RATIOS[use][0] / RATIOS[use][1]) - 1) >= 0.01)
