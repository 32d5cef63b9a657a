"""A start: what is imported before the first paint, what a second start does, and what the settings write."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from house import House, saved_settings, write_settings
from PySide6.QtCore import QDir
from settled import settings_at

from imagegen_desktop.app.handing_over import Wishes, hand_over, socket_name
from imagegen_desktop.app.instance import InstanceServer
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.settings import OPENAI_URL
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.settings_file import SettingsFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from standin import StandIn

# What costs tenths of a second each, and that no first paint needs.
LATE = ("openai", "httpx", "httpx2", "keyring", "boto3", "PIL", "numpy", "secretstorage")
# The rest of the program itself, which takes as long to import and build as what the first paint needs.
LATER = (
    "imagegen_desktop.app.library_parts",
    "imagegen_desktop.app.work_parts",
    "imagegen_desktop.storage.ledger",
    "imagegen_desktop.studio.syncing",
    "imagegen_desktop.ui.settings.settings_page",
)
FIRST_PAINT = f"""
import sys
from PySide6.QtWidgets import QApplication
from imagegen_desktop.app.composition import Composition
from imagegen_desktop.storage.folders import Folders

app = QApplication([])
folders = Folders.of_this_user()
composition = Composition(app, folders, library=folders.default_library)
composition.window.show()
# Connected after the program's own slot, which comes later still: nothing was begun yet.
composition.window.painted.connect(lambda: print(sorted(set({(*LATE, *LATER)!r}) & set(sys.modules))))
composition.window.painted.connect(app.quit)
app.exec()
composition.shutdown()
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]", done.stdout


def test_a_command_without_a_window_imports_no_qt() -> None:
    code = (
        "import sys; from imagegen_desktop.__main__ import main; code = main(['generate', 'A boat', '--count', '99']);"
        "assert code == 2; assert not [name for name in sys.modules if name.startswith('PySide6')]"
    )
    subprocess.run([sys.executable, "-c", code], env=dict(os.environ), capture_output=True, check=True, timeout=60)


# ---- a second start ----


def test_a_second_start_hands_its_words_over_and_ends(
    start: Callable[..., House], standin: StandIn, qtbot: QtBot, tmp_path: Path
) -> None:
    write_settings(standin, maker=Maker.SAMPLE)
    library = tmp_path / "library"
    first = start(library=library)
    first.stand()
    server = InstanceServer(first.window)
    asked: list[Wishes] = []
    server.asked.connect(asked.append)
    server.serve(library)
    environment = os.environ | {"DISPLAY": ":nobody-looks", "QT_QPA_PLATFORM": "offscreen"}
    words = "A second wish\nwith two lines"
    command = [sys.executable, "-m", "imagegen_desktop", "--library", str(library), "--prompt", words]
    with subprocess.Popen(command, env=environment) as second:
        qtbot.waitUntil(lambda: bool(asked), timeout=60_000)
        assert second.wait(60) == 0
    assert asked == [Wishes(words)]
    server.shutdown()


def test_words_handed_over_are_generated_in_the_first_window(start: Callable[..., House], standin: StandIn) -> None:
    write_settings(standin, maker=Maker.SAMPLE)
    house = start()
    house.stand()
    house.composition.generate("A second wish")
    assert house.ended().error is None
    assert house.kept[0].state.record.prompt == "A second wish"


def test_without_a_first_window_there_is_nobody_to_hand_over_to(qtbot: QtBot, tmp_path: Path) -> None:
    del qtbot
    assert not hand_over(tmp_path / "nobody", Wishes("hello"))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes leave no file behind")
def test_what_a_killed_window_left_behind_is_nobody_to_hand_over_to(qtbot: QtBot, tmp_path: Path) -> None:
    left = Path(QDir.tempPath(), socket_name(tmp_path))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as killed:
        killed.bind(str(left))
    assert left.exists()
    assert not hand_over(tmp_path, Wishes("hello"))
    server = InstanceServer()
    asked: list[object] = []
    server.asked.connect(asked.append)
    server.serve(tmp_path)
    assert Path(server._server.fullServerName()) == left
    assert hand_over_beside(qtbot, tmp_path, asked)
    server.shutdown()
    assert not left.exists()


def test_another_library_is_another_window(qtbot: QtBot, tmp_path: Path) -> None:
    del qtbot
    server = InstanceServer()
    server.serve(tmp_path / "one")
    assert not hand_over(tmp_path / "two", Wishes("hello"))
    server.shutdown()


@pytest.mark.parametrize("junk", [b"no json\n", b"[1, 2]\n", b'{"prompt": 5}\n', b"x" * 300_000])
def test_junk_at_the_door_is_thrown_away(qtbot: QtBot, tmp_path: Path, junk: bytes) -> None:
    from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415 (for this test alone)

    server = InstanceServer()
    asked: list[object] = []
    server.asked.connect(asked.append)
    server.serve(tmp_path)
    socket = QLocalSocket()
    socket.connectToServer(socket_name(tmp_path))
    assert socket.waitForConnected(1000)
    socket.write(junk)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=10_000)
    assert asked == []
    assert hand_over_beside(qtbot, tmp_path, asked)
    server.shutdown()


