"""A job is journalled before it is sent, its pictures are on disk before they are told of, and its end is in the ledger."""

from __future__ import annotations

import errno
import os
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
    OutcomeUnknownError,
)
from imagegen_desktop.core.places import Place
from imagegen_desktop.core.requests import EnhanceRequest
from imagegen_desktop.core.steps import Enhanced, Finished, GeneratedImage, Lost, Preview, Saved, Sent
from imagegen_desktop.storage.ledger import JobState, Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.studio.generation import Studio
from pictures import ENDPOINT, picture, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.core.steps import ProviderStep

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

    def generate(self, asked: GenerationRequest, _cancel: CancelToken) -> Iterator[ProviderStep]:
        self.asked.append(asked)
        for step in self.steps:
            if isinstance(step, ImagegenError):
                raise step
            yield step
            if isinstance(step, Sent) and self.ledger:
                # The provider goes on only after the studio took the step: the ledger must know by now.
                self.states_when_sent.append(self.ledger.jobs()[0].state)

    def enhance(self, _asked: EnhanceRequest, _cancel: CancelToken) -> str:
        if isinstance(self.words, ImagegenError):
            raise self.words
        return self.words

    def list_models(self, _cancel: CancelToken) -> tuple[str, ...]:
        return ()


class Room:
    """A studio with all its parts, in a folder."""

    def __init__(self, folder: Path, script: Script) -> None:
        self.library = open_library(folder / "library", folder / "data")
        self.ledger = Ledger(folder / "data" / "ledger.sqlite")
        self.outbox = Outbox(folder / "data" / "outbox.sqlite")
        self.rescue = folder / "data" / "rescued"
        script.ledger = self.ledger
        self.studio = Studio(
            self.library, ledger=self.ledger, outbox=self.outbox, connect=lambda _endpoint: script, rescue=self.rescue
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
    (state,) = room.library.index.newest(Place.ALL, "", 1)
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
    assert room.end() == (JobState.FAILED, ChargeState.UNKNOWN)


def test_a_cancel_is_an_end_of_its_own(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(CancelledError(charge=ChargeState.FREE)))
    with pytest.raises(CancelledError):
        list(room.studio.generate(request(), CancelToken()))
    assert room.end() == (JobState.CANCELLED, ChargeState.FREE)


def test_pictures_saved_before_an_error_stay(tmp_path: Path) -> None:
    room = Room(tmp_path, Script(Sent(), made(0), OutcomeUnknownError("cut")))
    with pytest.raises(OutcomeUnknownError):
        list(room.studio.generate(request(count=2), CancelToken()))
    assert len(room.library.index.newest(Place.ALL, "", 9)) == 1


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


def test_a_picture_that_the_library_can_not_take_is_put_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, Script(Sent(), made()))
    write = os.write
    library = str(room.library.folder.path)

    def full(descriptor: int, data: bytes) -> int:
        if os.readlink(f"/proc/self/fd/{descriptor}").startswith(library):  # noqa: PTH115 (a descriptor)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFullError) as caught:
        list(room.studio.generate(request(), CancelToken()))
    (rescued,) = room.rescue.iterdir()
    assert rescued.read_bytes() == picture((0, 9, 9))
    assert str(rescued) in caught.value.advice
