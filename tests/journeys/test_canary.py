"""A planted key is looked for everywhere: no file, no word of the window, no print, and no program that was started knows it."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import PATIENCE, Desktop
from test_journeys import enters_the_key

from standin import Fault, StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from desktop import App

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the keyring and the accessible tree are a Linux desktop's"),
    pytest.mark.timeout(300),
]

# Like no known key, so that nothing finds it by its looks.
CANARY = "Canary7Q9xW2mK4vT8pL1zR6"
# Whatever may be told to talk, talks.
LOUD = {"OPENAI_LOG": "debug", "PYTHONFAULTHANDLER": "1"}


def knowing_files() -> list[str]:
    """The files below the home, the library among them, that hold the canary in any form that a search finds."""
    home = Path(os.environ["HOME"])
    forms = [CANARY.encode(), CANARY.encode("utf-16-le"), CANARY[::-1].encode(), CANARY[6:20].encode()]
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) > 10, "a search that finds nothing proves nothing"
    return [str(path) for path in files if any(form in path.read_bytes() for form in forms)]


def family_of(pid: int) -> list[int]:
    """The processes that `pid` started, and theirs."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8")
            except OSError:
                continue  # It ended meanwhile.
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found = children.get(pid, [])
    return [*found, *(grandchild for child in found for grandchild in family_of(child))]


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for the desktop's opener of files: writes down the environment that it was given."""
    told = tmp_path / "environments"
    program = tmp_path / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n{{ echo "$@"; env; }} >> {told}.part\nmv {told}.part {told}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return told


class Parrot(BaseHTTPRequestHandler):
    """A service that says the key back to whoever shows it: in its error's message, in its page, in its headers."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._refuse()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"] or 0))
        self._refuse()

    def _refuse(self) -> None:
        shown = self.headers["authorization"]
        error = {"message": f"Incorrect API key provided: {shown}", "code": "invalid_api_key", "type": shown}
        body = json.dumps({"error": error}).encode()
        self.send_response(401, f"Not {shown}")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("x-request-id", shown or "nothing")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Not to stderr."""


@contextmanager
def parrot() -> Iterator[str]:
    """Its base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, name="parrot")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fails_and_works(app: App, standin: StandIn) -> None:
    """A picture, and then some ways in which none comes."""
    app.writes("Prompt", "A cat")
    app.presses("Generate 1")
    app.sees("Picture: A cat")
    for fault in (Fault.MODERATION, Fault.CUT_BODY, Fault.NO_CREDIT, Fault.BAD_KEY):
        standin.add_fault(fault)
        app.presses("Generate 1")
        app.sees("Copy details")
        app.presses("Copy details")
        app.sees("Copied", "label")
        app.chooses("Image 1 of *")
        app.sees("Picture: A cat")


def test_a_key_that_was_entered_is_known_to_the_keyring_alone(opener: Path) -> None:
    with (
        StandIn(key=CANARY) as standin,
        parrot() as parrots,
        Desktop(keyring=True) as desktop,
        desktop.open(**LOUD) as app,
    ):
        app.sees("Make your first picture", "label")
        enters_the_key(app, standin, CANARY)
        app.presses("Back")
        fails_and_works(app, standin)
        opened_with(app, opener)
        said = app.everything()
        assert "A cat" in said
        assert CANARY not in said
        # A service that says the key back.
        app.presses("Settings", "push button")
        app.types("Base URL", parrots)
        app.writes("Key", CANARY)
        app.presses("Save and test")
        app.sees("The service refused the API key*")
        app.presses("Back")
        app.presses("Generate 1")
        app.sees("The service refused the API key", "label")
        app.presses("Copy details")
        assert CANARY not in app.everything()
        # And without the window.
        for base in (standin.base_url, parrots):
            done = desktop.run("generate", "A dog", "--endpoint", base, "--json", "--enhance", **LOUD)
            assert done.returncode == (0 if base == standin.base_url else 1)
            assert CANARY not in done.stdout + done.stderr
        app.closes_the_window()
        assert CANARY not in app.log.read_text(encoding="utf-8")
    assert [request.headers["authorization"] for request in standin.requests if "/v1/" in request.path].count(
        f"Bearer {CANARY}"
    ) > 5
    assert list(Path(os.environ["XDG_DATA_HOME"]).rglob("*.keyring"))
    assert knowing_files() == []


def opened_with(app: App, opener: Path) -> None:
    """The window starts another program, which knows nothing; nor does any that runs beside it."""
    app.presses("Show in folder")
    environment = until(lambda: opener.exists() and opener.read_text(encoding="utf-8"))
    assert "HOME=" in environment
    assert CANARY not in environment
    for pid in family_of(app.pid):
        assert CANARY.encode() not in Path(f"/proc/{pid}/environ").read_bytes()


def until(look: Callable[[], str | bool]) -> str:
    """What `look` finds, as soon as it does; what it found last when the time is up."""
    deadline, pause = time.monotonic() + PATIENCE, threading.Event()
    while not (found := look()) and time.monotonic() < deadline:
        pause.wait(0.05)
    return str(found)


def test_a_key_of_the_environment_stays_there(opener: Path) -> None:
    """It is OpenAI's own, so the way to OpenAI leads nowhere here."""
    nowhere = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    with Desktop(keyring=True) as desktop:
        assert desktop.run("generate", "A cat").returncode == 0
        with desktop.open(OPENAI_API_KEY=CANARY, **nowhere, **LOUD) as app:
            app.sees("Picture: A cat")
            app.presses("Settings", "push button")
            app.sees("From the environment variable OPENAI_API_KEY (read only)")
            app.presses("Test", "push button")
            app.sees_no_longer("Asking the service*")
            app.presses("Back")
            app.writes("Prompt", "A dog")
            app.presses("Generate 1")
            app.sees("Copy details")
            app.chooses("Image 1 of *")
            opened_with(app, opener)
            assert CANARY not in app.everything()
            app.closes_the_window()
            assert CANARY not in app.log.read_text(encoding="utf-8")
        done = desktop.run("generate", "A dog", OPENAI_API_KEY=CANARY, **nowhere, **LOUD)
        assert done.returncode == 1
        assert CANARY not in done.stdout + done.stderr
    assert knowing_files() == []
