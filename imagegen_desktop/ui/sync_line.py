"""One line of how a library's sync stands."""

from __future__ import annotations

from dataclasses import dataclass

from imagegen_desktop.ui.status_kind import StatusKind
from imagegen_desktop.ui.theme.icons import Role


@dataclass(frozen=True, slots=True)
class SyncLine:
    """`short` stands in the top bar, `full` wherever there is room, and is what a screen reader hears."""

    short: str
    full: str
    icon: str
    role: Role
    kind: StatusKind
