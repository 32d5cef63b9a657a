"""The command `generate`: what goes to which stream, what the exit code says, and what is on the disk then."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from settled import settings_at

from imagegen_desktop import __version__, cli
from imagegen_desktop.cli import session
from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import Endpoint
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.settings import Profile, Settings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.keychain import Credentials, MemorySecrets
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.settings_file import SettingsFile
from standin import Family as ServerFamily
from standin import Fault, StandIn

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

WORDS = "A red kite over dunes"
FLUFFY = "A fluffy siamese cat sitting on a velvet sofa, cinematic lighting, 8k"


class Told:
    """What a run printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def paths(self) -> list[Path]:
        return [Path(line) for line in self.out.splitlines()]


def run(*arguments: str) -> Told:
    """In this process, which spares the start of another."""
    out, err = io.StringIO(), io.StringIO()
    parsed: argparse.Namespace = cli.parser().parse_args(["generate", *arguments])
    return Told(cli.run(parsed, out=out, err=err), out.getvalue(), err.getvalue())


def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """As a person does: a process of its own."""
    command = [sys.executable, "-m", "imagegen_desktop", "generate", *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=os.environ | variables, text=True, **streams)


def finished(process: subprocess.Popen[str]) -> Told:
    with process:
        out, err = process.communicate(timeout=60)
    return Told(process.returncode, out, err)


def last_job() -> tuple[JobState, ChargeState]:
    job = Ledger(Folders.of_this_user().data / "ledger.sqlite", owner="a test").jobs()[0]
    return job.state, job.charge


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> MemorySecrets:
    """Stands in for the keychain of this user."""
    secrets = MemorySecrets()

    def credentials(environ: Mapping[str, str]) -> Credentials:
        return Credentials(secrets, MemorySecrets(), environ)

    monkeypatch.setattr(session, "credentials_of_this_user", credentials)
    return secrets


@pytest.fixture
def standin(keys: MemorySecrets) -> Iterator[StandIn]:
    with StandIn() as running:
        endpoint = Endpoint(maker=Maker.OPENAI, base_url=running.base_url)
        keys.put(endpoint.secret_name, Secret(running.key))
        yield running


@pytest.fixture
def classic(keys: MemorySecrets) -> Iterator[StandIn]:
    with StandIn(family=ServerFamily.CLASSIC) as running:
        endpoint = Endpoint(maker=Maker.OPENAI, base_url=running.base_url)
        keys.put(endpoint.secret_name, Secret(running.key))
        yield running


# ---- the sample engine ----


def test_without_a_key_the_sample_engine_draws_and_says_so(tmp_path: Path) -> None:
    told = finished(start(WORDS, "--library", str(tmp_path / "library")))
    assert told.code == cli.EXIT_OK
    (path,) = told.paths
    assert path.is_absolute()
    assert path.is_relative_to(tmp_path / "library")
    assert told.out == f"{path}\n"
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (1024, 1024))
    assert told.err.startswith("No API key and no --endpoint: the sample engine draws this on your computer, free.")
    assert "Preview 1 of picture 1 of 1" in told.err
    assert f"Saved picture 1 of 1: {path}" in told.err
    assert "nothing was charged" in told.err


def test_a_library_that_was_named_with_a_dot_is_told_as_an_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (path,) = run(WORDS, "--library", "here").paths
    assert path.is_absolute()
    assert path.is_file()


def test_the_default_library_lies_among_the_pictures() -> None:
    (path,) = run(WORDS).paths
    assert path.is_relative_to(Path(os.environ["XDG_PICTURES_DIR"]) / "Imagegen")


def test_size_count_and_seed_are_what_was_asked_for() -> None:
    asked = (WORDS, "--size", "1536x1024", "--count", "2", "--seed", "7")
    first, second = run(*asked), run(*asked)
    assert len(first.paths) == 2
    for path in first.paths:
        with Image.open(path) as picture:
            assert picture.size == (1536, 1024)
    assert [path.read_bytes() for path in first.paths] == [path.read_bytes() for path in second.paths]
    assert set(first.paths).isdisjoint(second.paths)


def test_json_is_one_object_with_all_that_is_known() -> None:
    told = run(WORDS, "--enhance", "--json")
    facts: dict[str, Any] = json.loads(told.out)
    assert set(facts) == {
        "job",
        "engine",
        "model",
        "prompt",
        "enhanced_prompt",
        "images",
        "charge",
        "elapsed",
        "error",
    }
    assert (facts["engine"], facts["model"], facts["prompt"]) == ("sample", "sample", WORDS)
    assert facts["enhanced_prompt"].startswith(WORDS)
    assert (facts["charge"], facts["error"]) == ("free", None)
    (image,) = facts["images"]
    assert set(image) == {"path", "id", "width", "height", "sha256", "revised_prompt", "seed"}
    assert hashlib.sha256(Path(image["path"]).read_bytes()).hexdigest() == image["sha256"]
    assert (image["width"], image["height"]) == (1024, 1024)
    assert "Enhanced prompt: " in told.err


