"""One request on its way through the server, and the faults that take the place of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standin.faults import Fault
from standin.noes import refusal_of
from standin.wire import HTML

if TYPE_CHECKING:
    from standin.records import Received
    from standin.server import StandIn
    from standin.wire import Wire

LOGIN_PAGE = b"<!doctype html><title>Sign in</title><h1>Welcome to the guest network</h1><form>...</form>"
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


class Exchange:
    """`number` is the request's place in `StandIn.requests`.

    It is remembered here, so that a release after `wait_received` is never one too early for a request that stalls.
    """

    def __init__(self, standin: StandIn, received: Received, wire: Wire) -> None:
        self.releases = standin.gate.releases
        self.number = standin.remember(received)
        self.standin = standin
        self.received = received
        self.wire = wire

    def answered_early(self, fault: Fault | None) -> bool:
        """Whether the fault answers before any work is done. Raises Refusal for those that refuse."""
        if fault is None:
            return False
        refusal = refusal_of(fault)
        if refusal is not None:
            raise refusal
        match fault:
            case Fault.DROP_BEFORE_WORK:
                self.wire.drop()
            case Fault.HTML_200:
                self.wire.data(200, LOGIN_PAGE, HTML)
            case Fault.REDIRECT:
                self.wire.json(307, {}, headers={"location": self.standin.elsewhere + self.received.path})
            case _:
                return False
        return True

    def answered_late(self, fault: Fault | None) -> bool:
        """Whether the fault takes the place of the answer after the work. Waits where the fault is to stall."""
        match fault:
            case Fault.DROP_AFTER_WORK:
                self.wire.drop()
            case Fault.HTML_FROM_PROXY:
                self.wire.data(502, BAD_GATEWAY, HTML)
            case Fault.STALL:
                self.standin.gate.await_release(self.releases)
                return False
            case _:
                return False
        return True
