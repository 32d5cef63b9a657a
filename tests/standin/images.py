"""Does the work of an image request: waits at the gate, bills, and sends the answer or what a fault leaves of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from standin import answers
from standin.families import Family
from standin.faults import Fault
from standin.records import Billed
from standin.refusal import Refusal
from standin.wire import EVENTS, HTML
from standin.works import Works

if TYPE_CHECKING:
    from standin.order import Order
    from standin.server import StandIn
    from standin.wire import Wire

BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
_WHOLE_STREAM = frozenset({Fault.GZIP_BOMB, Fault.HUGE_BODY})


def answer_images(standin: StandIn, order: Order, fault: Fault | None, number: int, request_id: str, wire: Wire) -> str:
    """Raises Refusal where the family fails after the work, StoppedError where the stop comes first."""
    standin.gate.enter(0)
    works = Works(order=order, fault=fault, salt=f"{standin.salt} {number}", image_bytes=standin.image_bytes)
    pictures = works.pictures()
    standin.charge(Billed(number, order.model, len(pictures), request_id), pictures)
    billed = f"billed {len(pictures)} ({fault})" if fault else f"billed {len(pictures)}"
    streams = order.stream and fault is not Fault.IGNORES_STREAM and not (fault and fault.answers_by_url)
    if order.stream and standin.traits.family is Family.LITELLM:
        raise Refusal(500, "object async_generator can't be used in 'await' expression", kind="None")
    match fault:
        case Fault.DROP_AFTER_WORK:
            standin.gate.pause(standin.delay)
            wire.drop()
        case Fault.HTML_FROM_PROXY:
            standin.gate.pause(standin.delay)
            wire.data(502, BAD_GATEWAY, HTML)
        case _ if streams and fault not in _WHOLE_STREAM:
            if fault is Fault.STALL:
                standin.gate.await_release()
            _stream(standin, works, pictures, wire)
        case _:
            standin.gate.pause(standin.delay)
            standin.gate.enter(sys.maxsize)
            if fault is Fault.STALL:
                standin.gate.await_release()
            _whole(standin, works, pictures, wire, streams=streams)
    return f"{'stream' if streams else '200'} {order.model} {order.size}, {billed}"


def _whole(standin: StandIn, works: Works, pictures: list[bytes], wire: Wire, *, streams: bool) -> None:
    match works.fault:
        case Fault.EMPTY_DATA | Fault.CUT_STREAM:
            pictures = []
        case Fault.ERROR_IN_STREAM:
            wire.json(200, answers.error_event())
            return
        case Fault.GZIP_BOMB | Fault.HUGE_BODY if streams:
            wire.data(200, b"", EVENTS, works.fault)
            return
        case _:
            pass
    entries = [works.entry(picture, standin.store_file) for picture in pictures]
    body = answers.images_body(works.order, entries, works.count, standin.traits.tokens)
    wire.json(200, body, works.fault)


def _stream(standin: StandIn, works: Works, pictures: list[bytes], wire: Wire) -> None:
    """Each picture's previews, then the picture; the next one after it."""
    order, fault = works.order, works.fault
    wire.open_stream(drips=fault is Fault.SLOW_DRIP)
    sent = 0
    for position, picture in enumerate(pictures):
        for preview in range(order.previews):
            standin.gate.pause(standin.delay)
            standin.gate.enter(sent)
            wire.event(answers.preview_event(order, preview, works.preview(position, preview)))
            sent += 1
        standin.gate.pause(standin.delay)
        standin.gate.enter(sys.maxsize if position == len(pictures) - 1 else sent)
        last = answers.completed_event(order, works.encoded(picture), standin.traits.tokens)
        match fault:
            case Fault.CUT_STREAM | Fault.EMPTY_DATA:
                break
            case Fault.CUT_STREAM_MIDDLE | Fault.CUT_BODY:
                wire.cut_event(last)
                return
            case Fault.ERROR_IN_STREAM:
                wire.event(answers.error_event())
                break
            case Fault.BAD_JSON:
                wire.broken_event(last)
            case _:
                wire.event(last)
    wire.end_stream()