# ---- an endpoint ----


def test_an_endpoint_makes_the_picture_and_the_file_is_its_answer(standin: StandIn) -> None:
    told = run("A cat", "--endpoint", standin.base_url, "--enhance", "--quality", "high", "--json")
    assert told.code == cli.EXIT_OK
    facts = json.loads(told.out)
    (image,) = facts["images"]
    assert Path(image["path"]).read_bytes() == standin.images[0]
    (order,) = [request.json or {} for request in standin.requests if request.path == "/v1/images/generations"]
    assert (order["prompt"], order["quality"]) == (FLUFFY, "high")
    assert (facts["prompt"], facts["enhanced_prompt"]) == ("A cat", FLUFFY)
    assert (facts["engine"], facts["charge"]) == (standin.base_url, "paid")
    assert "charged if this service charges at all" in told.err
    assert last_job() == (JobState.SAVED, ChargeState.PAID)


def test_the_classic_contract_works_from_the_command_line(classic: StandIn) -> None:
    told = run("A cat", "--endpoint", classic.base_url, "--model", "dall-e-3", "--json")
    assert told.code == cli.EXIT_OK
    (image,) = json.loads(told.out)["images"]
    assert Path(image["path"]).read_bytes() == classic.images[0]
    assert image["revised_prompt"]


def test_the_settings_name_the_endpoint_where_none_is_given(standin: StandIn) -> None:
    SettingsFile(Folders.of_this_user()).save(settings_at(standin.base_url, image_model="gpt-image-2"))
    assert run("A cat").code == cli.EXIT_OK
    assert [billed.model for billed in standin.bill] == ["gpt-image-2"]


def test_an_endpoint_without_its_key_is_a_sentence_and_not_zero(keys: MemorySecrets) -> None:
    del keys
    with StandIn() as standin:
        told = run("A cat", "--endpoint", standin.base_url)
    assert told.code == cli.EXIT_FAILED
    assert told.out == ""
    assert "key" in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("fault", "sentence", "charge"),
    [
        (Fault.NO_CREDIT, "The account has no credit left", "nothing was charged"),
        (Fault.MODERATION, "The service refused this prompt: violence", "nothing was charged"),
        (Fault.DROP_AFTER_WORK, "The connection broke", "it may have been charged"),
    ],
)
def test_a_failure_is_one_sentence_with_what_it_cost(
    standin: StandIn, fault: Fault, sentence: str, charge: str
) -> None:
    standin.add_fault(fault)
    told = run("A cat", "--endpoint", standin.base_url)
    assert told.code == cli.EXIT_FAILED
    assert told.out == ""
    assert sentence in told.err
    assert f"({charge})" in told.err


def test_json_tells_of_a_failure_too(standin: StandIn) -> None:
    standin.add_fault(Fault.MODERATION)
    facts = json.loads(run("A cat", "--endpoint", standin.base_url, "--json").out)
    assert facts["images"] == []
    assert facts["charge"] == "free"
    assert facts["error"]["title"] == "The service refused this prompt: violence"


def test_words_that_cannot_be_enhanced_are_not_sent_as_they_are(standin: StandIn) -> None:
    standin.add_fault(Fault.CHAT_FAILS)
    told = run("A cat", "--endpoint", standin.base_url, "--enhance")
    assert told.code == cli.EXIT_FAILED
    assert "no picture was asked for" in told.err
    assert standin.bill == []


def test_some_of_several_is_its_own_exit_code(standin: StandIn) -> None:
    standin.add_fault(Fault.PARTIAL_N)
    told = run("A cat", "--endpoint", standin.base_url, "--count", "3")
    assert (told.code, len(told.paths)) == (cli.EXIT_PARTLY, 2)


def test_an_address_where_nobody_answers_is_a_sentence() -> None:
    told = run("A cat", "--endpoint", "http://127.0.0.1:9/v1")
    assert told.code == cli.EXIT_FAILED
    assert "Nothing answers at 127.0.0.1 (nothing was charged)." in told.err


# ---- Ctrl+C ----


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_ends_a_held_request_and_the_ledger_says_that_it_may_be_charged() -> None:
    # LocalAI asks for no key, which this process would have to find in a keychain.
    with StandIn(family=ServerFamily.LOCALAI) as standin:
        standin.hold()
        process = start("A cat", "--endpoint", standin.base_url, "--model", "stablediffusion")
        standin.wait_received(1, timeout=60)
        # The last request was read whole, so the program waits for an answer that does not come.
        process.send_signal(signal.SIGINT)
        told = finished(process)
    assert told.code == cli.EXIT_CANCELLED
    assert told.out == ""
    assert "Cancelled" in told.err
    assert "it may have been charged" in told.err
    assert "Traceback" not in told.err
    assert last_job() == (JobState.CANCELLED, ChargeState.UNKNOWN)


