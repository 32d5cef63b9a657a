"""A picture whose link can't be fetched is not lost: its link stands in the queue's panel until it works, or is dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import ResultUrlError
from standin import Fault

if TYPE_CHECKING:
    from house import House

    from standin import StandIn


def test_a_link_that_expired_is_kept_tried_again_and_dismissed_in_the_window(house: House, standin: StandIn) -> None:
    standin.add_fault(Fault.URL_EXPIRED)
    assert isinstance(house.generated().error, ResultUrlError)
    section = house.panels.queue.links
    house.until(lambda: len(section.rows) == 1)
    (row,) = section.rows
    assert row.link.url.startswith(standin.origin)
    assert "expired" in row.link.reason
    row.again.emit()
    house.until(lambda: "expired" in house.words(house.panels.toast))
    assert [kept.link.url for kept in section.rows] == [row.link.url]
    assert len(standin.bill) == 1
    section.rows[0].dismiss_button.click()
    assert len(section.rows) == 1
    section.rows[0].dismiss_button.click()
    house.until(lambda: not section.rows)
