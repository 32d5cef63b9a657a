"""Takes Qt's own messages into the program's log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext

log = logging.getLogger("qt")

LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
# The beginnings of what Qt says at each start for no fault of ours: the offscreen platform has no window manager to tell
# a size to, and its bridge to screen readers has no private bus.
HARMLESS: Final = (
    "This plugin does not support propagateSizeHints()",
    'AtSpiAdaptor::applicationInterface does not implement "GetApplicationBusAddress"',
)


def take_qt_messages() -> None:
    qInstallMessageHandler(_take)


def _take(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    level = logging.DEBUG if message.startswith(HARMLESS) else LEVELS.get(kind, logging.WARNING)
    log.log(level, "%s", message)
