"""What is known of places that keep buckets: what is typed becomes settings, and comes out of them again."""

from __future__ import annotations

import pytest

from imagegen_desktop.core.bucket_presets import BucketPreset, PresetField
from imagegen_desktop.core.remote import RemoteSettings
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.bucket_data import load_bucket_presets

PRESETS = load_bucket_presets(resources_folder())
ACCOUNT, REGION, ENDPOINT = PresetField.ACCOUNT, PresetField.REGION, PresetField.ENDPOINT
PLAIN = RemoteSettings(bucket="pictures", prefix="mine", access_key="A")


@pytest.mark.parametrize("preset", PRESETS.presets, ids=lambda preset: preset.id)
def test_the_shipped_data_are_whole(preset: BucketPreset) -> None:
    assert preset.label
    assert preset.note
    assert preset.source
    assert preset.fields
    asked = {field for field in PresetField if f"{{{field}}}" in preset.endpoint}
    assert asked <= set(preset.fields)
    assert ENDPOINT not in preset.fields or not preset.endpoint
    hints = {ACCOUNT: preset.account_hint, REGION: preset.region_hint, ENDPOINT: preset.endpoint_hint}
    assert all(hints[field] for field in preset.fields)
    assert preset.keys_page.startswith("https://") or preset is PRESETS.presets[-1]


def test_all_places_of_the_promise_are_there() -> None:
    assert [preset.id for preset in PRESETS.presets] == [
        "aws",
        "r2",
        "b2",
        "wasabi",
        "spaces",
        "minio",
        "ceph",
        "seaweedfs",
        "other",
    ]
    assert PRESETS.of("gone").id == "other"


@pytest.mark.parametrize(
    ("preset", "typed", "endpoint", "region", "style"),
    [
        ("aws", {REGION: "eu-west-1"}, "", "eu-west-1", "virtual"),
        ("r2", {ACCOUNT: " 0123abcd "}, "https://0123abcd.r2.cloudflarestorage.com", "auto", "path"),
        ("r2", {ACCOUNT: "0123abcd.eu"}, "https://0123abcd.eu.r2.cloudflarestorage.com", "auto", "path"),
        ("b2", {REGION: "us-west-004"}, "https://s3.us-west-004.backblazeb2.com", "us-west-004", "path"),
        ("wasabi", {REGION: "eu-central-2"}, "https://s3.eu-central-2.wasabisys.com", "eu-central-2", "virtual"),
        ("spaces", {REGION: "fra1"}, "https://fra1.digitaloceanspaces.com", "us-east-1", "virtual"),
        ("minio", {ENDPOINT: "nas:9000/"}, "https://nas:9000", "", "path"),
        ("other", {ENDPOINT: "http://nas:9000", REGION: "home"}, "http://nas:9000", "home", "path"),
    ],
)
def test_what_was_typed_becomes_settings_and_is_shown_again(
    preset: str, typed: dict[PresetField, str], endpoint: str, region: str, style: str
) -> None:
    place = PRESETS.of(preset)
    made = place.filled(PLAIN, typed)
    assert (made.endpoint, made.region, made.preset) == (endpoint, region, preset)
    assert made.path_style == (style == "path")
    assert (made.bucket, made.prefix, made.access_key) == ("pictures", "mine", "A")
    again = place.typed(made)
    assert place.filled(PLAIN, again) == made
    assert set(again) == set(place.fields)
    assert not place.missing(typed)


@pytest.mark.parametrize(
    ("preset", "field", "pasted", "endpoint"),
    [
        ("r2", ACCOUNT, "https://0123.eu.r2.cloudflarestorage.com/bucket", "https://0123.eu.r2.cloudflarestorage.com"),
        ("r2", ACCOUNT, "0123.r2.cloudflarestorage.com", "https://0123.r2.cloudflarestorage.com"),
        ("b2", REGION, "s3.us-west-004.backblazeb2.com", "https://s3.us-west-004.backblazeb2.com"),
        ("spaces", REGION, "https://fra1.digitaloceanspaces.com", "https://fra1.digitaloceanspaces.com"),
    ],
)
def test_a_whole_address_in_place_of_its_part_is_taken_apart(
    preset: str, field: PresetField, pasted: str, endpoint: str
) -> None:
    assert PRESETS.of(preset).filled(PLAIN, {field: pasted}).endpoint == endpoint


def test_what_is_needed_and_was_not_typed_is_known() -> None:
    assert PRESETS.of("r2").missing({}) == (ACCOUNT,)
    assert PRESETS.of("b2").missing({REGION: "  "}) == (REGION,)
    assert PRESETS.of("minio").missing({}) == (ENDPOINT,)
    assert PRESETS.of("aws").missing({}) == ()
