"""A disk that fills up while a request is out costs no picture, and no second request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kill_children import House, Life
from small_disk import MEGABYTE, fill, small_disk

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ChargeState, DiskFullError, NotSavedYetError
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.places import View
from imagegen_desktop.core.steps import Finished, Recovered, Saved, Sent
from standin import StandIn

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest

STREAMED = {"model": "gpt-image-2.6-flare", "quality": "low", "timeout": 30.0}


def asking(house: House, *, previews: int) -> GenerationRequest:
    return house.request({"id": "one", "count": 1, "partial_images": previews, **STREAMED})


def test_a_list_finds_the_room_that_its_answer_did_not_need(tmp_path: Path, announced_warnings: list[str]) -> None:
    announced_warnings.append("can't be noted")
    with small_disk(tmp_path / "disk", 24) as disk, StandIn(image_bytes=MEGABYTE) as server:
        house = House(Life(folder=str(disk), base_url=server.base_url))
        steps = house.studio.generate(asking(house, previews=0), CancelToken())
        assert isinstance(next(steps), Sent)
        fill(disk)
        assert [type(step) for step in steps] == [Saved, Finished]
        (saved,) = house.library.index.newest(View(), 9)
        assert [house.library.read(saved)] == server.images
        house.instances.shutdown()


def test_a_streamed_picture_outlives_a_disk_that_fills_up_while_it_is_made(
    tmp_path: Path, announced_warnings: list[str]
) -> None:
    announced_warnings.append("can't be noted")
    with small_disk(tmp_path / "disk", 24) as disk, StandIn(image_bytes=MEGABYTE) as server:
        house = House(Life(folder=str(disk), base_url=server.base_url))
        steps = house.studio.generate(asking(house, previews=2), CancelToken())
        assert isinstance(next(steps), Sent)
        fillings = [fill(disk)]
        with pytest.raises(NotSavedYetError):
            list(steps)
        fillings.append(fill(disk, "more filling"))
        (job,) = house.ledger.on_the_way(house.library.id)
        # The ledger or the library, whichever comes to the full disk first.
        with pytest.raises((DiskFullError, NotSavedYetError)):
            list(house.studio.recover(job, CancelToken()))
        for filling in fillings:
            filling.unlink()
        (job,) = house.ledger.on_the_way(house.library.id)
        assert [type(step) for step in house.studio.recover(job, CancelToken())] == [Saved, Recovered]
        (saved,) = house.library.index.newest(View(), 9)
        assert [house.library.read(saved)] == server.images
        (job,) = house.ledger.jobs()
        assert (job.state, job.charge) == (JobState.SAVED, ChargeState.PAID)
        assert len(server.requests) == 1
        house.instances.shutdown()


def test_with_a_full_disk_nothing_is_sent(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 24) as disk, StandIn() as server:
        house = House(Life(folder=str(disk), base_url=server.base_url))
        house.ledger.stage([asking(house, previews=0)], library=house.library.id)
        filling = fill(disk)
        with pytest.raises(DiskFullError) as caught:
            list(house.studio.generate(asking(house, previews=0), CancelToken()))
        assert server.requests == []
        assert caught.value.charge is ChargeState.FREE
        filling.unlink()
        (job,) = house.ledger.jobs()
        assert job.charge is ChargeState.FREE
        house.instances.shutdown()
