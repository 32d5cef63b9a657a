"""The command `generate` at endpoints of all kinds: which model is asked, what is warned of, and who finds the words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from settled import settings_at
from test_cli import run

from imagegen_desktop import cli
from imagegen_desktop.cli import session
from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.settings import Profile, Settings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.keychain import Credentials, MemorySecrets
from imagegen_desktop.storage.settings_file import SettingsFile
from standin import Family as Played
from standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORDS = "A red kite over dunes"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def credentials(environ: Mapping[str, str]) -> Credentials:
        return Credentials(MemorySecrets(), MemorySecrets(), environ)

    monkeypatch.setattr(session, "credentials_of_this_user", credentials)


@pytest.fixture
def desk() -> Iterator[StandIn]:
    """A stable-diffusion.cpp server."""
    with StandIn(family=Played.SDCPP) as running:
        yield running


def asked(server: StandIn) -> list[dict[str, Any]]:
    return [one.json for one in server.requests if one.json is not None]


def test_a_server_with_models_of_its_own_is_asked_for_the_first_that_it_lists(desk: StandIn) -> None:
    told = run(WORDS, "--endpoint", desk.base_url, "--family", "sd_cpp", "--size", "512x768")
    assert told.code == cli.EXIT_OK, told.err
    (body,) = asked(desk)
    assert (body["model"], body["size"]) == ("sd-cpp-local", "512x768")


def test_a_server_that_lists_nothing_wants_a_model_by_name(desk: StandIn) -> None:
    there = desk.base_url.removesuffix("/v1") + "/elsewhere"
    told = run(WORDS, "--endpoint", there, "--family", "sd_cpp")
    assert told.code == cli.EXIT_USAGE
    assert "--model" in told.err
    assert not desk.bill


def test_each_request_without_a_seed_has_one_where_the_server_would_draw_the_same_again(desk: StandIn) -> None:
    for _ in range(2):
        run(WORDS, "--endpoint", desk.base_url, "--family", "sd_cpp", "--json")
    first, second = (body["prompt"] for body in asked(desk))
    assert "sd_cpp_extra_args" in first
    assert first != second
    told = run(WORDS, "--endpoint", desk.base_url, "--family", "sd_cpp", "--json", "--seed", "9")
    assert json.loads(told.out)["images"][0]["seed"] == 9


def test_what_the_endpoint_lacks_is_told_and_whether_it_charges_is_not_claimed(desk: StandIn) -> None:
    told = run(WORDS, "--endpoint", desk.base_url, "--family", "sd_cpp", "--background", "opaque")
    assert "Not sent, since the endpoint or the model lacks it: background." in told.err
    assert "charged if this service charges at all" in told.err


def test_plain_http_to_another_machine_is_warned_of() -> None:
    told = run(WORDS, "--endpoint", "http://gpu.invalid:1234/v1", "--family", "openai", "--model", "gpt-image-2")
    assert "Over plain http your key and prompts travel in clear" in told.err
    assert told.code == cli.EXIT_FAILED


def test_a_model_that_has_ended_is_said_with_its_successor() -> None:
    with StandIn() as server:
        told = run(WORDS, "--endpoint", server.base_url, "--family", "openai", "--model", "gpt-image-1")
    assert "GPT Image 1 was shut down on 2026-10-23. Use gpt-image-2.6-sunburst instead." in told.err


def test_a_persons_own_models_count_here_too_and_a_broken_file_is_said(desk: StandIn) -> None:
    own = Folders.of_this_user().config / "models.json"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('{"image_models": [{"id": "turbo", "sizes": ["640x640"], "default_size": "640x640"}]}')
    told = run(WORDS, "--endpoint", desk.base_url, "--family", "sd_cpp", "--model", "turbo")
    assert told.code == cli.EXIT_OK, told.err
    assert asked(desk)[0]["size"] == "640x640"
    own.write_text("{")
    told = run(WORDS, "--endpoint", desk.base_url, "--family", "sd_cpp", "--model", "turbo")
    assert "Your own file of models is not used: models.json" in told.err


def test_a_drawing_is_asked_for_with_its_author_and_effort() -> None:
    with StandIn() as server:
        at = ("--endpoint", server.base_url, "--family", "openai", "--format", "svg")
        told = run(WORDS, *at, "--svg-effort", "high")
        assert told.code == cli.EXIT_USAGE
        assert "--svg-model" in told.err
        run(WORDS, *at, "--svg-model", "gpt-6-sol", "--svg-effort", "high")
        assert asked(server)[0]["svg"] == {"model": "gpt-6-sol", "reasoning": {"effort": "high"}}


def test_words_are_found_where_the_settings_say_and_pictures_made_elsewhere(desk: StandIn) -> None:
    with StandIn(family=Played.LOCALAI) as writer:
        writing = Profile(id="words", base_url=writer.base_url, family=Family.LOCALAI, text_model="gpt-4o")
        drawing = settings_at(desk.base_url, family=Family.SD_CPP).profiles[0]
        settings = Settings(profiles=(drawing, writing), profile=drawing.id, text_profile="words")
        SettingsFile(Folders.of_this_user()).save(settings)
        told = run(WORDS, "--enhance")
        assert told.code == cli.EXIT_OK, told.err
        assert [one.path for one in writer.requests] == ["/v1/chat/completions"]
        assert asked(desk)[0]["prompt"] != WORDS
