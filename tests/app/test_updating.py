"""A newer version is asked about once, looked for when that was allowed, and told of in one notice that can be put off."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from house import saved_settings

from imagegen_desktop.core.updates import UpdateError, UpdateNews
from imagegen_desktop.storage.update_memory import UpdateMemory
from imagegen_desktop.studio.updates import Updates
from imagegen_desktop.ui.update_flow import NEWS, QUESTION, UpdateFlow
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from house import House

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PAGE = "https://example.org/releases/2.0.0"


class Visit:
    """One start of the program, with news that the test gives."""

    def __init__(self, house: House, memory: Path, news: UpdateNews | None) -> None:
        self.house = house
        self.asked = 0
        self.shown: list[str] = []
        self._news = news
        self._runner = Runner("updates")
        self.updates = Updates(UpdateMemory(memory), self._fetch, lambda: NOW, own="1.0.0")
        self.flow = UpdateFlow(
            house.panels,
            self.updates,
            self._runner,
            settings=house.composition.settings,
            show_page=self.shown.append,
        )
        house.stand()
        self.flow.begin()
        self.settle()

    def _fetch(self, _cancel: object) -> UpdateNews:
        self.asked += 1
        if self._news is None:
            raise UpdateError("nobody answers")
        return self._news

    def settle(self) -> None:
        self.house.until(lambda: not self._runner.busy)

    def end(self) -> None:
        self._runner.shutdown()

    @property
    def topics(self) -> tuple[str, ...]:
        return self.house.panels.notices.topics

    def press(self, words: str) -> None:
        self.house.press(words, self.house.panels.notices)
        self.settle()


@pytest.fixture
def visit(start: Callable[..., House], tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    visits: list[Visit] = []

    def make(version: str = "") -> Visit:
        news = UpdateNews(version=version, issued=NOW, page=PAGE) if version else None
        for earlier in visits:
            earlier.end()
            earlier.house.close()
        visits.append(Visit(start(library=tmp_path / "library"), tmp_path / "updates.json", news))
        return visits[-1]

    yield make
    visits[-1].end()


def test_a_first_start_asks_nothing_and_the_second_one_asks_before_anything_is_sent(
    visit: Callable[..., Visit],
) -> None:
    assert visit("2.0.0").topics == ()
    second = visit("2.0.0")
    assert second.topics == (QUESTION,)
    assert second.asked == 0
    second.press("No")
    assert second.topics == ()
    third = visit("2.0.0")
    assert saved_settings()["look_for_updates"] is False
    assert (third.topics, third.asked) == ((), 0)


def test_whoever_says_yes_is_told_and_may_put_that_version_off(visit: Callable[..., Visit]) -> None:
    visit("2.0.0")
    second = visit("2.0.0")
    second.press("Yes, look")
    second.house.until(lambda: second.topics == (NEWS,))
    assert second.asked == 1
    second.press("See what is new")
    assert second.shown == [PAGE]
    third = visit("2.0.0")
    assert third.topics == (NEWS,)
    assert third.asked == 0, "it is not yet a day"
    third.press("Not this one")
    assert visit("2.0.0").topics == ()


def test_looking_by_hand_says_how_it_ended(visit: Callable[..., Visit]) -> None:
    first = visit("1.0.0")
    about = first.house.panels.settings_page.about
    about.look.click()
    first.house.until(lambda: about.status.text() == "This is the newest version.")
    offline = visit()
    about = offline.house.panels.settings_page.about
    about.look.click()
    offline.house.until(lambda: about.status.text().startswith("Whether there is a newer version could not be learnt"))
    assert about.look.isEnabled()


def test_a_look_that_nobody_asked_for_fails_in_silence(visit: Callable[..., Visit]) -> None:
    first = visit()
    first.house.panels.settings_page.about.updates.click()
    first.settle()
    first.house.until(lambda: first.asked == 1)
    first.settle()
    assert first.house.panels.settings_page.about.status.text() == ""
    assert first.topics == ()


def test_the_licences_of_others_can_be_read_in_the_window(visit: Callable[..., Visit]) -> None:
    about = visit().house.panels.settings_page.about
    about.licences.click()
    text = about.text.toPlainText()
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "openai" in text
    assert not about.text.isHidden()
