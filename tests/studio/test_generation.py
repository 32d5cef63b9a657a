"""A job is journalled before it is sent, its pictures are on disk before they are told of, and its end is in the ledger."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import (
    BadImageError,
    CancelledError,
    ChargeState,
    DiskFullError,
    EnhancementFailedError,
    ImagegenError,
    NoCreditError,
    NotSavedYetError,
    OutcomeUnknownError,
)
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.places import View
from imagegen_desktop.core.queue import split
from imagegen_desktop.core.records import Origin, Usage
from imagegen_desktop.core.requests import EnhanceRequest
from imagegen_desktop.core.steps import (
    Enhanced,
    Enhancement,
    Finished,
    GeneratedImage,
    Lost,
    Preview,
    Recovered,
    Saved,
    Sent,
)
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from pictures import CATALOGUE, ENDPOINT, picture, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.core.jobs import Job
    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.core.steps import ProviderStep

PRICED = replace(ENDPOINT, pricing=Pricing.OPENAI_LIST)
ENHANCE = EnhanceRequest(prompt="A cat", model="gpt-6-luna", instruction="Better.", endpoint=ENDPOINT)


class Script:
    """A provider that plays steps and errors, and notes what it was asked."""

    def __init__(
        self, *steps: ProviderStep | ImagegenError, words: str | ImagegenError = "A fluffy siamese cat"
    ) -> None:
        self.steps = steps
        self.words = words
        self.asked: list[GenerationRequest] = []
        self.states_when_sent: list[JobState] = []
        self.ledger: Ledger | None = None
        self.salvaged: tuple[ProviderStep, ...] = ()

    def generate(self, asked: GenerationRequest, _cancel: CancelToken) -> Iterator[ProviderStep]:
        self.asked.append(asked)
        for step in self.steps:
            if isinstance(step, ImagegenError):
                raise step
            yield step
            if isinstance(step, Sent) and self.ledger:
                # The provider goes on only after the studio took the step: the ledger must know by now.
                self.states_when_sent.append(self.ledger.jobs()[0].state)

    def enhance(self, _asked: EnhanceRequest, _cancel: CancelToken) -> Enhancement:
        if isinstance(self.words, ImagegenError):
            raise self.words
        return Enhancement(words=self.words, tokens_in=1000, tokens_out=200)

    def salvage(self, _asked: GenerationRequest, _body: bytes, _cancel: CancelToken) -> Iterator[ProviderStep]:
        yield from self.salvaged

    def list_models(self, _cancel: CancelToken) -> tuple[str, ...]:
        return ()


class Room:
    """A studio with all its parts, in a folder."""

    def __init__(self, folder: Path, script: Script) -> None:
        self.library = open_library(folder / "library", folder / "data")
        self.ledger = Ledger(folder / "data" / "ledger.sqlite")
        self.outbox = Outbox(folder / "data" / "outbox.sqlite")
        self.spools = Spools(folder / "data" / "spool", self.ledger)
        script.ledger = self.ledger
        self.studio = Studio(
            self.library,
            ledger=self.ledger,
            outbox=self.outbox,
            spools=self.spools,
            catalogue=CATALOGUE,
            connect=lambda _endpoint: script,
        )

    def end(self) -> tuple[JobState, ChargeState]:
        (job,) = self.ledger.jobs()
        return job.state, job.charge


def made(position: int = 0, data: bytes | None = None) -> GeneratedImage:
    return GeneratedImage(position=position, data=data or picture((position, 9, 9)), revised_prompt="revised")


def test_an_image_is_on_disk_before_it_is_announced(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), Preview(0, 0, b"early"), made()))
    for step in room.studio.generate(request(), CancelToken()):
        if isinstance(step, Saved):
            assert room.library.read(step.state) == step.data
            assert room.library.folder.record_path(step.state.id).exists()
            assert room.library.index.get([step.state.id]) == (step.state,)
            assert room.outbox.pending(room.library.id) == 1
            break
    else:
        pytest.fail("nothing was saved")


def test_the_job_is_journalled_as_sent_before_the_provider_goes_on(tmp_path: Path) -> None:
    script = Script(Sent(), made())
    room = Room(tmp_path, script)
    list(room.studio.generate(request(), CancelToken()))
    assert script.states_when_sent == [JobState.SENT]


def test_a_finished_job_is_paid_and_says_what_it_made(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), made(0), made(1)))
    steps = list(room.studio.generate(request(count=2), CancelToken()))
    finished = steps[-1]
    assert isinstance(finished, Finished)
    assert (finished.saved, finished.charge, finished.lost) == (2, ChargeState.PAID, ())
    assert room.end() == (JobState.SAVED, ChargeState.PAID)


def test_both_prompts_stay_with_the_image_and_the_better_one_is_sent(tmp_path: Path) -> None:
    script = Script(Sent(), made())
    room = Room(tmp_path, script)
    steps = list(room.studio.generate(request(enhance=ENHANCE), CancelToken()))
    assert Enhanced("A fluffy siamese cat") in steps
    assert script.asked[0].sent_prompt == "A fluffy siamese cat"
    (state,) = room.library.index.newest(View(), 1)
    record = state.record
    assert (record.prompt, record.enhanced_prompt, record.revised_prompt) == (
        "A cat",
        "A fluffy siamese cat",
        "revised",
    )
    assert record.text_model == "gpt-6-luna"
    assert room.ledger.jobs()[0].request.enhanced_prompt == "A fluffy siamese cat"


def test_no_image_is_asked_for_when_the_enhancement_fails(tmp_path: Path) -> None:
    script = Script(Sent(), made(), words=NoCreditError(charge=ChargeState.FREE))
    room = Room(tmp_path, script)
    with pytest.raises(EnhancementFailedError) as caught:
        list(room.studio.generate(request(enhance=ENHANCE), CancelToken()))
    assert isinstance(caught.value.cause, NoCreditError)
    assert script.asked == []
    assert room.end() == (JobState.FAILED, ChargeState.FREE)


def test_an_error_without_a_charge_takes_what_the_job_knows(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), OutcomeUnknownError("cut")))
    with pytest.raises(OutcomeUnknownError) as caught:
        list(room.studio.generate(request(), CancelToken()))
    assert caught.value.charge is ChargeState.UNKNOWN
    assert room.end() == (JobState.UNKNOWN, ChargeState.UNKNOWN)


def test_a_cancel_is_an_end_of_its_own(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(CancelledError(charge=ChargeState.FREE)))
    with pytest.raises(CancelledError):
        list(room.studio.generate(request(), CancelToken()))
    assert room.end() == (JobState.CANCELLED, ChargeState.FREE)


def test_pictures_saved_before_an_error_stay_and_the_job_tells_of_both(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), made(0), OutcomeUnknownError("cut", charge=ChargeState.UNKNOWN)))
    finished = list(room.studio.generate(request(count=2), CancelToken()))[-1]
    assert isinstance(finished, Finished)
    assert (finished.saved, finished.charge) == (1, ChargeState.PAID)
    assert isinstance(finished.lost[0], OutcomeUnknownError)
    assert len(room.library.index.newest(View(), 9)) == 1
    assert room.end() == (JobState.SAVED, ChargeState.PAID)


def test_one_broken_picture_of_two_is_lost_and_kept_aside(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), made(0, b"no picture"), made(1)))
    steps = list(room.studio.generate(request(count=2), CancelToken()))
    assert [type(step) for step in steps] == [Sent, Lost, Saved, Finished]
    finished = steps[-1]
    assert isinstance(finished, Finished)
    assert isinstance(finished.lost[0], BadImageError)
    assert len(list(room.library.folder.quarantine.iterdir())) == 1


def test_a_job_whose_only_picture_is_broken_fails_with_its_reason(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), made(0, b"no picture")))
    with pytest.raises(BadImageError):
        list(room.studio.generate(request(), CancelToken()))
    assert room.end() == (JobState.FAILED, ChargeState.PAID)


def no_room(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From now on the disk of `folder` is full."""
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if os.readlink(f"/proc/self/fd/{descriptor}").startswith(str(folder)):  # noqa: PTH115 (a descriptor)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)


