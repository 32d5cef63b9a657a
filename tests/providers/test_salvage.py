"""Salvage finds the pictures whose last byte arrived, wherever an answer was cut, and no others."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai_client import OpenAIClient

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.places import View
from imagegen_desktop.core.steps import GeneratedImage, Lost, Preview
from imagegen_desktop.providers.openai_answers import Link
from imagegen_desktop.providers.salvage import salvaged
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from pictures import CATALOGUE
from standin import Fault, StandIn

if TYPE_CHECKING:
    from pathlib import Path

# Not pictures, which salvage does not look into; the last has signs that JSON may escape.
PICTURES = (b"first picture", bytes(range(60)), b"\xff\xef\xbe\xff\xff\xff third")
USAGE = {"input_tokens": 5, "output_tokens": 20, "total_tokens": 25}


@dataclass(frozen=True)
class Body:
    """An answer, the place of each picture's closing quotation mark, and of each preview's: (end, position, data)."""

    whole: bytes
    ends: tuple[tuple[int, bytes | Link], ...]
    previews: tuple[tuple[int, int, bytes], ...] = ()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def ends_in(whole: bytes, written: list[tuple[str, bytes | Link]]) -> tuple[tuple[int, bytes | Link], ...]:
    """Where each value ends, in the order in which they stand in the body."""
    found: list[tuple[int, bytes | Link]] = []
    at = 0
    for text, value in written:
        at = whole.index(f'"{text}"'.encode(), at) + len(text.encode()) + 2
        found.append((at, value))
    return tuple(found)


def listed(entries: list[dict[str, object]], written: list[tuple[str, bytes | Link]], **style: object) -> Body:
    answer = {"created": 1, "data": entries, "usage": USAGE, "size": "1024x1024"}
    whole = json.dumps(answer, **style).encode()  # pyright: ignore[reportArgumentType] (json's own options)
    return Body(whole, ends_in(whole, written))


def plain(**style: object) -> Body:
    entries: list[dict[str, object]] = [
        {"b64_json": b64(data), "revised_prompt": 'a "url": "x" and "data": [ — é'} for data in PICTURES
    ]
    return listed(entries, [(b64(data), data) for data in PICTURES], **style)


def with_escaped_slashes() -> Body:
    one = plain()
    texts = [(b64(data).replace("/", "\\/"), data) for data in PICTURES]
    whole = one.whole
    for data in PICTURES:
        whole = whole.replace(b64(data).encode(), b64(data).replace("/", "\\/").encode())
    assert whole != one.whole
    return Body(whole, ends_in(whole, texts))


def links() -> Body:
    urls = [f"https://example.org/{number}.png?a=1&b=é" for number in range(3)]
    return listed([{"url": url} for url in urls], [(url, Link(url)) for url in urls], ensure_ascii=False)


def data_uris() -> Body:
    texts = [f"data:image/png;base64,{b64(data)}" for data in PICTURES]
    entries: list[dict[str, object]] = [{"url": texts[0]}, {"b64_json": texts[1]}, {"url": texts[2]}]
    return listed(entries, list(zip(texts, PICTURES, strict=True)))


def both_ways() -> Body:
    entries: list[dict[str, object]] = [
        {"b64_json": b64(data), "url": f"https://example.org/{number}"} for number, data in enumerate(PICTURES)
    ]
    return listed(entries, [(b64(data), data) for data in PICTURES])


def events(newline: str = "\n", *, named: bool = True, type_first: bool = True, over_lines: bool = False) -> Body:
    """Three pictures, with two previews before each."""
    whole = b""
    ends: list[tuple[int, bytes | Link]] = []
    previews: list[tuple[int, int, bytes]] = []
    for position, picture in enumerate(PICTURES):
        for number, data in enumerate((b"preview %d" % position, b"better preview %d" % position, picture)):
            kind = "completed" if data is picture else "partial_image"
            fields: dict[str, object] = {"b64_json": b64(data)}
            kinds: dict[str, object] = {"type": f"image_generation.{kind}"}
            event = {**kinds, **fields} if type_first else {**fields, **kinds}
            event |= {"usage": USAGE} if data is picture else {"partial_image_index": number}
            text = json.dumps(event, indent=1 if over_lines else None)
            lines = [f"event: image_generation.{kind}"] if named else []
            lines += [f"data: {line}" for line in text.split("\n")]
            start = len(whole)
            whole += "".join(line + newline for line in [*lines, ""]).encode()
            end = whole.index(f'"{b64(data)}"'.encode(), start) + len(b64(data)) + 2
            if data is picture:
                ends.append((end, data))
            else:
                previews.append((end, position, data))
    return Body(whole, tuple(ends), tuple(previews))


BODIES = {
    "list": plain(),
    "list without spaces": plain(separators=(",", ":")),
    "list, pretty-printed": plain(indent=2),
    "list with escaped slashes": with_escaped_slashes(),
    "links": links(),
    "data: URIs": data_uris(),
    "bytes and link of the same picture": both_ways(),
    "events": events(),
    "events with CRLF": events("\r\n"),
    "events without names": events(named=False),
    "events whose type comes last": events(type_first=False),
    "events over many lines": events(over_lines=True),
    "events after a retry line": Body(
        b"retry: 3000\n\n" + events().whole,
        tuple((end + 13, value) for end, value in events().ends),
        tuple((end + 13, position, data) for end, position, data in events().previews),
    ),
}


def expected(body: Body, cut: int) -> tuple[list[bytes | Link], dict[int, bytes]]:
    pictures = [value for end, value in body.ends if end <= cut]
    previews = {position: data for end, position, data in body.previews if end <= cut}
    return pictures, {position: data for position, data in previews.items() if position >= len(pictures)}


@pytest.mark.parametrize("name", BODIES)
def test_a_picture_is_found_from_its_closing_quotation_mark_on_wherever_the_answer_is_cut(name: str) -> None:
    body = BODIES[name]
    for cut in range(len(body.whole) + 1):
        found = salvaged(body.whole[:cut])
        pictures, previews = expected(body, cut)
        got = [one.source for one in found.pictures.values()]
        assert got == pictures, f"cut at {cut}"
        assert list(found.pictures) == list(range(len(pictures))), f"cut at {cut}"
        assert found.previews == previews, f"cut at {cut}"


def test_what_the_service_counted_is_kept_where_it_came_whole() -> None:
    body = plain()
    for cut, told in ((len(body.whole), 25), (len(body.whole) - 1, None)):
        usages = [one.usage for one in salvaged(body.whole[:cut]).pictures.values()]
        assert [usage and usage.total_tokens for usage in usages] == [told] * 3
    stream = events()
    first_end = stream.ends[0][0]
    rest_of_event = stream.whole.index(b"\n", first_end)
    for cut, told in ((rest_of_event, 25), (first_end, None)):
        (one,) = salvaged(stream.whole[:cut]).pictures.values()
        assert (one.usage and one.usage.total_tokens) == told


def test_a_count_for_a_whole_list_is_shared_by_its_pictures() -> None:
    assert salvaged(plain().whole).shared_by == 3


def test_a_picture_that_can_not_be_read_leaves_its_position_empty() -> None:
    entries = [{"b64_json": b64(PICTURES[0])}, {"b64_json": "!!!"}, {"b64_json": b64(PICTURES[2])}]
    whole = json.dumps({"data": entries}).encode()
    stream = b"".join(b"data: %b\n\n" % json.dumps({"type": "completed", **entry}).encode() for entry in entries)
    for body in (whole, whole[:-3], stream):
        assert list(salvaged(body).pictures) == [0, 2]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"error": {"message": "no \\"b64_json\\": \\"QUJD\\" here", "code": "server_error"}}',
        b"<html><body>502 Bad Gateway</body></html>",
        b'data: {"type": "error", "error": {"message": "b64_json"}}\n\ndata: [DONE]\n\n',
        b'{"data": []}',
        b'{"data": null}',
        b'{"data": [null, 3, "x", {"b64_json": 7}, {"b64_json": null, "url": ""}]}',
        b"[" * 100_000,
        b'{"data": [' + b"[" * 100_000,
        b'{"data": [{"b64_json": "\\x"',
        b'{"data": [{"b64_json": "QU\xff\xfe"',
    ],
)
def test_an_answer_without_pictures_holds_none(body: bytes) -> None:
    for cut in {*range(min(len(body), 200)), len(body)}:
        found = salvaged(body[:cut])
        assert not found.pictures
        assert not found.previews


@given(body=st.binary(max_size=200), junk=st.sampled_from([b"", b"data: ", b'{"data": [', b'{"data": [{"b64_json": "']))
def test_no_bytes_make_it_fail(body: bytes, junk: bytes) -> None:
    assert len(salvaged(junk + body).pictures) <= body.count(b'"')


@given(
    pictures=st.lists(st.binary(min_size=1, max_size=3000), min_size=1, max_size=4),
    streamed=st.booleans(),
    share=st.floats(0, 1),
)
def test_larger_answers_are_found_byte_for_byte(pictures: list[bytes], *, streamed: bool, share: float) -> None:
    entries = [{"type": "image_generation.completed", "b64_json": b64(data)} for data in pictures]
    if streamed:
        parts = [f"event: x\r\ndata: {json.dumps(entry)}\r\n\r\n".encode() for entry in entries]
    else:
        parts = [json.dumps({"data": entries}).encode()]
    whole = b"".join(parts)
    ends: list[tuple[int, bytes | Link]] = list(ends_in(whole, [(b64(data), data) for data in pictures]))
    cut = round(len(whole) * share)
    found = [one.source for one in salvaged(whole[:cut]).pictures.values()]
    assert found == [data for end, data in ends if end <= cut]


# ---- the same through the provider and the studio ----


def kept_bodies(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("*.kept")]


class KeepingSpools(Spools):
    """Keeps a copy of what it drops."""

    def drop(self, job: str) -> None:
        path = self.path(job)
        path.with_suffix(".kept").write_bytes(self.read(job))
        super().drop(job)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("how", ["list", "stream", "links", "links that are data", "prefixed", "stream refused"])
def test_what_is_saved_live_is_what_the_spool_tells(tmp_path: Path, how: str, count: int) -> None:
    faults = {
        "links that are data": Fault.URL_IS_DATA,
        "prefixed": Fault.B64_WITH_PREFIX,
        "stream refused": Fault.IGNORES_STREAM,
    }
    with StandIn(classic=True, faults=[faults[how]] if how in faults else []) as server:
        client = OpenAIClient(server.base_url)
        library = open_library(tmp_path / "library", tmp_path / "data")
        ledger = Ledger(tmp_path / "data" / "ledger.sqlite")
        spools = KeepingSpools(tmp_path / "data" / "spool", ledger)
        provider = client.provider(new_sink=spools.sink)
        studio = Studio(
            library,
            ledger=ledger,
            outbox=Outbox(tmp_path / "data" / "outbox.sqlite"),
            spools=spools,
            catalogue=CATALOGUE,
            connect=lambda _endpoint: provider,
        )
        asked = client.request(count=count, partial_images=2 if "stream" in how else 0)
        if how == "links":
            asked = client.request(count=count, model="dall-e-2", quality="")
        list(studio.generate(asked, CancelToken()))
        (body,) = kept_bodies(tmp_path / "data" / "spool")
        steps = list(provider.salvage(asked, body, CancelToken()))
    assert ledger.jobs()[0].state is JobState.SAVED
    live = {state.record.position: state for state in library.index.newest(View(), 9)}
    found = {step.position: step for step in steps if isinstance(step, GeneratedImage)}
    assert len(live) == count
    assert {at: library.read(state) for at, state in live.items()} == {at: made.data for at, made in found.items()}
    for at, state in live.items():
        assert state.record.usage == found[at].usage
        assert state.record.got.size == found[at].size
    assert not [step for step in steps if isinstance(step, (Lost, Preview))]


def test_a_link_that_has_expired_is_lost_and_not_an_error() -> None:
    with StandIn(faults=[Fault.URL_EXPIRED]) as server:
        client = OpenAIClient(server.base_url)
        body = json.dumps({"data": [{"url": f"{server.origin}/files/gone.png"}]}).encode()
        (step,) = client.provider().salvage(client.request(), body, CancelToken())
    assert isinstance(step, Lost)
