"""Looks whether there is a newer version: it compares, and never fetches or installs one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from imagegen_desktop import __version__
from imagegen_desktop.core.updates import UpdateNews, UpdateRefusedError, is_newer
from imagegen_desktop.storage.update_memory import Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.update_memory import UpdateMemory

    Fetch = Callable[[CancelToken], UpdateNews]

BETWEEN = timedelta(days=1)
# A signing computer's clock may be ahead of this one by as much.
AHEAD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was known at this start. `due`: it is a day or longer since news were asked for."""

    heard: Heard
    due: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """News came and were believed. `newer` than this program or not."""

    heard: Heard
    newer: bool


class Updates:
    """`fetch` brings the news or raises UpdateError; `now` gives an aware time; `own` is this program's version."""

    def __init__(self, memory: UpdateMemory, fetch: Fetch, now: Callable[[], datetime], own: str = __version__) -> None:
        self._memory = memory
        self._fetch = fetch
        self._now = now
        self._own = own

    def begin(self, _cancel: CancelToken) -> Iterator[Remembered]:
        """Once at each start. Raises StorageError."""
        heard = self._memory.load()
        heard = replace(heard, starts=heard.starts + 1)
        self._memory.save(heard)
        yield Remembered(heard, due=not timedelta() <= self._now() - heard.looked < BETWEEN)

    def look(self, cancel: CancelToken) -> Iterator[Looked]:
        """Ask for news. Raises UpdateError, UpdateRefusedError and StorageError."""
        news = self._fetch(cancel)
        heard = self._memory.load()
        self._believe(news, heard)
        heard = replace(heard, looked=self._now(), issued=news.issued, version=news.version, page=news.page)
        self._memory.save(heard)
        yield Looked(heard, newer=self.is_news(heard))

    def put_off(self, version: str) -> Iterator[object]:
        """The person does not want to hear of this version again. Raises StorageError."""
        self._memory.save(replace(self._memory.load(), put_off=version))
        return
        yield

    def is_news(self, heard: Heard) -> bool:
        """Whether what was heard is of a version that is newer than this program."""
        return bool(heard.version) and is_newer(heard.version, self._own)

    def _believe(self, news: UpdateNews, heard: Heard) -> None:
        """Raises UpdateRefusedError for news that were true once: somebody plays them to hide what came after."""
        if news.issued < heard.issued or (heard.version and is_newer(heard.version, news.version)):
            raise UpdateRefusedError(f"{news.version} of {news.issued:%Y-%m-%d} came after {heard.version}")
        if news.issued > self._now() + AHEAD:
            raise UpdateRefusedError(f"it is dated {news.issued:%Y-%m-%d}, which is to come")