# ---- wrong arguments ----


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("   ",), "the prompt is empty"),
        ((WORDS, "--count", "0"), "makes 1 to 4 pictures at a time, not 0"),
        ((WORDS, "--count", "5"), "makes 1 to 4 pictures at a time, not 5"),
        ((WORDS, "--quality", "high"), "has no quality 'high'; it has: none"),
        ((WORDS, "--endpoint", "not an address"), "starts with https:// or http://"),
        ((WORDS, "--endpoint", "https://me:secret@example.org/v1"), "must not hold a password"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_before_anything_is_done(
    arguments: tuple[str, ...], sentence: str
) -> None:
    told = run(*arguments)
    assert told.code == cli.EXIT_USAGE
    assert told.out == ""
    assert sentence in told.err
    assert not (Path(os.environ["XDG_PICTURES_DIR"]) / "Imagegen").exists()


def test_a_size_that_cannot_be_painted_is_a_sentence() -> None:
    told = run(WORDS, "--size", "99999x99999")
    assert told.code in (cli.EXIT_FAILED, cli.EXIT_USAGE)
    assert "has no size 99999x99999: the nearest is 1024x1024" in told.err


@pytest.mark.parametrize("arguments", [("--count", "many", WORDS), (), (WORDS, "--colour")])
def test_what_is_no_argument_ends_with_two(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == cli.EXIT_USAGE
    assert "usage: imagegen-desktop" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = run(WORDS, "--library", str(tmp_path / "file" / "library"))
    assert told.code == cli.EXIT_FAILED
    assert "could not be written" in told.err
    assert str(tmp_path / "file") in told.err


def test_the_help_names_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--help")
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for code in (cli.EXIT_OK, cli.EXIT_FAILED, cli.EXIT_USAGE, cli.EXIT_PARTLY, cli.EXIT_CANCELLED):
        assert f"{code} " in said.split("exit codes:")[1]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["--version"])
    assert capsys.readouterr().out == f"Imagegen Desktop {__version__}\n"


def test_finer_choices_are_sent(standin: StandIn) -> None:
    SettingsFile(Folders.of_this_user()).save(settings_at(standin.base_url, image_model="gpt-image-2.6-flare"))
    done = run("A cat", "--background", "transparent", "--format", "webp", "--compression", "70", "--size", "1040x1040")
    assert done.code == cli.EXIT_OK
    order = standin.bill[-1]
    assert order.model == "gpt-image-2.6-flare"
    body = next(one.json for one in standin.requests if one.path.endswith("/images/generations")) or {}
    chosen = {name: body[name] for name in ("background", "output_format", "output_compression", "size")}
    assert chosen == {
        "background": "transparent",
        "output_format": "webp",
        "output_compression": 70,
        "size": "1040x1040",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "bmp"], "has no format 'bmp'"),
        (["--complexity", "extreme"], "has no complexity"),
        (["--format", "jpeg", "--background", "transparent"], "transparent background needs png or webp"),
        (["--size", "1000x1000"], "the nearest is 1008x1008"),
        (["--format", "webp", "--compression", "101"], "0 to 100"),
    ],
)
def test_choices_that_can_not_be_are_wrong_arguments_and_cost_nothing(
    standin: StandIn, arguments: list[str], words: str
) -> None:
    SettingsFile(Folders.of_this_user()).save(settings_at(standin.base_url, image_model="gpt-image-2.6-flare"))
    done = run("A cat", *arguments)
    assert done.code == cli.EXIT_USAGE
    assert words in done.err
    assert standin.bill == []


def test_an_endpoint_is_named_by_the_persons_own_word(standin: StandIn, keys: MemorySecrets) -> None:
    mine = Profile(id="mine", name="desk", base_url=standin.base_url, family=Family.OPENAI, image_model="gpt-image-2")
    keys.put(mine.endpoint.secret_name, Secret(standin.key))
    SettingsFile(Folders.of_this_user()).save(Settings(profiles=(Profile(), mine)))
    told = run("A cat", "--endpoint", "desk", "--model", "gpt-image-2")
    assert told.code == cli.EXIT_OK, told.err
    assert len(standin.bill) == 1


def test_settings_of_a_version_with_one_endpoint_keep_it() -> None:
    file = SettingsFile(Folders.of_this_user())
    file.save(Settings())
    file.settings_path.write_text('{"base_url": "http://localhost:8080/v1", "image_model": "flux", "theme": "dark"}')
    settings = file.load()
    assert (settings.current.base_url, settings.current.image_model) == ("http://localhost:8080/v1", "flux")
    assert settings.theme == "dark"
