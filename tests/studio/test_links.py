"""A picture that could not be fetched stays as a link, and is saved as its job's once the link works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from test_generation import Room, Script, made

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ChargeState, ImagegenError, ResultUrlError
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.links import USUAL, expiry_of
from imagegen_desktop.core.steps import Lost, Saved, Sent
from imagegen_desktop.studio.links import LinksKept
from pictures import request

if TYPE_CHECKING:
    from pathlib import Path

LINK = "https://files.example.com/1.png?Expires=1795000000"
REFUSED = ResultUrlError("why", title="The picture was made, but not fetched", charge=ChargeState.PAID, link=LINK)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("X-Amz-Date=20261123T120000Z&X-Amz-Expires=900", NOON + timedelta(minutes=15)),
        ("X-Goog-Date=20261123T120000Z&X-Goog-Expires=60", NOON + timedelta(minutes=1)),
        (f"Expires={int(NOON.timestamp())}&Signature=x", NOON),
        ("sv=2024&se=2026-11-23T12%3A00%3A00Z&sig=x", NOON),
    ],
)
def test_a_link_tells_when_it_ends(query: str, end: datetime) -> None:
    assert expiry_of(f"https://files.example.com/1.png?{query}", NOON - timedelta(days=1)) == (end, False)


@pytest.mark.parametrize("query", ["", "Expires=soon", "X-Amz-Expires=900", "se=never", "Expires=99999999999999999"])
def test_a_link_that_tells_nothing_is_given_the_usual_hour(query: str) -> None:
    assert expiry_of(f"https://files.example.com/1.png?{query}", NOON) == (NOON + USUAL, True)


def with_a_kept_link(folder: Path) -> tuple[Room, Script]:
    """A job of two pictures, of which the second is a link that could not be fetched."""
    script = Script(Sent(), made(0), Lost(position=1, error=REFUSED))
    room = Room(folder, script)
    list(room.studio.generate(request(count=2), CancelToken()))
    return room, script


def kept(room: Room) -> LinksKept:
    (told,) = room.studio.links.kept(CancelToken())
    return told


def test_a_picture_that_was_not_fetched_is_kept_as_a_link_with_its_reason_and_its_end(tmp_path: Path) -> None:
    room, _ = with_a_kept_link(tmp_path)
    (link,) = kept(room).links
    assert (link.url, link.position, link.reason) == (LINK, 1, "The picture was made, but not fetched.")
    assert link.expires == datetime.fromtimestamp(1795000000, UTC)
    assert not link.assumed
    assert LINK not in repr(link)


def test_a_link_that_works_again_becomes_the_jobs_picture(tmp_path: Path) -> None:
    room, script = with_a_kept_link(tmp_path)
    (link,) = kept(room).links
    script.salvaged = (made(0),)
    saved, told = room.studio.links.try_again(link, CancelToken())
    assert isinstance(saved, Saved)
    assert (saved.state.record.job, saved.state.record.position) == (link.job, 1)
    assert told == LinksKept(())
    assert room.end() == (JobState.SAVED, ChargeState.PAID)


def test_a_link_that_fails_again_stays_with_the_reason_of_now(tmp_path: Path) -> None:
    room, script = with_a_kept_link(tmp_path)
    (link,) = kept(room).links
    script.salvaged = (Lost(position=0, error=ResultUrlError(title="Its link has expired", link=LINK)),)
    with pytest.raises(ImagegenError):
        list(room.studio.links.try_again(link, CancelToken()))
    (again,) = kept(room).links
    assert (again.reason, again.found) == ("Its link has expired.", link.found)


def test_a_link_goes_only_when_it_is_dismissed(tmp_path: Path) -> None:
    room, _ = with_a_kept_link(tmp_path)
    (link,) = kept(room).links
    assert list(room.studio.links.dismiss(link, CancelToken())) == [LinksKept(())]
    assert kept(room) == LinksKept(())
