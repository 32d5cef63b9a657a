"""Has the SDK imported on a thread before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.studio.makers import warm_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.collector import MainThreadCollector
    from imagegen_desktop.workers.runner import Runner


class Warming(QObject):
    """Imports the SDK on a thread before it is needed: not while somebody only looks at pictures.

    It takes 60 MB and half a second. Once it is `allowed`, it begins where pictures are made, or when the prompt has the keys.
    """

    def __init__(self, window: MainWindow, runner: Runner, collector: MainThreadCollector) -> None:
        super().__init__(window)
        self._window = window
        self._runner = runner
        self._collector = collector
        self._allowed = self._wanted = False
        self.begun = self.is_done = False
        window.turned.connect(self._look)
        window.panels.dock.field.focused.connect(self._want)

    @Slot(object)
    def allow(self, _swept: object) -> None:
        """The start is over: what is imported for good now does not lie between what is about to go."""
        self._allowed = True
        self._look()

    @Slot(object)
    def _want(self, focused: object) -> None:
        if focused:
            self._wanted = True
            self._look()

    @Slot()
    def _look(self) -> None:
        if self._allowed and not self.begun and (self._wanted or not self._window.in_library):
            self.begun = True
            self._runner.start(_warming).ended.connect(self._warm)

    @Slot(object)
    def _warm(self, _error: object) -> None:
        """The SDK's thousands of classes stay: no later collection needs to walk through them."""
        self._collector.settle()
        self.is_done = True


def _warming(_cancel: CancelToken) -> Iterator[object]:
    warm_up()
    return
    yield
