"""Every SecretStore keeps the same promises: memory here, a real keyring under a session bus of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from keychain_probe import SAMPLES, contract

from imagegen_desktop.storage.keychain import LimitedSecrets, MemorySecrets

PROBE = Path(__file__).with_name("keychain_probe.py")
CANARY = SAMPLES["key"].encode()
UNLOCKED = 'printf testpw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$0" "$@"'
# A session bus that can start no service: nothing answers for secrets on it.
BARE_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="a Secret Service is a thing of Linux desktops")


def _probe(situation: str, *before: str, **variables: str) -> dict[str, Any]:
    """Run the probe in a process of its own, in a session without bus and display unless `before` brings them."""
    absent = {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"}
    environment = {name: value for name, value in os.environ.items() if name not in absent} | variables
    command = [*before, sys.executable, str(PROBE), situation]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def _unlocked_session() -> tuple[str, ...]:
    return ("dbus-run-session", "--", "sh", "-c", UNLOCKED)


def _home_holds(text: bytes) -> list[str]:
    files = [path for path in Path(os.environ["HOME"]).rglob("*") if path.is_file()]
    return [str(path) for path in files if text in path.read_bytes()]


def _keeps_its_promises(facts: dict[str, Any]) -> None:
    assert facts["is a SecretStore"]
    assert facts["unknown"] is None
    assert facts["round trips"] == dict.fromkeys(SAMPLES, True)
    assert facts["replaced"]
    assert facts["others untouched"]
    assert facts["deleted"] is None
    assert facts["others still there"]


def test_memory_keeps_the_promises_of_a_secret_store() -> None:
    facts = contract(MemorySecrets())
    _keeps_its_promises(facts)
    assert facts["place"] == "this session only"


def test_a_time_limit_changes_no_promise() -> None:
    _keeps_its_promises(contract(LimitedSecrets(MemorySecrets(), 30)))


@on_linux
def test_a_real_keyring_keeps_the_promises_of_a_secret_store() -> None:
    facts = _probe("unlocked", *_unlocked_session())
    _keeps_its_promises(facts)
    assert facts["place"] == "this desktop's keyring (Secret Service)"
    assert facts["seen by a second start"]
    assert list(Path(os.environ["XDG_DATA_HOME"]).rglob("*.keyring"))
    assert _home_holds(CANARY) == []


@on_linux
def test_a_keyring_in_which_nothing_was_ever_stored_holds_no_key_and_asks_nothing() -> None:
    facts = _probe("created_first", "dbus-run-session", "--")
    assert facts == {"found": "none", "problem": False}


KEPT_FOR_THE_SESSION = {"found": "none", "kept": "session", "found again": True}


@on_linux
def test_without_a_bus_the_key_is_kept_for_the_session_alone() -> None:
    runtime = os.environ["XDG_RUNTIME_DIR"]
    facts = _probe("situation", "env", "-u", "XDG_RUNTIME_DIR")
    assert facts.items() >= (KEPT_FOR_THE_SESSION | dict.fromkeys(("get", "problem"), "KeychainAbsentError")).items()
    assert facts["still told"] == "KeychainAbsentError"
    assert facts["remove"] == "no error"
    assert list(Path(runtime).iterdir()) == []
    assert _home_holds(CANARY) == []


@on_linux
def test_without_a_service_on_the_bus_the_key_is_kept_for_the_session_alone(tmp_path: Path) -> None:
    config = tmp_path / "bare-session.conf"
    config.write_text(BARE_BUS, encoding="utf-8")
    facts = _probe("situation", "dbus-run-session", "--config-file", str(config), "--")
    assert facts.items() >= (KEPT_FOR_THE_SESSION | dict.fromkeys(("get", "problem"), "KeychainAbsentError")).items()
    assert _home_holds(CANARY) == []


@on_linux
def test_a_locked_keyring_without_a_display_says_that_it_is_locked() -> None:
    facts = _probe("locked", *_unlocked_session())
    names = ("get", "problem", "still told", "remove", "unlock")
    assert facts == KEPT_FOR_THE_SESSION | dict.fromkeys(names, "KeychainLockedError")
    assert _home_holds(CANARY) == []


@on_linux
def test_a_locked_keyring_whose_question_nobody_answers_holds_no_one() -> None:
    facts = _probe("nobody_answers", "xvfb-run", "-a", *_unlocked_session())
    assert facts["get"] == "KeychainLockedError"
    assert facts["put"] == ["KeychainLockedError", "the keychain did not answer within 3 s"]
    name, details = facts["while it is unanswered"]
    assert name == "KeychainLockedError"
    assert "earlier question" in details


@pytest.fixture
def plain_ring(tmp_path: Path) -> str:
    """A folder with a plugin for the keyring library that would keep secrets in a plain file, as keyrings.alt does."""
    folder = tmp_path / "site"
    dist = folder / "plain_ring-1.0.dist-info"
    dist.mkdir(parents=True)
    (dist / "METADATA").write_text("Metadata-Version: 2.1\nName: plain-ring\nVersion: 1.0\n", encoding="utf-8")
    (dist / "entry_points.txt").write_text("[keyring.backends]\nplain = plain_ring\n", encoding="utf-8")
    (folder / "plain_ring.py").write_text(
        "import pathlib\n"
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 9\n"
        "    def set_password(self, service, username, password):\n"
        "        (pathlib.Path.home() / 'plain.cfg').write_text(password)\n"
        "    def get_password(self, service, username):\n"
        "        return 'from the plain file'\n",
        encoding="utf-8",
    )
    return str(folder)


@on_linux
@pytest.mark.parametrize("backend", [{}, {"PYTHON_KEYRING_BACKEND": "plain_ring.Keyring"}])
def test_a_plain_file_is_never_taken_for_a_keychain(plain_ring: str, backend: dict[str, str]) -> None:
    facts = _probe("plain_file_offered", PYTHONPATH=plain_ring, **backend)
    assert facts["offered"] == "plain_ring"
    assert facts["get"] == "KeychainAbsentError"
    assert facts["kept"] == "session"
    assert _home_holds(CANARY) == []
