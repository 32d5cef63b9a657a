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
# What Qt says of a strange drawing, once for each of its thousands of parts: the drawing's fault, and nobody's warning.
OF_DRAWINGS: Final = ("qt.svg", "qt.gui.imageio")


def take_qt_messages() -> None:
    qInstallMessageHandler(_take)


def _take(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    # Its type says str; Qt gives None for a message without a category.
    category = str(context.category)
    harmless = message.startswith(HARMLESS) or category.startswith(OF_DRAWINGS)
    level = logging.DEBUG if harmless else LEVELS.get(kind, logging.WARNING)
    log.log(level, "%s", message)
