"""Keeps what an endpoint lists up to date: asked again after a picture came from it, at most once a day."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.studio.makers import EndpointAnswered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.storage.listed_models import ListedModels
    from imagegen_desktop.ui.key_desk import KeyDesk
    from imagegen_desktop.workers.runner import Runner

log = logging.getLogger(__name__)


class ModelWatch(QObject):
    """Emits `noted` when new lists are on disk. So a shutdown that is announced later is known without anybody's test.

    Nothing is asked before the person asked that endpoint for something, and never twice before the next start.
    """

    noted = Signal()

    def __init__(
        self,
        keys: KeyDesk,
        listed: ListedModels,
        saving: Runner,
        parent: QObject,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._listed = listed
        self._saving = saving
        self._now = now
        self._asked: set[str] = set()
        keys.listed_again.connect(self._note)

    def look(self, endpoint: Endpoint) -> None:
        """A picture came from `endpoint`: ask for its list if the last one is older than a day."""
        name = endpoint.secret_name
        if endpoint.is_sample or name in self._asked or not self._listed.is_old(endpoint, self._now()):
            return
        self._asked.add(name)
        self._keys.list_again(endpoint)

    def note(self, told: EndpointAnswered) -> None:
        """Keep what an endpoint listed."""
        work = partial(self._listed.note, told.endpoint, told.models, self._now())

        def write(_cancel: object) -> Iterator[object]:
            work()
            return
            yield

        run = self._saving.start(write)
        run.ended.connect(self._written)

    @Slot(object)
    def _note(self, told: object) -> None:
        if isinstance(told, EndpointAnswered):
            self.note(told)

    @Slot(object)
    def _written(self, error: object) -> None:
        if error is not None:
            # Only a cache: what is offered was not changed.
            log.info("the list of models was not kept: %s", error)
        self.noted.emit()
