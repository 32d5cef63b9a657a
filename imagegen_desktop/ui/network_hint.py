"""Hears from the system that there is a network again: a hint to try, never a reason not to."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QNetworkInformation


class NetworkHint(QObject):
    """`came` comes when the system says that the computer is online, after it had said otherwise."""

    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_online = True
        self._listens = False

    def listen(self) -> None:
        """Where the system tells nothing, nothing is heard."""
        if self._listens:
            return
        self._listens = True
        if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            return
        known = QNetworkInformation.instance()
        self._was_online = known.reachability() is QNetworkInformation.Reachability.Online
        known.reachabilityChanged.connect(self._changed)

    @Slot(QNetworkInformation.Reachability)
    def _changed(self, reachability: QNetworkInformation.Reachability) -> None:
        online = reachability is QNetworkInformation.Reachability.Online
        if online and not self._was_online:
            self.came.emit()
        self._was_online = online
