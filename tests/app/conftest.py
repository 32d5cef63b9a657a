"""A house for each test: composed, before a stand-in server, and ended in order."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from house import House, write_settings

from standin import Family, StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


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
    for house in houses:
        house.close()
    houses.clear()
    gc.collect()


@pytest.fixture
def house(start: Callable[..., House], standin: StandIn) -> House:
    """A program whose settings name the stand-in, with the right key."""
    write_settings(standin)
    made = start()
    made.stand()
    made.enter_key(standin.key)
    return made
