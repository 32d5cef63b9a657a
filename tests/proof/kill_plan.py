"""What happens in a round: its jobs, the fault that each meets, and how the process that runs them dies."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from standin import Door, Fault, StandIn

if TYPE_CHECKING:
    from random import Random

    from standin.records import Received

STREAMED: Final = "gpt-image-2.6-flare"
BY_URL: Final = "dall-e-2"

# Under these a job still ends with all of its pictures, paid for, if nobody kills it.
HARMLESS: Final = frozenset(
    {
        Fault.SLOW_DRIP,
        Fault.WRONG_FORMAT,
        Fault.B64_WITH_PREFIX,
        Fault.IGNORES_STREAM,
        Fault.URL_FAILS_ONCE,
        Fault.URL_IS_DATA,
        Fault.PARTIAL_N,
    }
)
# These cut the answer between the request's last byte and the answer's last byte, or answer in the service's place.
UNCERTAIN: Final = frozenset(
    {
        Fault.DROP_BEFORE_WORK,
        Fault.DROP_AFTER_WORK,
        Fault.CUT_BODY,
        Fault.CUT_STREAM,
        Fault.CUT_STREAM_MIDDLE,
        Fault.ERROR_IN_STREAM,
        Fault.HTML_FROM_PROXY,
        Fault.HTML_200,
        Fault.SERVER_ERROR,
        Fault.STALL,
        Fault.GZIP_BOMB,
        Fault.HUGE_BODY,
    }
)
_HEAVY: Final = (Fault.GZIP_BOMB, Fault.HUGE_BODY)
_FAULTS: Final = tuple(
    fault for fault in Fault if fault not in _HEAVY and "CHAT" not in fault.name and "EFFORT" not in fault.name
)
_WEIGHT_OF_A_HEAVY_ONE: Final = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJob:
    """`fault` is what its one request meets at the door of the images."""

    id: str
    model: str
    count: int
    previews: int
    fault: Fault | None

    @property
    def harmless(self) -> bool:
        return self.fault is None or self.fault in HARMLESS

    @property
    def uncertain(self) -> bool:
        # A stream that ends in good order without a picture is a cut one; a whole list without pictures is not.
        return self.fault in UNCERTAIN or (self.fault is Fault.EMPTY_DATA and self.previews > 0)

    @property
    def due(self) -> int:
        """The pictures that an undisturbed, harmless job ends with."""
        return max(1, self.count - 1) if self.fault is Fault.PARTIAL_N else self.count

    def as_request(self) -> dict[str, object]:
        return {
            "id": self.id,
            "model": self.model,
            "count": self.count,
            "quality": "low" if self.model == STREAMED else "",
            "partial_images": self.previews,
            # Long enough for a busy machine; a stall is to end soon.
            "timeout": 1.5 if self.fault is Fault.STALL else 50.0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`delay` (seconds) and `image_bytes` are the stand-in's."""

    jobs: tuple[PlannedJob, ...]
    threads: int
    delay: float
    image_bytes: int


def planned(chance: Random, number: int) -> Plan:
    return Plan(
        jobs=tuple(_job(chance, f"{number:04}{letter}") for letter in "abcd"[: chance.randint(1, 4)]),
        threads=chance.choice((1, 1, 2)),
        delay=chance.choice((0.0, 0.005, 0.03)),
        image_bytes=chance.choice((0, 20_000, 300_000, 1_500_000)),
    )


def _job(chance: Random, name: str) -> PlannedJob:
    fault = chance.choice(_FAULTS) if chance.random() < 0.55 else None
    if chance.random() < _WEIGHT_OF_A_HEAVY_ONE / 2:
        fault = chance.choice(_HEAVY)
    by_url = chance.random() < 0.25
    most = 2 if fault in {Fault.SLOW_DRIP, *_HEAVY} else 4
    return PlannedJob(
        id=name,
        model=BY_URL if by_url else STREAMED,
        count=chance.randint(1, most),
        previews=0 if by_url or chance.random() < 0.5 else chance.randint(1, 3),
        fault=fault,
    )


class PlannedStandIn(StandIn):
    """The stand-in whose faults are bound to prompts, so that it is known which request met which."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(classic=True, delay=plan.delay, image_bytes=plan.image_bytes)
        self._planned = {f"job {job.id}": job.fault for job in plan.jobs}
        self._current = threading.local()

    def remember(self, received: Received) -> int:
        self._current.prompt = (received.json or {}).get("prompt")
        return super().remember(received)

    def take(self, door: Door) -> Fault | None:
        return self._planned[self._current.prompt] if door is Door.IMAGES else None

    def requests_of(self, job: str) -> list[int]:
        """The numbers of the requests for a job's pictures."""
        return [
            number
            for number, received in enumerate(self.requests)
            if received.method == "POST" and (received.json or {}).get("prompt") == f"job {job}"
        ]

    def billed_pictures(self, job: str) -> list[bytes]:
        """The pictures that a job's requests were billed for, in order."""
        numbers = set(self.requests_of(job))
        found: list[bytes] = []
        at = 0
        images = self.images
        for billed in self.bill:
            if billed.request_number in numbers:
                found += images[at : at + billed.images]
            at += billed.images
        return found

    def link_of(self, picture: bytes) -> str | None:
        """The URL under which a picture can be fetched, None if it has none or that has expired."""
        for path, file in self._files.items():
            if file.data == picture and not file.expired:
                return self.origin + path
        return None