def hand_over_beside(qtbot: QtBot, library: Path, asked: list[object]) -> bool:
    """An honest visitor afterwards is still heard."""
    told = hand_over(library, Wishes("hello"))
    qtbot.waitUntil(lambda: bool(asked))
    return told and asked == [Wishes("hello")]


# ---- without a display ----


def wait_for(look: Callable[[], object], seconds: float = 60.0) -> object:
    """What `look` finds, or what it found last when the time is up."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not (found := look()) and time.monotonic() < deadline:
        pause.wait(0.05)
    return found


def run_offscreen(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    absent = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in absent} | variables
    command = [sys.executable, "-m", "imagegen_desktop", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_without_a_display_the_same_job_is_done_and_told(tmp_path: Path) -> None:
    done = run_offscreen("--prompt", "A red kite", "--library", str(tmp_path / "library"))
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "library").glob("[0-9]*/*/*.png")
    assert f"Saved:    {file}" in done.stdout
    assert "Prompt:   A red kite" in done.stdout
    assert "sample engine" in done.stdout
    assert "no display" in done.stderr


def test_without_a_display_a_failure_is_a_sentence_and_not_zero(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run_offscreen("--prompt", "A red kite", "--library", str(tmp_path / "file" / "library"))
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_self_test_sees_everything(tmp_path: Path) -> None:
    done = run_offscreen("--self-test", "--library", str(tmp_path / "library"))
    assert done.returncode == 0, done.stdout + done.stderr
    for fact in ('"saved": true', '"found_again": true', '"window_shown": true', '"error": null', '"png"'):
        assert fact in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_closes_the_window_in_order(tmp_path: Path) -> None:
    environment = os.environ | {"DISPLAY": ":nobody-looks", "QT_QPA_PLATFORM": "offscreen"}
    library = tmp_path / "library"
    command = [sys.executable, "-m", "imagegen_desktop", "--library", str(library), "--prompt", "A red kite"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        found = wait_for(lambda: list(library.glob("[0-9]*/*/*.png")))
        running.send_signal(signal.SIGINT)
        if not wait_for(lambda: running.poll() is not None, seconds=3):
            # The job was not quite done: the first one asked, the second one goes.
            running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert found
    assert running.returncode == 0
    assert "Traceback" not in said


# ---- settings ----


def test_what_is_chosen_in_the_settings_is_in_the_file_and_holds_after_a_restart(
    start: Callable[..., House], standin: StandIn
) -> None:
    house = start()
    house.stand()
    page = house.panels.settings_page
    page.endpoint.address.setText(standin.base_url)
    page.endpoint.address.editingFinished.emit()
    page.changed.emit(settings_at(standin.base_url, maker=Maker.OPENAI, theme=Theme.DARK, image_model="gpt-image-2"))
    house.until(lambda: Folders.of_this_user().config.joinpath("settings.json").exists())
    house.close()
    saved = saved_settings()
    assert (saved["profiles"][0]["base_url"], saved["theme"], saved["profiles"][0]["image_model"]) == (
        standin.base_url,
        "dark",
        "gpt-image-2",
    )
    again = start()
    again.stand()
    assert again.composition.settings.settings.theme is Theme.DARK
    assert again.panels.dock.draft().model == "gpt-image-2"
    assert again.panels.settings_page.endpoint.address.text() == standin.base_url


def test_broken_settings_are_put_aside_and_the_defaults_hold(
    start: Callable[..., House], announced_warnings: list[str]
) -> None:
    announced_warnings.append("settings.json is broken")
    path = SettingsFile(Folders.of_this_user()).settings_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"theme": 5', encoding="utf-8")
    house = start()
    house.stand()
    assert house.composition.settings.settings.current.base_url == OPENAI_URL
    assert path.with_suffix(".broken.json").exists()


def test_a_refused_key_is_told_in_the_settings(start: Callable[..., House], standin: StandIn) -> None:
    write_settings(standin)
    house = start()
    house.stand()
    house.enter_key("sk-wrong")
    assert "The service refused the API key" in house.panels.settings_page.key.test.text()
    assert house.panels.settings_page.key.field.text() == ""


def test_a_key_goes_to_the_address_that_is_shown(start: Callable[..., House], standin: StandIn) -> None:
    """An address that a screen reader filled in was never typed, and nobody left its field."""
    house = start()
    house.stand()
    page = house.panels.settings_page
    page.endpoint.address.setText(standin.base_url)
    house.enter_key(standin.key)
    assert "Key accepted" in page.key.test.text()
    assert house.composition.settings.settings.current.base_url == standin.base_url


def test_a_key_is_sent_nowhere_while_the_address_cannot_be_used(start: Callable[..., House], standin: StandIn) -> None:
    write_settings(standin)
    house = start()
    house.stand()
    page = house.panels.settings_page
    house.composition.work.settings_flow._add_key()
    page.endpoint.address.setText("api.example.org/v1")
    page.key.field.setText(standin.key)
    page.key.save.click()
    assert "Nothing was sent" in page.key.test.text()
    assert page.key.field.text() == standin.key
    assert standin.requests == []
