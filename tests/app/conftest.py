"""A house for each test: composed, before a stand-in server, and ended in order."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from bucket_hands import PLACES, computer
from house import House, write_settings

from standin import Family, StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture(autouse=True, scope="module")
def what_was_imported_is_not_walked() -> Iterator[None]:
    """Each house ends with a collection of all of Python's garbage: in this large process that was a third of the time.

    What a house freezes here would not be thawed before the next one; tests/workers/test_collector.py sees it freeze and thaw.
    """
    gc.collect()
    gc.freeze()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "freeze", lambda: None)
        patch.setattr(gc, "unfreeze", lambda: None)
        yield
    gc.unfreeze()


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def classic() -> Iterator[StandIn]:
    """A server that still speaks the contract of 2023: DALL-E, one picture, by a URL."""
    with StandIn(family=Family.CLASSIC) as running:
        yield running


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., House]]:
    """Starts the program, as often as wanted; those not closed by the test are closed at its end."""
    houses: list[House] = []

    def make(**arguments: object) -> House:
        houses.append(House(qtbot, qapp, **arguments))
        return houses[-1]

    yield make
    while houses:
        # No name may keep the last one: a house that is not collected now hears of what the next test does.
        houses.pop(0).close()
    gc.collect()


@pytest.fixture
def house(start: Callable[..., House], standin: StandIn) -> House:
    """A program whose settings name the stand-in, with the right key."""
    write_settings(standin)
    made = start()
    made.stand()
    made.enter_key(standin.key)
    return made


@pytest.fixture
def nas(tmp_path: Path) -> Path:
    """A folder as the place elsewhere."""
    (tmp_path / "nas").mkdir()
    return tmp_path / "nas"


@pytest.fixture
def sampling(start: Callable[..., House]) -> House:
    """A program that draws samples, and needs no key."""
    return computer(start)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on, what is started is another computer."""

    def move() -> None:
        for name in PLACES:
            folder = tmp_path / "another" / name
            folder.mkdir(parents=True)
            monkeypatch.setenv(name, str(folder))

    return move