def test_a_picture_that_the_library_can_not_take_waits_in_the_spool_and_is_saved_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, Script(Sent(), made()))
    with monkeypatch.context() as patch:
        no_room(patch, room.library.folder.path)
        with pytest.raises(NotSavedYetError) as caught:
            list(room.studio.generate(request(), CancelToken()))
    assert isinstance(caught.value.cause, DiskFullError)
    (job,) = room.ledger.on_the_way(room.library.id)
    assert list(room.spools.pictures(job.id).values()) == [picture((0, 9, 9))]
    steps = list(room.studio.recover(job, CancelToken()))
    assert [type(step) for step in steps] == [Saved, Recovered]
    assert room.end() == (JobState.SAVED, ChargeState.PAID)
    assert not room.spools.pictures(job.id)
    assert len(room.library.index.newest(View(), 9)) == 1


def test_as_long_as_the_disk_is_full_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(tmp_path, Script(Sent(), made()))
    no_room(monkeypatch, room.library.folder.path)
    with pytest.raises(NotSavedYetError):
        list(room.studio.generate(request(), CancelToken()))
    (job,) = room.ledger.on_the_way(room.library.id)
    with pytest.raises(NotSavedYetError):
        list(room.studio.recover(job, CancelToken()))
    assert len(room.ledger.on_the_way(room.library.id)) == 1
    assert room.spools.pictures(job.id)


def left_behind(room: Room, body: bytes = b"", *, count: int = 1) -> Job:
    """A job as a killed process leaves it: sent, with what had arrived in the spool."""
    asked = request(count=count)
    room.ledger.stage([asked], library=room.library.id)
    room.ledger.sent(asked.id, ChargeState.UNKNOWN)
    spool = room.spools.sink(asked)
    if body:
        spool.answered(200, "application/json")
        spool.arrived(body)
    # No `close`: the process died.
    (job,) = room.ledger.on_the_way(room.library.id)
    return job


