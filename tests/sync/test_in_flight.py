"""What is on its way at once stays below its bound, and whoever waits for room is let go at the end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from imagegen_desktop.sync.in_flight import InFlight

PATIENCE = 10


def test_no_more_than_so_many_bytes_are_on_their_way() -> None:
    flying, lock, most, seen = InFlight(100), threading.Lock(), [0], [0]

    def fly(count: int) -> None:
        with flying.taken(count):
            with lock:
                seen[0] += count
                most[0] = max(most[0], seen[0])
            with lock:
                seen[0] -= count

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fly, [30, 40, 50, 100, 1, 60] * 50))
    assert 0 < most[0] <= 100


def test_what_is_larger_than_the_bound_goes_alone() -> None:
    flying = InFlight(100)
    with ThreadPoolExecutor(1) as pool, flying.taken(1000):
        waiting = pool.submit(_take, flying)
        assert not waiting.done()
    assert waiting.result(PATIENCE)


def test_at_the_end_nobody_waits_any_more() -> None:
    flying = InFlight(100)
    with ThreadPoolExecutor(1) as pool, flying.taken(100):
        waiting = pool.submit(_take, flying)
        flying.end()
        assert waiting.result(PATIENCE)


def _take(flying: InFlight) -> bool:
    with flying.taken(1):
        return True
