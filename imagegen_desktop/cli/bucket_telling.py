"""What the commands of `bucket` say of each step, in lines and in JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, assert_never

from imagegen_desktop.studio.syncing.steps import (
    Compared,
    Damaged,
    DeletesHeldBack,
    Fetched,
    Finding,
    Found,
    NotFetched,
    NotSent,
    Phase,
    Received,
    Sent,
    Synced,
    SyncProgress,
    ThumbnailsReceived,
)

if TYPE_CHECKING:
    from imagegen_desktop.cli.bucket_desk import BucketDesk
    from imagegen_desktop.studio.syncing.fetching import FetchStep
    from imagegen_desktop.studio.syncing.steps import SyncStep
    from imagegen_desktop.studio.syncing.verifying import VerifyStep

_PHASES = {
    Phase.ASKING: "Asking",
    Phase.RECEIVING: "Received",
    Phase.SENDING: "Sent",
    Phase.FETCHING: "Fetched",
    Phase.VERIFYING: "Compared",
    Phase.FREEING: "Removed here",
}
_FINDINGS = {
    Finding.NOT_THERE: "not in the bucket",
    Finding.NOT_HERE: "in the bucket alone",
    Finding.LOST: "in neither place",
    Finding.DIFFERS: "differs in the bucket",
    Finding.FOREIGN: "not of this library",
    Finding.DAMAGED: "missing or damaged in the bucket",
}
# Originals may lie there alone, and other things may lie beside.
_FINE = {Finding.NOT_HERE, Finding.FOREIGN}


def _progress(desk: BucketDesk, step: SyncProgress) -> None:
    desk.tell_progress(_PHASES[step.phase], step.done, step.of)


class TellRound:
    """What one round told."""

    def __init__(self, desk: BucketDesk) -> None:
        self._desk = desk
        self.sent: list[str] = []
        self.not_sent: list[NotSent] = []
        self.damaged: list[str] = []
        self.held_back: DeletesHeldBack | None = None
        self._received: Counter[str] = Counter()
        self._pending: int | None = None

    def note(self, step: SyncStep) -> None:
        match step:
            case SyncProgress():
                _progress(self._desk, step)
            case Sent(images):
                self.sent += images
            case NotSent(image, reason):
                self.not_sent.append(step)
                self._desk.tell(f"Not sent: {image}: {reason}")
            case Received(records, changes, _, refused):
                self._received.update(images=records, changes=changes, refused=refused)
                if refused:
                    self._desk.tell(f"{refused} odd lines were left out.")
            case ThumbnailsReceived(images):
                self._received.update(thumbnails=len(images))
            case Damaged(key, reason):
                self.damaged.append(key)
                self._desk.tell(f"Damaged there, and passed over: {key}: {reason}")
            case DeletesHeldBack():
                self.held_back = step
                self._desk.tell(
                    f"{', '.join(step.devices)} would delete {step.count} of {step.of} images. Nothing was deleted or "
                    "sent: run it again with --accept-deletes, or with --keep-deleted, which takes it back everywhere."
                )
            case Synced(pending):
                self._pending = pending
            case _:
                assert_never(step)

    def facts(self) -> dict[str, Any]:
        held_back = self.held_back
        return {
            "sent": self.sent,
            "not_sent": [{"id": one.image, "reason": one.reason} for one in self.not_sent],
            "received": {name: self._received[name] for name in ("images", "changes", "thumbnails", "refused")},
            "damaged": self.damaged,
            "pending": self._pending,
            "deletes_held_back": held_back
            and {"count": held_back.count, "of": held_back.of, "devices": list(held_back.devices)},
        }

    def print_end(self) -> None:
        if self._pending is None:
            return
        received = self._received
        words = f"{len(self.sent)} sent, {received['images']} images and {received['changes']} changes received"
        print(f"{words}, {self._pending} to be sent", file=self._desk.out)


class TellFetching:
    """What fetching originals told."""

    def __init__(self, desk: BucketDesk) -> None:
        self._desk = desk
        self.paths: list[str] = []
        self.failed: list[NotFetched] = []

    def note(self, step: FetchStep) -> None:
        match step:
            case SyncProgress():
                _progress(self._desk, step)
            case Fetched(_, path):
                self.paths.append(str(path))
            case NotFetched(state, reason):
                self.failed.append(step)
                self._desk.tell(f"Not fetched: {state.id}: {reason}")
            case _:
                assert_never(step)

    def facts(self) -> dict[str, Any]:
        failed = [{"id": one.state.id, "reason": one.reason} for one in self.failed]
        return {"fetched": self.paths, "not_fetched": failed}


class TellComparison:
    """What a comparison told."""

    def __init__(self, desk: BucketDesk) -> None:
        self._desk = desk
        self._found: list[Found] = []
        self._end: Compared | None = None

    def note(self, step: VerifyStep) -> None:
        match step:
            case SyncProgress():
                _progress(self._desk, step)
            case Found(finding, what, _, mended):
                self._found.append(step)
                self._desk.tell(f"{what}: {_FINDINGS[finding]}{', mended' if mended else ''}")
            case Compared():
                self._end = step
            case _:
                assert_never(step)

    @property
    def is_well(self) -> bool:
        """Whether all that should be in the bucket is there and right."""
        return self._end is not None and all(one.mended or one.finding in _FINE for one in self._found)

    def facts(self) -> dict[str, Any]:
        return {
            "sound": None if self._end is None else self._end.sound,
            "read_back": self._end is not None and self._end.read_back,
            "found": [
                {"what": one.what, "id": one.image or None, "finding": one.finding, "mended": one.mended}
                for one in self._found
            ],
        }

    def print_end(self) -> None:
        if self._end is None:
            return
        counts = [f"{self._end.found.get(kind, 0)} {words}" for kind, words in _FINDINGS.items()]
        print(
            f"{self._end.sound} as they should be, {', '.join(counts)}; {self._end.mended} mended", file=self._desk.out
        )