def test_what_a_killed_process_had_received_is_saved_once_and_never_asked_for_again(tmp_path: Path) -> None:
    script = Script()
    room = Room(tmp_path, script)
    job = left_behind(room, b"whole")
    script.salvaged = (made(0),)
    # The recovering process dies as well, right after it saved.
    first = room.studio.recover(job, CancelToken())
    assert isinstance(next(first), Saved)
    del first
    assert [type(step) for step in room.studio.recover(job, CancelToken())] == [Recovered]
    assert len(room.library.index.newest(View(), 9)) == 1
    assert script.asked == []
    assert room.end() == (JobState.SAVED, ChargeState.PAID)


def test_an_answer_that_never_came_is_unknown(tmp_path: Path) -> None:
    room = Room(tmp_path, Script())
    (recovered,) = room.studio.recover(left_behind(room), CancelToken())
    assert isinstance(recovered, Recovered)
    assert (recovered.saved, recovered.charge) == (0, ChargeState.UNKNOWN)
    assert room.end() == (JobState.UNKNOWN, ChargeState.UNKNOWN)


def test_a_preview_of_a_lost_picture_is_kept_as_a_preview(tmp_path: Path) -> None:
    script = Script()
    room = Room(tmp_path, script)
    job = left_behind(room, b"half")
    script.salvaged = (Preview(0, 1, picture()),)
    list(room.studio.recover(job, CancelToken()))
    (state,) = room.library.index.newest(View(), 9)
    assert state.record.origin is Origin.PREVIEW
    assert room.end() == (JobState.UNKNOWN, ChargeState.UNKNOWN)


def test_what_can_not_be_decoded_is_kept_aside(tmp_path: Path) -> None:
    room = Room(tmp_path, Script())
    list(room.studio.recover(left_behind(room, b"gibberish"), CancelToken()))
    (kept,) = room.library.folder.quarantine.iterdir()
    assert kept.read_bytes() == b"gibberish"


def test_an_enhancement_is_paid_once_for_a_click_that_was_split(tmp_path: Path) -> None:
    script = Script(Sent(), made())
    room = Room(tmp_path, script)
    enhance = replace(ENHANCE, endpoint=PRICED)
    first, second = (request(endpoint=PRICED, enhance=enhance, batch="b") for _ in range(2))
    list(room.studio.generate(first, CancelToken()))
    script.words = NoCreditError(charge=ChargeState.FREE)
    list(room.studio.generate(second, CancelToken()))
    assert [asked.sent_prompt for asked in script.asked] == ["A fluffy siamese cat"] * 2
    assert [job.words_cost for job in reversed(room.ledger.jobs())] == [Decimal("0.0002"), Decimal(0)]


def test_the_images_of_a_click_that_was_split_are_one_stack(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), made()))
    for part in (*split(request(count=3), 1), request()):
        list(room.studio.generate(part, CancelToken()))
    images = room.library.index.newest(View(), 9)
    assert len({state.record.batch for state in images if state.record.batch}) == 1
    stacks = sorted(room.library.index.listing(View()).stacks)
    assert (stacks[0], len(set(stacks[1:]))) == (0, 1)
    assert 0 not in stacks[1:]


def test_the_cost_stands_in_the_ledger_and_in_the_record(tmp_path: Path) -> None:
    usage = Usage(input_text_tokens=20, input_tokens=20, output_tokens=2000, total_tokens=2020)
    steps = [replace(made(position), usage=usage, usage_shared_by=2) for position in range(2)]
    room = Room(tmp_path, Script(Sent(), *steps))
    list(room.studio.generate(request(endpoint=PRICED, count=2), CancelToken()))
    (job,) = room.ledger.jobs()
    assert (job.cost, job.usage) == (Decimal("0.0601"), usage)
    costs = [state.record.cost for state in room.library.index.newest(View(), 9)]
    assert costs == [Decimal("0.03005")] * 2


def test_streamed_counts_add_up(tmp_path: Path) -> None:
    usage = Usage(input_text_tokens=20, input_tokens=20, output_tokens=1000, total_tokens=1020)
    room = Room(tmp_path, Script(Sent(), *(replace(made(position), usage=usage) for position in range(2))))
    list(room.studio.generate(request(endpoint=PRICED, count=2), CancelToken()))
    (job,) = room.ledger.jobs()
    assert job.usage is not None
    assert (job.usage.output_tokens, job.cost) == (2000, Decimal("0.0602"))


def test_an_endpoint_whose_prices_are_not_known_has_an_unknown_cost(tmp_path: Path) -> None:
    usage = Usage(output_tokens=1000, total_tokens=1000)
    room = Room(tmp_path, Script(Sent(), replace(made(), usage=usage)))
    list(room.studio.generate(request(), CancelToken()))
    assert room.ledger.jobs()[0].cost is None
