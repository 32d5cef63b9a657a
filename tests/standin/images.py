"""Does the work of an image request: waits at the gate, bills, and sends the answer or what a fault leaves of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from standin import answers
from standin.families import Family
from standin.faults import Fault
from standin.records import Billed
from standin.refusal import Refusal
from standin.wire import EVENTS
from standin.works import Works

if TYPE_CHECKING:
    from standin.exchange import Exchange
    from standin.order import Order
    from standin.records import StoredFile

# These replace the whole body, whether it is a stream or not.
_FLOODS: Final = frozenset({Fault.GZIP_BOMB, Fault.HUGE_BODY})


def answer_images(exchange: Exchange, order: Order, fault: Fault | None) -> str:
    """Raises Refusal where the family fails after the work, StoppedError where the stop comes first."""
    standin, wire = exchange.standin, exchange.wire
    standin.gate.enter(0)
    salt = f"{standin.salt} {exchange.number}" if order.seed is None else f"seed {order.seed}"
    works = Works(order=order, fault=fault, salt=salt, image_bytes=standin.image_bytes)
    pictures = works.pictures()
    standin.charge(Billed(exchange.number, order.model, len(pictures), wire.request_id), pictures)
    if order.stream and standin.traits.family is Family.LITELLM:
        raise Refusal(500, "object async_generator can't be used in 'await' expression", kind="None")
    streams = order.stream and fault is not Fault.IGNORES_STREAM and not works.by_url
    if not streams or fault in _FLOODS:
        standin.gate.pause(standin.delay)
        standin.gate.enter(sys.maxsize)
    if not exchange.answered_late(fault):
        if fault in _FLOODS:
            wire.data(200, b"", EVENTS if streams else "application/json", fault)
        elif streams:
            _stream(exchange, works, pictures)
        else:
            _whole(exchange, works, pictures)
    said = f"{'stream' if streams else '200'} {order.model} {order.size}, billed {len(pictures)}"
    return f"{said} ({fault})" if fault else said


def _whole(exchange: Exchange, works: Works, pictures: list[bytes]) -> None:
    """One JSON body. Faults of a stream do what is nearest to them."""
    if works.fault is Fault.ERROR_IN_STREAM:
        exchange.wire.json(200, answers.error_event())
        return
    if works.fault in {Fault.EMPTY_DATA, Fault.CUT_STREAM}:
        pictures = []
    store = exchange.standin.store_file
    if exchange.standin.traits.family is Family.XINFERENCE:
        store = _path_on_its_own_disk
    entries = [works.entry(picture, store) for picture in pictures]
    body = answers.images_body(works.order, entries, works.count, exchange.standin.traits.tokens)
    exchange.wire.json(200, body, works.fault)


def _path_on_its_own_disk(file: StoredFile) -> str:
    """Where Xinference says that a picture is: nobody else can read it there."""
    return f"/srv/.xinference/image/{len(file.data)}.jpg"


def _stream(exchange: Exchange, works: Works, pictures: list[bytes]) -> None:
    """Each picture's previews, then the picture; the next one after it."""
    standin, wire, order = exchange.standin, exchange.wire, works.order
    wire.open_stream(drips=works.fault is Fault.SLOW_DRIP)
    sent = 0
    for picture_number, picture in enumerate(pictures):
        for preview in range(order.previews):
            standin.gate.pause(standin.delay)
            standin.gate.enter(sent)
            wire.event(answers.preview_event(order, preview, works.preview(picture_number, preview)))
            sent += 1
        standin.gate.pause(standin.delay)
        standin.gate.enter(sys.maxsize if picture_number == len(pictures) - 1 else sent)
        last = answers.completed_event(order, works.encoded(picture), standin.traits.tokens)
        match works.fault:
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
