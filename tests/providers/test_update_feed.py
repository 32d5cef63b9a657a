"""News of a newer version come over https, tell nothing of the person, and are believed only with the makers' signature."""

from __future__ import annotations

import base64
import importlib.util
import json
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from news_server import NewsServer

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.updates import UpdateError, UpdateNews, UpdateRefusedError, UpdateSource
from imagegen_desktop.providers.update_feed import LIMIT, fetch_news, verified
from imagegen_desktop.storage.update_memory import UpdateMemory, load_source
from imagegen_desktop.studio.updates import Looked, Updates

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PAGE = "https://example.org/releases/9.9.9"


def _script() -> Any:
    """The maintainer's own script: what it signs is what the program believes."""
    spec = importlib.util.spec_from_file_location("update_news", ROOT / "resources" / "packaging" / "update_news.py")
    assert spec
    assert spec.loader
    before = list(sys.path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


script = _script()


class Maker:
    """Who publishes: has a key of their own."""

    def __init__(self, folder: Path) -> None:
        source = folder / "updates.json"
        source.write_text('{"address": "https://news.test/", "public_key": ""}', encoding="utf-8")
        script.new_key(folder / "key.pem", source)
        self.key = folder / "key.pem"
        self.public_key = json.loads(source.read_text(encoding="utf-8"))["public_key"]

    def signed(self, version: str = "9.9.9", *, issued: datetime = NOW, page: str = PAGE) -> bytes:
        data: bytes = script.signed(self.key.read_bytes(), version=version, page=page, issued=issued)
        return data


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NewsServer]:
    with NewsServer(tmp_path) as running:
        yield running


def _fetch(server: NewsServer, maker: Maker, cancel: CancelToken | None = None) -> UpdateNews:
    source = UpdateSource(address=server.address, public_key=maker.public_key)
    return fetch_news(
        source,
        {},
        cancel or CancelToken(),
        roots=server.roots,
        public=lambda _address: True,
        resolve=server.resolve,
    )


# ---- on the wire ----


def test_signed_news_are_fetched_and_nothing_is_told_of_the_person(server: NewsServer, maker: Maker) -> None:
    server.body = maker.signed()
    assert _fetch(server, maker) == UpdateNews(version="9.9.9", issued=NOW, page=PAGE)
    ((path, headers),) = server.heard
    assert path == "/latest-version.json"
    assert set(headers) == {"host", "accept", "accept-encoding", "user-agent", "connection"} & set(headers)
    assert headers["user-agent"] == "imagegen-desktop"


def test_a_certificate_that_nobody_trusts_ends_it(server: NewsServer, maker: Maker) -> None:
    server.body = maker.signed()
    source = UpdateSource(address=server.address, public_key=maker.public_key)
    with pytest.raises(UpdateError):
        fetch_news(
            source,
            {},
            CancelToken(),
            roots=ssl.create_default_context,
            public=lambda _address: True,
            resolve=server.resolve,
        )
    assert server.heard == []


def test_plain_http_is_never_asked_and_never_followed(server: NewsServer, maker: Maker) -> None:
    plain = UpdateSource(address="http://news.test/", public_key=maker.public_key)
    with pytest.raises(UpdateError) as asked:
        fetch_news(plain, {}, CancelToken())
    assert "not an https address" in asked.value.details
    server.onward = server.address.replace("https", "http")
    with pytest.raises(UpdateError) as followed:
        _fetch(server, maker)
    assert "not encrypted" in followed.value.details


def test_an_answer_of_any_length_is_cut(server: NewsServer, maker: Maker) -> None:
    server.body = b" " * (LIMIT + 1)
    with pytest.raises(UpdateError):
        _fetch(server, maker)


# ---- what is believed ----


def _changed(data: bytes, **changes: str) -> bytes:
    told = json.loads(data)
    news = json.loads(base64.b64decode(told["news"])) | changes
    return json.dumps(told | {"news": base64.b64encode(json.dumps(news).encode()).decode()}).encode()


