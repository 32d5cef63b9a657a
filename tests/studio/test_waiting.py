"""What an earlier run of the program left is brought back, and what it forgot to clear is cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.waiting import WaitingRoom
from pictures import request

if TYPE_CHECKING:
    from pathlib import Path


def test_the_spool_of_a_job_that_ended_is_let_go_and_that_of_an_open_one_is_kept(tmp_path: Path) -> None:
    """A process may die between a job's end in the ledger and the end of its spool."""
    library = open_library(tmp_path / "library", tmp_path / "data")
    ledger = Ledger(tmp_path / "data" / "ledger.sqlite", owner="dead")
    spools = Spools(tmp_path / "data" / "spool", ledger)
    ended, still_open = request(), request()
    ledger.stage([ended, still_open], library=library.id)
    for asked in (ended, still_open):
        ledger.sent(asked.id, ChargeState.UNKNOWN)
        spools.sink(asked).close()
    ledger.close(ended.id, JobState.SAVED, ChargeState.PAID)
    room = WaitingRoom(library, ledger=ledger, spools=spools, data=tmp_path, is_alive=lambda _owner: False)
    (left,) = room.left(CancelToken())
    assert [job.id for job in left.unfinished] == [still_open.id]
    assert not spools.path(ended.id).exists()
    assert spools.path(still_open.id).exists()
