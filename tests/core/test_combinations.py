"""What can't be had together is told before it is sent, with a way out that leads out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.combinations import Conflict, conflicts
from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.farewell import farewell
from imagegen_desktop.core.models import ModelSpec
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.storage.model_data import load_models

CATALOGUE = load_models(resources_folder())
FLARE = CATALOGUE.image_model("gpt-image-2.6-flare")
OLD = CATALOGUE.image_model("gpt-image-1.5")


@pytest.mark.parametrize(
    ("draft", "conflict"),
    [
        (
            Draft(options=Options(background="transparent", output_format="jpeg")),
            Conflict.TRANSPARENT_NEEDS_PNG_OR_WEBP,
        ),
        (Draft(options=Options(compression=50)), Conflict.COMPRESSION_NEEDS_JPEG_OR_WEBP),
        (Draft(options=Options(output_format="gif", previews=2)), Conflict.ANIMATION_HAS_NO_PREVIEWS),
        (Draft(options=Options(output_format="svg", previews=1)), Conflict.DRAWING_HAS_NO_PREVIEWS),
        (Draft(count=2, options=Options(output_format="svg")), Conflict.DRAWING_COMES_ALONE),
        (Draft(size="1000x1000"), Conflict.SIZE_NOT_TAKEN),
    ],
)
def test_a_combination_that_can_not_be_is_named(draft: Draft, conflict: Conflict) -> None:
    assert [way.conflict for way in conflicts(draft, FLARE)] == [conflict]


def test_what_a_model_does_not_have_is_no_conflict() -> None:
    draft = Draft(options=Options(background="transparent", output_format="svg", previews=2))
    assert conflicts(draft, ModelSpec(id="x", label="X")) == ()


DRAFTS = st.builds(
    Draft,
    size=st.sampled_from(["", "auto", "1024x1024", "1000x1000", "9000x10"]),
    count=st.integers(1, 10),
    options=st.builds(
        Options,
        background=st.sampled_from(["", "transparent", "opaque"]),
        output_format=st.sampled_from(["", "png", "jpeg", "webp", "gif", "svg"]),
        compression=st.sampled_from([None, 0, 80]),
        previews=st.sampled_from([None, 0, 3]),
    ),
)


@given(DRAFTS, st.sampled_from([FLARE, OLD]))
def test_the_ways_out_lead_out(draft: Draft, spec: ModelSpec) -> None:
    for _ in range(len(Conflict)):
        ways = conflicts(draft, spec)
        if not ways:
            break
        draft = ways[0].fixed
    assert conflicts(draft, spec) == ()


@pytest.mark.parametrize(
    ("today", "days"),
    [(date(2026, 11, 23), 8), (date(2026, 11, 1), 30), (date(2026, 12, 1), 0), (date(2027, 1, 1), -31)],
)
def test_a_models_end_is_told_thirty_days_before_and_ever_after(today: date, days: int) -> None:
    told = farewell(OLD, Family.OPENAI, today)
    assert told is not None
    assert (told.days, told.successor, told.is_over) == (days, "gpt-image-2.6-sunburst", days <= 0)


def test_a_model_that_ends_later_or_elsewhere_is_not_mourned() -> None:
    assert farewell(OLD, Family.OPENAI, date(2026, 10, 31)) is None
    assert farewell(OLD, Family.LOCALAI, date(2027, 1, 1)) is None
    assert farewell(FLARE, Family.OPENAI, date(2030, 1, 1)) is None
