"""Tries a folder elsewhere for real: a disk of a network, a USB stick."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.bucket_probe import Probed, ProbeEnded, ProbeStep
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.remote import RemoteError
from imagegen_desktop.sync.folder_store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.remote import RemoteSettings

PROBE_BYTES: Final = 1024
# Less than that is full after a few hundred images.
LITTLE_ROOM: Final = 1 << 30


def probe_folder(settings: RemoteSettings) -> Iterator[Probed | ProbeEnded]:
    good = True
    for step in _steps(Path(settings.folder)):
        good = good and step.ok
        yield step
    yield ProbeEnded(ok=good, settings=settings)


def _steps(folder: Path) -> Iterator[Probed]:
    store, key, data = FolderStore(folder), f"probe/{new_id()}", secrets.token_bytes(PROBE_BYTES)
    step, sentence = ProbeStep.REACH, "The folder is there."
    try:
        _ = next(store.list("probe/"), None)
        yield Probed(step=step, ok=True, sentence=sentence)
        step, sentence = ProbeStep.WRITE, "It can be written to."
        store.put(key, data, absent=True)
        yield Probed(step=step, ok=True, sentence=sentence)
        step, sentence = ProbeStep.READ, "A file comes back as it was written."
        good = store.get(key, limit=PROBE_BYTES) == data
        yield Probed(step=step, ok=good, sentence=sentence if good else "A file does not come back as it was written.")
        step, sentence = ProbeStep.DELETE, "A file can be deleted."
        store.delete(key)
        (folder / "probe").rmdir()
        yield Probed(step=step, ok=True, sentence=sentence)
    except RemoteError as error:
        yield Probed(step=step, ok=False, sentence=f"{error.title}.", advice=error.advice, details=error.details)
        return
    yield _room(folder)


def _room(folder: Path) -> Probed:
    free = shutil.disk_usage(folder).free
    little = free < LITTLE_ROOM
    return Probed(
        step=ProbeStep.ROOM,
        ok=True,
        sentence=f"{free / 1e9:.1f} GB are free on its disk.",
        advice="That is little for a library: make room, or choose another disk." if little else "",
    )
