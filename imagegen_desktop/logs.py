"""Where the program writes what it does, and what never stands there: keys."""

from __future__ import annotations

import logging
import re
import sys
import threading
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LARGEST_BYTES: Final = 1_000_000
KEPT_FILES: Final = 3
# They write request addresses, signed links among them.
TALKATIVE: Final = ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "botocore", "urllib3", "PIL")
_SECRETS: Final = re.compile(
    r"(sk-|xai-|key-)[A-Za-z0-9_\-]{6,}|((?:Bearer|api-key|Authorization)\W{1,4})\S+|(X-Amz-Signature=)\w+",
    re.IGNORECASE,
)

log = logging.getLogger(__name__)


def without_secrets(text: str) -> str:
    """`text` with everything that looks like a key, a signature or an Authorization header blotted out."""
    return _SECRETS.sub(lambda match: f"{match[1] or match[2] or match[3] or ''}***", text)


class SecretFreeFormatter(logging.Formatter):
    """Blots out secrets in the finished line, the traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def set_up(folder: Path) -> None:
    """Log to `folder`/app.log, and warnings to stderr; errors that nobody caught are written there as well."""
    form = SecretFreeFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [terminal]
    refused = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = folder / "app.log"
        handlers.append(
            RotatingFileHandler(name, maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
        )
    except OSError as error:
        refused = str(error)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(form)
        root.addHandler(handler)
    if refused:
        log.warning("there is no log file: %s", refused)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("a bug ended the program", exc_info=(kind, error, trace))


def _uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        log.critical("a bug ended a thread", exc_info=(told.exc_type, told.exc_value, told.exc_traceback))
