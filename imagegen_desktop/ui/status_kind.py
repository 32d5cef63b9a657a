"""How a line of status is meant: its sign and its colour."""

from __future__ import annotations

from typing import Literal

StatusKind = Literal["ok", "warn", "error", "busy", "none"]
