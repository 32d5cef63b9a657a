"""Every test runs with a home of its own, leaves no thread behind, and announces the warnings that it causes."""

from __future__ import annotations

import gc
import logging
import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

# No test is timed: how long an example takes says what else the machine does.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

# Qt reads it once, when the application object is made.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

HOME_VARIABLES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "appdata",
    "LOCALAPPDATA": "localappdata",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": "run",
    "XDG_PICTURES_DIR": "Pictures",
}
AMBIENT = ("OPENAI_", "AWS_", "PYTHON_KEYRING_", "IMAGEGEN_")
# No test speaks to the session's own bus: it carries the person's keychain.
NO_BUS = "unix:path=/nonexistent/bus"
PATIENCE = 5.0
# Objects made since the last collection: enough that collecting does not slow the tests down.
LITTER = 100_000


@pytest.fixture(autouse=True)
def garbage_dies_on_the_main_thread() -> Iterator[None]:
    """Python would collect on any thread, and a QObject that dies on a worker's corrupts memory (workers/collector.py)."""
    gc.disable()
    yield
    if gc.get_count()[0] > LITTER:
        gc.collect()


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The program's own."""
    from imagegen_desktop.app.opened_files import Application  # noqa: PLC0415 (most tests need no Qt)

    return Application


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real home, its keys and its proxies are out of reach."""
    home = tmp_path_factory.mktemp("home")
    for variable, folder in HOME_VARIABLES.items():
        place = home / folder
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        monkeypatch.setenv(variable, str(place))
    for variable in list(os.environ):
        if variable.startswith(AMBIENT) or variable.lower().endswith("_proxy"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", NO_BUS)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """A thread that is on its way out is waited for; one that stays fails the test. Qt's own threads are dummies here."""
    before = set(threading.enumerate())
    yield
    left: list[str] = []
    for thread in set(threading.enumerate()) - before:
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(PATIENCE)
        if thread.is_alive():
            left.append(thread.name)
    assert not left, f"the test left threads alive: {', '.join(left)}"


class Warnings(logging.Handler):
    """Collects what the program logs at WARNING or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture
def announced_warnings() -> list[str]:
    """Append a part of each warning that the test causes on purpose; one that then does not come fails it as well."""
    return []


@pytest.fixture(autouse=True)
def no_warning_is_unannounced(announced_warnings: list[str]) -> Iterator[None]:
    logger = logging.getLogger("imagegen_desktop")
    warnings = Warnings()
    logger.addHandler(warnings)
    yield
    logger.removeHandler(warnings)
    surprises = [text for text in warnings.texts if not any(part in text for part in announced_warnings)]
    assert not surprises, f"logged without being announced: {surprises}"
    missing = [part for part in announced_warnings if not any(part in text for text in warnings.texts)]
    assert not missing, f"announced but never logged: {missing}"
