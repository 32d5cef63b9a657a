"""Finds, stores, tests and removes an endpoint's key, away from the window's thread."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.studio.makers import EndpointAnswered, KeyFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.studio.makers import Makers
    from imagegen_desktop.workers.runner import Run, Runner

log = logging.getLogger(__name__)


class KeyDesk(QObject):
    """Signals carry KeyFound, EndpointAnswered, ImagegenError; `test_cancelled` carries nothing.

    `listed_again` comes of what nobody waits for; that it failed is told to nobody.
    """

    found = Signal(object)
    testing = Signal()
    answered = Signal(object)
    refused = Signal(object)
    test_cancelled = Signal()
    listed_again = Signal(object)

    def __init__(self, makers: Makers, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._makers = makers
        self._runner = runner
        self._test: Run | None = None

    def look(self, endpoint: Endpoint) -> None:
        self._listen(self._runner.start_latest("key", lambda cancel: self._makers.find_key(endpoint, cancel)))

    def store(self, endpoint: Endpoint, secret: Secret) -> None:
        """Store the key and test it."""
        self._begin_test(self._runner.start(lambda cancel: self._makers.store_key(endpoint, secret, cancel)))

    def test(self, endpoint: Endpoint) -> None:
        self._begin_test(self._runner.start(lambda cancel: self._makers.test(endpoint, cancel)))

    def list_again(self, endpoint: Endpoint) -> None:
        """Ask quietly for the endpoint's models, which is free."""
        run = self._runner.start(partial(self._makers.list_again, endpoint))
        run.stepped.connect(self.listed_again)
        run.ended.connect(self._listing_ended)

    def remove(self, endpoint: Endpoint) -> None:
        self._listen(self._runner.start(lambda cancel: self._makers.remove_key(endpoint, cancel)))

    @Slot(object, object)
    def store_headers(self, endpoint: Endpoint, values: Mapping[str, Secret]) -> None:
        self._listen(self._runner.start(partial(self._makers.store_headers, endpoint, values)))

    @Slot(object)
    def forget(self, endpoint: Endpoint) -> None:
        """Remove the key and the headers of an endpoint that is no more."""
        self._listen(self._runner.start(partial(self._makers.forget, endpoint)))

    @Slot()
    def cancel_test(self) -> None:
        if self._test is not None:
            self._test.cancel()

    @Slot(object)
    def _listing_ended(self, error: object) -> None:
        if error is not None:
            log.info("the models were not listed again: %s", error)

    def _begin_test(self, run: Run) -> None:
        self._test = run
        self._listen(run)
        self.testing.emit()

    def _listen(self, run: Run) -> None:
        run.stepped.connect(self._stepped)
        run.ended.connect(self._ended)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case KeyFound():
                self.found.emit(step)
            case EndpointAnswered():
                self.answered.emit(step)
            case _:
                raise TypeError(f"not a step about keys: {step!r}")

    @Slot(object)
    def _ended(self, error: object) -> None:
        if self.sender() is self._test:
            self._test = None
        if isinstance(error, CancelledError):
            self.test_cancelled.emit()
        elif error is not None:
            self.refused.emit(error)
