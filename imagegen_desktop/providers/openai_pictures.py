"""Sends a request for pictures once, and yields what comes of it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from imagegen_desktop.core.errors import (
    BadAnswerError,
    CancelledError,
    ChargeState,
    ImagegenError,
    NotCompatibleError,
    OutcomeUnknownError,
    ResultUrlError,
)
from imagegen_desktop.core.steps import GeneratedImage, Lost, Preview
from imagegen_desktop.providers.complaints import complaint_from_object, looks_like_a_page, plain_text
from imagegen_desktop.providers.event_stream import event_data
from imagegen_desktop.providers.openai_answers import Link, bad_answer, how_many, item_of, items_of, picture_bytes
from imagegen_desktop.providers.openai_session import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    import openai
    from openai import APIResponse

    from imagegen_desktop.core.steps import ProviderStep
    from imagegen_desktop.providers.openai_answers import Item
    from imagegen_desktop.providers.openai_errors import ErrorDoor
    from imagegen_desktop.providers.openai_session import Answer, Session

    Fetch = Callable[[str], bytes]

_EVENTS = "text/event-stream"


def pictures(session: Session, body: dict[str, Any], count: int, fetch: Fetch) -> Iterator[ProviderStep]:
    """Previews and pictures of one request, and Lost for what did not arrive while others did.

    Raises ImagegenError if no picture arrived, and CancelledError. `fetch` gives the bytes behind a link.
    """
    arrived: set[int] = set()
    failure: ImagegenError | None = None
    try:
        for step in _steps(session, body, count, fetch):
            if isinstance(step, GeneratedImage):
                arrived.add(step.position)
            yield step
    except CancelledError:
        raise
    except ImagegenError as error:
        if not arrived:
            raise
        failure = error
    if failure is not None:
        failure.details = session.door.redact(failure.details)
        for position in range(count):
            if position not in arrived:
                yield Lost(position=position, error=failure)


def _steps(session: Session, body: dict[str, Any], count: int, fetch: Fetch) -> Iterator[ProviderStep]:
    with session.answer_to(partial(_ask, body)) as answer:
        if _EVENTS in answer.content_type.lower():
            yield from _from_events(answer.pieces, count, answer.request_id, fetch, session.door)
            return
        whole = answer.whole()
    # A server may ignore `stream` and answer JSON, or stream without saying so: the body decides.
    if whole.startswith((b"data:", b"event:")):
        yield from _from_events([bytes(whole)], count, answer.request_id, fetch, session.door)
    else:
        yield from _from_list(_parsed(whole, answer, session.door), count, answer.request_id, fetch)


def _ask(body: dict[str, Any], client: openai.OpenAI) -> AbstractContextManager[APIResponse[Any]]:
    # The SDK's method takes OpenAI's own parameters alone; what other servers have goes through as it is.
    sent = {key: body[key] for key in ("prompt", "stream") if key in body}
    rest = {key: value for key, value in body.items() if key not in sent}
    return cast(
        "AbstractContextManager[APIResponse[Any]]",
        client.images.with_streaming_response.generate(**sent, extra_body=rest),
    )


def _parsed(whole: bytearray, answer: Answer, door: ErrorDoor) -> object:
    head = whole[:4096].decode("utf-8", "replace")
    try:
        body = read_json(whole)
    except ValueError as error:
        if looks_like_a_page(answer.content_type, head):
            # A login page in between: whether the service was asked at all can't be told.
            raise NotCompatibleError(plain_text(head), charge=ChargeState.UNKNOWN) from None
        if answer.unmarked_end:
            raise OutcomeUnknownError(f"the answer ends too early: {error}", charge=ChargeState.UNKNOWN) from None
        raise bad_answer(f"the answer is not JSON ({error})", head) from None
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if fields.get("error") and not fields.get("data"):
        raise door.from_service(complaint_from_object(fields, status=None, request_id=answer.request_id))
    return fields


def _from_list(body: object, count: int, request_id: str, fetch: Fetch) -> Iterator[ProviderStep]:
    lost: dict[int, ImagegenError] = {}
    position = -1
    arrived = 0
    listed = how_many(body)
    for position, item in enumerate(items_of(body)):
        found = _image(item, position, request_id, fetch, shared_by=listed)
        if isinstance(found, GeneratedImage):
            arrived += 1
            yield found
        else:
            lost[position] = found
    if not arrived:
        raise _worst(list(lost.values()))
    for missing in range(position + 1, count):
        lost[missing] = _fewer(position + 1, count)
    for place, error in lost.items():
        yield Lost(position=place, error=error)


def _image(
    item: Item | BadAnswerError, position: int, request_id: str, fetch: Fetch, *, shared_by: int = 1
) -> GeneratedImage | ImagegenError:
    if isinstance(item, BadAnswerError):
        return item
    source = item.source
    if not isinstance(source, Link):
        return item.image(position, source, request_id, shared_by=shared_by)
    try:
        return item.image(position, fetch(source.url), request_id, shared_by=shared_by)
    except ResultUrlError as error:
        return error


def _worst(failures: list[ImagegenError]) -> ImagegenError:
    """One error for all: a link can still be opened by hand, so that none of them may be lost."""
    linked = [error for error in failures if isinstance(error, ResultUrlError)]
    if not linked:
        return failures[0]
    return ResultUrlError("\n".join(error.details for error in linked), charge=ChargeState.PAID, link=linked[0].link)


def _from_events(
    pieces: Iterable[bytes], count: int, request_id: str, fetch: Fetch, door: ErrorDoor
) -> Iterator[ProviderStep]:
    """Events tell no position: pictures come one after another, and a preview belongs to the next one."""
    position = 0
    number = 0
    lost: dict[int, ImagegenError] = {}
    for event in map(_event, event_data(pieces)):
        kind = event.get("type")
        if event.get("error") or kind == "error":
            raise door.from_service(complaint_from_object(event, status=None, request_id=request_id))
        if isinstance(kind, str) and kind.endswith("partial_image"):
            yield from _preview(event, position, number)
            number += 1
        elif event.get("b64_json") or event.get("url"):
            found = _image(_event_item(event), position, request_id, fetch)
            if isinstance(found, GeneratedImage):
                yield found
            else:
                lost[position] = found
            position, number = position + 1, 0
    if len(lost) == position:
        if lost:
            raise _worst(list(lost.values()))
        raise OutcomeUnknownError("the stream ended without a finished picture", charge=ChargeState.UNKNOWN)
    for missing in range(position, count):
        lost[missing] = _fewer(position, count)
    for place, error in lost.items():
        yield Lost(position=place, error=error)


def _event(data: bytes) -> Mapping[str, Any]:
    if not data.lstrip().startswith(b"{"):
        # "[DONE]", and what some servers send to keep the line open.
        return {}
    try:
        return cast("dict[str, Any]", json.loads(data))
    except (ValueError, RecursionError) as error:
        raise bad_answer(f"an event is not JSON ({error})", data[:200].decode("utf-8", "replace")) from None


def _event_item(event: Mapping[str, Any]) -> Item | BadAnswerError:
    try:
        return item_of(event, {})
    except BadAnswerError as error:
        return error


def _preview(event: Mapping[str, Any], position: int, counted: int) -> Iterator[Preview]:
    told = event.get("partial_image_index")
    encoded = event.get("b64_json")
    if not isinstance(encoded, str):
        return
    try:
        data = picture_bytes(encoded)
    except BadAnswerError:
        # An unfinished picture that can't be shown costs nothing; the finished one may still come.
        return
    yield Preview(position=position, number=told if isinstance(told, int) else counted, data=data)


def _fewer(came: int, asked: int) -> BadAnswerError:
    return BadAnswerError(
        f"{came} of {asked} pictures were in the answer",
        title=f"The service made {came} of the {asked} pictures",
        advice="The others are kept. What was charged stands on the service's usage page.",
        charge=ChargeState.PAID,
    )
