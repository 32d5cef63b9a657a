"""What was paid for is kept and counted once, whatever breaks while it is saved."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from test_generation import PRICED, Room, Script, left_behind, made, no_room

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import (
    BadImageError,
    CancelledError,
    ChargeState,
    DiskFullError,
    ImagegenError,
    NotSavedYetError,
    OutcomeUnknownError,
    ResultUrlError,
)
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.places import View
from imagegen_desktop.core.records import Origin, Usage
from imagegen_desktop.core.steps import Finished, Lost, Preview, Recovered, Saved, Sent
from pictures import picture, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.core.steps import ProviderStep

CUT = OutcomeUnknownError("cut", charge=ChargeState.UNKNOWN)


class SpoolingScript(Script):
    """A script whose answer goes to the spool as well, as a real provider's does."""

    room: Room

    def generate(self, asked: GenerationRequest, cancel: CancelToken) -> Iterator[ProviderStep]:
        spool = self.room.spools.sink(asked)
        spool.answered(200, "application/json")
        spool.arrived(b"an answer")
        try:
            yield from super().generate(asked, cancel)
        finally:
            spool.close()


def spooling(folder: Path, script: SpoolingScript) -> Room:
    script.room = Room(folder, script)
    return script.room


@pytest.mark.parametrize("end", [CUT, CancelledError(charge=ChargeState.UNKNOWN)])
def test_a_picture_that_only_the_spool_has_is_not_dropped_when_the_answer_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: ImagegenError
) -> None:
    room = Room(tmp_path, Script(Sent(), made(0), end))
    with monkeypatch.context() as patch:
        no_room(patch, room.library.folder.path)
        with pytest.raises(NotSavedYetError):
            list(room.studio.generate(request(count=2), CancelToken()))
    (job,) = room.ledger.on_the_way(room.library.id)
    assert room.spools.pictures(job.id) == {0: picture((0, 9, 9))}
    assert [type(step) for step in room.studio.recover(job, CancelToken())] == [Saved, Recovered]
    assert room.end() == (JobState.SAVED, ChargeState.PAID)


def test_a_picture_that_fits_the_second_time_is_saved_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class RoomIsMade(Script):
        def generate(self, asked: GenerationRequest, cancel: CancelToken) -> Iterator[ProviderStep]:
            with monkeypatch.context() as patch:
                no_room(patch, room.library.folder.path)
                yield from super().generate(asked, cancel)

    room = Room(tmp_path, RoomIsMade(Sent(), made(0), CUT))
    steps = list(room.studio.generate(request(count=2), CancelToken()))
    assert [type(step) for step in steps] == [Sent, Lost, Saved, Finished]
    finished = steps[-1]
    assert isinstance(finished, Finished)
    assert [type(error) for error in finished.lost] == [OutcomeUnknownError]
    assert room.end() == (JobState.SAVED, ChargeState.PAID)


def test_tokens_that_the_spool_tells_again_are_counted_once(tmp_path: Path) -> None:
    usage = Usage(output_tokens=1000, total_tokens=1000)
    broken = replace(made(0, b"no picture"), usage=usage)
    script = SpoolingScript(Sent(), broken)
    script.salvaged = (broken,)
    room = spooling(tmp_path, script)
    with pytest.raises(BadImageError):
        list(room.studio.generate(request(endpoint=PRICED), CancelToken()))
    (job,) = room.ledger.jobs()
    assert (job.usage, job.cost) == (usage, Decimal("0.03"))


@pytest.mark.parametrize("in_the_spool", [True, False])
def test_a_picture_whose_process_died_before_the_outbox_is_uploaded_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, in_the_spool: bool
) -> None:
    script = SpoolingScript(Sent(), made(0))
    room = spooling(tmp_path, script)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room.outbox, "add", die)
        with pytest.raises(KeyboardInterrupt):
            list(room.studio.generate(request(), CancelToken()))
    assert room.outbox.pending(room.library.id) == 0
    script.salvaged = (made(0),) if in_the_spool else ()
    (job,) = room.ledger.on_the_way(room.library.id)
    assert [type(step) for step in room.studio.recover(job, CancelToken())] == [Recovered]
    assert room.outbox.pending(room.library.id) == 1


def test_a_job_that_the_ledger_can_not_take_as_sent_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(Sent(), made(0))
    room = Room(tmp_path, script)

    def full(*_: object) -> None:
        raise DiskFullError("full")

    monkeypatch.setattr(room.ledger, "sent", full)
    with pytest.raises(DiskFullError) as caught:
        list(room.studio.generate(request(), CancelToken()))
    assert caught.value.charge is ChargeState.FREE
    assert script.states_when_sent == []
    assert room.end() == (JobState.FAILED, ChargeState.FREE)


def test_links_that_expired_meanwhile_are_paid_and_not_unknown(tmp_path: Path) -> None:
    script = Script()
    room = Room(tmp_path, script)
    job = left_behind(room, b"links")
    script.salvaged = (Lost(position=0, error=ResultUrlError("gone", charge=ChargeState.PAID)),)
    (recovered,) = room.studio.recover(job, CancelToken())
    assert isinstance(recovered, Recovered)
    assert room.end() == (JobState.FAILED, ChargeState.PAID)
    assert room.ledger.jobs()[0].error == ResultUrlError.default_title


def test_a_picture_saved_before_the_kill_makes_a_job_saved_though_its_link_expired(tmp_path: Path) -> None:
    script = SpoolingScript(Sent(), made(0))
    room = spooling(tmp_path, script)
    steps = room.studio.generate(request(count=2), CancelToken())
    assert [type(next(steps)) for _ in range(2)] == [Sent, Saved]
    del steps
    script.salvaged = tuple(
        Lost(position=position, error=ResultUrlError("gone", charge=ChargeState.PAID)) for position in range(2)
    )
    (job,) = room.ledger.on_the_way(room.library.id)
    list(room.studio.recover(job, CancelToken()))
    assert room.end() == (JobState.SAVED, ChargeState.PAID)


def test_a_preview_that_a_killed_recovery_saved_makes_no_charge_known(tmp_path: Path) -> None:
    script = Script()
    room = Room(tmp_path, script)
    job = left_behind(room, b"half")
    script.salvaged = (Preview(0, 1, picture()),)
    first = room.studio.recover(job, CancelToken())
    assert isinstance(next(first), Saved)
    del first
    list(room.studio.recover(job, CancelToken()))
    (state,) = room.library.index.newest(View(), 9)
    assert state.record.origin is Origin.PREVIEW
    assert room.end() == (JobState.UNKNOWN, ChargeState.UNKNOWN)


@pytest.mark.parametrize(
    "state", [JobState.SENT, JobState.RECEIVING, JobState.SAVED, JobState.UNKNOWN, JobState.CANCELLED]
)
def test_a_request_that_was_sent_is_never_sent_again_and_its_spool_stays(tmp_path: Path, state: JobState) -> None:
    script = SpoolingScript(Sent(), made(0))
    room = spooling(tmp_path, script)
    job = left_behind(room, b"whole")
    if state.is_end:
        room.ledger.close(job.id, state, ChargeState.UNKNOWN)
    elif state is JobState.SENT:
        room.ledger.sent(job.id, ChargeState.UNKNOWN)
    with pytest.raises(RuntimeError, match="nothing is sent twice"):
        list(room.studio.generate(job.request, CancelToken()))
    assert script.asked == []
    assert room.spools.read(job.id) == b"whole"
    assert room.end() == (state, ChargeState.UNKNOWN)
