"""The Qt binding that is installed survives many calls that return nothing."""

from __future__ import annotations

import os
import subprocess
import sys

CALLS = 20_000
# PySide6 6.12.0 drops a reference to None at each such call and aborts Python 3.10 and 3.11 after a few thousand.
SCRIPT = f"""
from PySide6.QtCore import QCoreApplication, QObject, QTimer
application = QCoreApplication([])
thing, timer = QObject(), QTimer()
for number in range({CALLS}):
    thing.setObjectName("x")
    timer.setInterval(number)
print("alive", thing.objectName(), timer.interval())
"""


def test_twenty_thousand_calls_that_return_nothing_do_not_abort() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["alive", "x", str(CALLS - 1)]), done.stderr
