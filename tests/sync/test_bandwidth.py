"""The limit on uploads, on a clock of the test's own."""

from __future__ import annotations

from imagegen_desktop.sync.bandwidth import Bandwidth


class Clock:
    """`pauses` are the seconds that were waited; waiting moves the clock on."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def wait(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def test_no_more_than_so_many_bytes_go_in_a_second() -> None:
    clock = Clock()
    bandwidth = Bandwidth(1000, wait=clock.wait, now=lambda: clock.now)
    for _ in range(5):
        bandwidth.take(500)
    # The first goes at once, each other one waits until those before it have had their time.
    assert clock.pauses == [0.5, 0.5, 0.5, 0.5]


def test_what_was_not_used_is_not_saved_up() -> None:
    clock = Clock()
    bandwidth = Bandwidth(1000, wait=clock.wait, now=lambda: clock.now)
    bandwidth.take(1000)
    clock.now += 60
    bandwidth.take(1000)
    assert clock.pauses == []
    bandwidth.take(1)
    assert clock.pauses == [1.0]


def test_without_a_limit_nobody_waits() -> None:
    clock = Clock()
    bandwidth = Bandwidth(0, wait=clock.wait, now=lambda: clock.now)
    for _ in range(3):
        bandwidth.take(10**9)
    assert clock.pauses == []
