"""The set-up script installs what is missing, says what it may not install, and does nothing twice."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dev = _load()
DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
UBUNTU_CHILD = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'


class Scribe:
    """A terminal that starts nothing: answers are looked up by the first words of a command, and all is noted."""

    def __init__(self, answers: dict[str, tuple[int, str]] | None = None) -> None:
        self.answers = answers or {}
        self.said: list[str] = []
        self.asked: list[str] = []
        self.worked: list[str] = []
        self.on_work: Callable[[str], None] = lambda _line: None

    def say(self, text: str) -> None:
        self.said.append(text)

    def ask(self, command: list[str]) -> tuple[int, str]:
        self.asked.append(" ".join(command))
        return self._answer(self.asked[-1], (127, ""))

    def work(self, stage: str, command: list[str]) -> tuple[int, str]:
        self.said.append(stage)
        self.worked.append(" ".join(command))
        self.on_work(self.worked[-1])
        return self._answer(self.worked[-1], (0, ""))

    def _answer(self, line: str, otherwise: tuple[int, str]) -> tuple[int, str]:
        return next((answer for part, answer in self.answers.items() if part in line), otherwise)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "resources" / "packaging"
    folder.mkdir(parents=True)
    for group in dev.PACKAGES:
        (folder / f"requirements-{group}.lock").write_text(f"{group}==1.0\n", encoding="utf-8")
    return tmp_path


def _release(checkout: Path, text: str) -> Path:
    path = checkout / "os-release"
    path.write_text(text, encoding="utf-8")
    return path


def _set_up(checkout: Path, terminal: Scribe, *, release: str = "", is_root: bool = True) -> Any:
    return dev.SetUp(terminal, checkout, _release(checkout, release), is_root=is_root)


def _makes_a_venv(checkout: Path, terminal: Scribe) -> None:
    """Let the fake `python -m venv` leave the files that a real one leaves."""

    def work(line: str) -> None:
        if " -m venv " in line:
            (checkout / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
            (checkout / ".venv" / "lib" / "python3.11" / "site-packages").mkdir(parents=True, exist_ok=True)
            (checkout / ".venv" / "bin" / "python").touch()
            (checkout / ".venv" / "set-up-unfinished").unlink(missing_ok=True)
            (checkout / ".venv" / "set-up.json").unlink(missing_ok=True)
            terminal.answers["-m pip --version"] = (0, "pip 26")

    terminal.on_work = work


def _listing(*names: str) -> dict[str, tuple[int, str]]:
    return {"dpkg-query": (0, "".join(f"ii |{name}|\n" for name in names))}


def _all_but(*missing: str) -> dict[str, tuple[int, str]]:
    names = [*dev.PACKAGES["test"].split(), "python{}.{}-venv".format(*sys.version_info[:2])]
    return _listing(*(name for name in names if name not in missing))


def test_other_systems_are_asked_for_no_debian_package(checkout: Path) -> None:
    terminal = Scribe()
    assert _set_up(checkout, terminal, release="ID=fedora\n").missing_packages("run") == []
    assert terminal.asked == []


@pytest.mark.parametrize("release", [DEBIAN, UBUNTU_CHILD])
def test_debian_and_its_children_are_asked_what_is_missing(checkout: Path, release: str) -> None:
    terminal = Scribe(_all_but("libegl1", "xvfb"))
    set_up = _set_up(checkout, terminal, release=release)
    assert set_up.missing_packages("run") == ["libegl1"]
    assert set_up.missing_packages("test") == ["libegl1", "xvfb"]


def test_a_package_under_its_newer_name_counts_as_there(checkout: Path) -> None:
    answers = _all_but("libglib2.0-0")
    code, listing = answers["dpkg-query"]
    answers["dpkg-query"] = (code, listing + "ii |libglib2.0-0t64|libglib2.0-0 (= 2.80), libglib2.0-bin\n")
    assert _set_up(checkout, Scribe(answers), release=DEBIAN).missing_packages("run") == []


def test_a_package_that_was_removed_but_left_its_settings_is_missing(checkout: Path) -> None:
    answers = _all_but("libegl1")
    code, listing = answers["dpkg-query"]
    answers["dpkg-query"] = (code, listing + "rc |libegl1|\n")
    assert _set_up(checkout, Scribe(answers), release=DEBIAN).missing_packages("run") == ["libegl1"]


def test_root_installs_only_what_is_missing(checkout: Path) -> None:
    terminal = Scribe(_all_but("libegl1"))
    _set_up(checkout, terminal, release=DEBIAN).ensure_packages("run")
    update, install = terminal.worked
    assert update.endswith(" update")
    assert install.startswith("env DEBIAN_FRONTEND=noninteractive apt-get")
    assert install.endswith("install -y --no-install-recommends libegl1")


def test_where_nothing_is_missing_apt_is_left_alone(checkout: Path) -> None:
    terminal = Scribe(_all_but())
    _set_up(checkout, terminal, release=DEBIAN).ensure_packages("run")
    assert terminal.worked == []


def test_sudo_is_used_where_it_asks_for_no_password(checkout: Path) -> None:
    terminal = Scribe(_all_but("libegl1") | {"sudo -n true": (0, "")})
    _set_up(checkout, terminal, release=DEBIAN, is_root=False).ensure_packages("run")
    assert all(line.startswith("sudo -n env ") for line in terminal.worked)


def test_without_rights_the_one_line_to_type_is_said_and_nothing_is_started(checkout: Path) -> None:
    terminal = Scribe(_all_but("libegl1", "libgl1"))
    with pytest.raises(dev.SetUpError):
        _set_up(checkout, terminal, release=DEBIAN, is_root=False).ensure("run")
    to_type = [text for text in terminal.said if text.startswith("sudo ")]
    assert to_type == ["sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1 libegl1\n"]
    assert terminal.worked == []


def test_apt_that_fails_shows_its_last_lines(checkout: Path) -> None:
    terminal = Scribe(_all_but("libegl1") | {"apt-get": (100, "E: Unable to locate package\n")})
    with pytest.raises(dev.SetUpError, match="apt-get failed"):
        _set_up(checkout, terminal, release=DEBIAN).ensure_packages("run")
    assert "E: Unable to locate package" in terminal.said[-1]


def test_a_second_run_starts_nothing_at_all(checkout: Path) -> None:
    terminal = Scribe()
    _makes_a_venv(checkout, terminal)
    _set_up(checkout, terminal).ensure("run")
    assert any("--require-hashes" in line and "requirements-run.lock" in line for line in terminal.worked)
    again = Scribe()
    _set_up(checkout, again, release=DEBIAN).ensure("run")
    assert again.asked + again.worked + again.said == []


def test_a_changed_lock_is_installed_into_the_same_environment(checkout: Path) -> None:
    terminal = Scribe()
    _makes_a_venv(checkout, terminal)
    set_up = _set_up(checkout, terminal)
    set_up.ensure("run")
    set_up.lock("run").write_text("run==2.0\n", encoding="utf-8")
    terminal.worked.clear()
    set_up.ensure("run")
    assert len(terminal.worked) == 1
    assert "--require-hashes" in terminal.worked[0]


def test_tests_are_set_up_on_top_of_the_app(checkout: Path) -> None:
    terminal = Scribe()
    _makes_a_venv(checkout, terminal)
    set_up = _set_up(checkout, terminal)
    set_up.ensure("run")
    assert not set_up.is_done("test")
    set_up.ensure("test")
    assert set_up.is_done("run")
    assert set_up.is_done("test")


def test_a_set_up_that_was_cut_off_begins_with_a_new_environment(checkout: Path) -> None:
    terminal = Scribe({"pip --disable-pip-version-check": (1, "[Errno -3] Temporary failure in name resolution")})
    _makes_a_venv(checkout, terminal)
    set_up = _set_up(checkout, terminal)
    with pytest.raises(dev.SetUpError, match="offline"):
        set_up.ensure("run")
    assert not set_up.is_done("run")
    del terminal.answers["pip --disable-pip-version-check"]
    terminal.worked.clear()
    set_up.ensure("run")
    assert " -m venv --clear " in terminal.worked[0]
    assert set_up.is_done("run")


def test_a_broken_environment_is_made_anew(checkout: Path) -> None:
    terminal = Scribe()
    _makes_a_venv(checkout, terminal)
    set_up = _set_up(checkout, terminal)
    set_up.ensure("run")
    set_up.python.unlink()
    terminal.answers["-m pip --version"] = (127, "")
    terminal.worked.clear()
    set_up.ensure("run")
    assert " -m venv --clear " in terminal.worked[0]


def test_a_checkout_that_was_moved_gets_an_environment_of_its_own(checkout: Path) -> None:
    terminal = Scribe()
    _makes_a_venv(checkout, terminal)
    set_up = _set_up(checkout, terminal)
    set_up.ensure("run")
    stamp = checkout / ".venv" / "set-up.json"
    stamps = json.loads(stamp.read_text(encoding="utf-8"))
    stamp.write_text(json.dumps(stamps | {"root": "/elsewhere"}), encoding="utf-8")
    assert not set_up.is_done("run")
    terminal.worked.clear()
    set_up.ensure("run")
    assert " -m venv --clear " in terminal.worked[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows gets a .cmd file instead")
def test_the_environment_has_the_programs_command(checkout: Path) -> None:
    terminal = Scribe()
    _makes_a_venv(checkout, terminal)
    _set_up(checkout, terminal).ensure("run")
    command = checkout / ".venv" / "bin" / "imagegen-desktop"
    python = checkout / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s|" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    done = subprocess.run([command, "generate", "two words"], capture_output=True, text=True, check=True)
    assert done.stdout == "-m|imagegen_desktop|generate|two words|"


def test_another_failure_of_pip_shows_its_last_lines(checkout: Path) -> None:
    terminal = Scribe({"pip --disable-pip-version-check": (1, "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n")})
    _makes_a_venv(checkout, terminal)
    with pytest.raises(dev.SetUpError, match="pip could not install"):
        _set_up(checkout, terminal).ensure("run")
    assert "DO NOT MATCH THE HASHES" in terminal.said[-1]


def test_one_fault_does_not_hide_another_and_the_exit_code_tells(checkout: Path) -> None:
    started: list[list[str]] = []

    class Runs(Scribe):
        def run(self, command: list[str], _environment: dict[str, str]) -> int:
            started.append(command[1:])
            return 3 if "format" in command else 0

    terminal = Runs()
    _makes_a_venv(checkout, terminal)
    assert dev.Commands(terminal, _set_up(checkout, terminal)).test(["-x"]) == 3
    assert [command[1] for command in started] == ["ruff", "ruff", "basedpyright", "pytest"]
    assert started[-1][-1] == "-x"


def test_an_unknown_command_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["fly"]) == 2
    assert "dev.py run" in capsys.readouterr().out


@pytest.mark.parametrize("group", dev.PACKAGES)
def test_every_line_of_a_lock_is_a_version_a_marker_or_a_hash(group: str) -> None:
    """No index, no host and no path can hide in a lock: nothing but these forms is in it."""
    lines = (ROOT / "resources" / "packaging" / f"requirements-{group}.lock").read_text(encoding="utf-8").splitlines()
    hashes = [line for line in lines if line.startswith("    --hash=sha256:")]
    pins = [line for line in lines if "==" in line and not line.startswith(" ")]
    assert len(hashes) + len(pins) == len(lines)
    assert len(hashes) >= len(pins)
    assert not any(mark in line for line in lines for mark in ("/", "@", "index"))