@pytest.mark.parametrize("change", [{"version": "9.9.10"}, {"page": "https://elsewhere.example/"}])
def test_a_word_that_was_changed_is_refused(maker: Maker, change: dict[str, str]) -> None:
    with pytest.raises(UpdateRefusedError):
        verified(_changed(maker.signed(), **change), maker.public_key)


def test_another_makers_signature_is_refused(maker: Maker, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(UpdateRefusedError):
        verified(Maker(tmp_path / "other").signed(), maker.public_key)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"news": "!", "signature": "!"}', b"\xff"])
def test_what_makes_no_sense_is_refused(maker: Maker, data: bytes) -> None:
    with pytest.raises(UpdateRefusedError):
        verified(data, maker.public_key)


@pytest.mark.parametrize(
    ("version", "page"),
    [("newest", PAGE), ("1.2.3; rm", PAGE), ("1.2.3", "file:///etc/passwd"), ("1.2.3", "http://a/")],
)
def test_signed_nonsense_is_refused_as_well(maker: Maker, version: str, page: str) -> None:
    with pytest.raises(UpdateRefusedError):
        verified(maker.signed(version, page=page), maker.public_key)


def test_the_key_that_ships_is_a_key_and_the_address_an_https_one() -> None:
    source = load_source(resources_folder())
    assert source.address.startswith("https://")
    assert len(base64.b64decode(source.public_key)) == 32


def test_the_script_refuses_to_publish_what_the_program_would_not_believe(tmp_path: Path, maker: Maker) -> None:
    out = tmp_path / "out.json"
    with pytest.raises(UpdateRefusedError):
        script.main(["sign", "--page", PAGE, "--key", str(maker.key), str(out)])
    assert not out.exists()


# ---- what came before ----


class Feed:
    """News as they come in turn."""

    def __init__(self, folder: Path, *news: UpdateNews) -> None:
        self._news = list(news)
        self.memory = UpdateMemory(folder / "heard.json")
        self.updates = Updates(self.memory, lambda _cancel: self._news.pop(0), lambda: NOW, own="1.0.0")

    def look(self) -> Looked:
        (found,) = self.updates.look(CancelToken())
        return found


def _news(version: str, *, days: int = 0) -> UpdateNews:
    return UpdateNews(version=version, issued=NOW - timedelta(days=10) + timedelta(days=days), page=PAGE)


def test_a_newer_version_is_told_and_the_same_or_an_older_one_is_not(tmp_path: Path) -> None:
    feed = Feed(tmp_path, _news("0.9.9"), _news("1.0.0"), _news("1.0.10"))
    assert [feed.look().newer for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("older", [_news("1.2.0", days=-1), _news("1.1.0", days=1)])
def test_older_news_that_were_true_once_are_refused_and_change_nothing(tmp_path: Path, older: UpdateNews) -> None:
    feed = Feed(tmp_path, _news("1.2.0"), older)
    known = feed.look().heard
    with pytest.raises(UpdateRefusedError):
        feed.look()
    assert feed.memory.load() == known


def test_news_from_the_future_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UpdateRefusedError):
        Feed(tmp_path, _news("1.2.0", days=400)).look()


def test_it_is_due_once_a_day_and_after_a_clock_that_ran_ahead(tmp_path: Path) -> None:
    feed = Feed(tmp_path, _news("1.0.0"))
    (first,) = feed.updates.begin(CancelToken())
    assert first.due
    feed.look()
    (second,) = feed.updates.begin(CancelToken())
    assert (second.due, second.heard.starts) == (False, 2)
    later = Updates(feed.memory, lambda _cancel: _news("1.0.0"), lambda: NOW + timedelta(hours=25))
    assert next(iter(later.begin(CancelToken()))).due
    before = Updates(feed.memory, lambda _cancel: _news("1.0.0"), lambda: NOW - timedelta(days=40))
    assert next(iter(before.begin(CancelToken()))).due
