"""The window before a real bucket behind TLS: keys, trust, a link that opens, and one that is taken back."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from bucket_hands import choose_kind, computer, line, sync, sync_now, toast
from PySide6.QtGui import QGuiApplication
from remote.certificates import make_certificate
from remote.servers import Server, seaweed

from imagegen_desktop.core.bucket_presets import OTHER
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.ui.stage.stage import Shown
from imagegen_desktop.ui.sync_state import SyncPhase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from house import House

FINE = "Everything in the bucket"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("seaweed")
    with seaweed(folder, *make_certificate(folder)) as running:
        yield running


def name_bucket(house: House, server: Server, bucket: str, *, secret: str = "") -> None:
    form = house.panels.settings_page.bucket
    choose_kind(house, OTHER)
    form.endpoint.setText(server.url)
    form.bucket.setText(bucket)
    form.access.setText(server.access)
    form.secret.setText(secret or server.secret)
    form.more.certificates.setText(server.certificates)


def begin(house: House, server: Server, bucket: str) -> None:
    name_bucket(house, server, bucket)
    house.press("Start syncing")
    house.until(lambda: line(house) == FINE)


def test_a_bucket_is_tried_kept_shared_from_and_joined(
    sampling: House, server: Server, elsewhere: Callable[[], None], start: Callable[..., House]
) -> None:
    bucket = server.new_bucket()
    form, card = sampling.panels.settings_page.bucket, sampling.panels.settings_page.sync
    sampling.generated("A lighthouse at dusk")
    sampling.until(lambda: len(sampling.strip) == 1)
    name_bucket(sampling, server, bucket)
    sampling.press("Test", form)
    sampling.until(lambda: "can keep the library" in form.status.text())
    assert len(form.steps.words) >= 5
    begin(sampling, server, bucket)
    assert form.secret.text() == ""
    assert "session only" in card.key_place.text()
    assert server.secret not in (Folders.of_this_user().config / "buckets.json").read_text(encoding="utf-8")
    # A link to a copy that tells nothing, which opens until it is taken back.
    (state,) = sampling.strip
    sync(sampling).sharing.ask([state])
    sampling.press("Make the link")
    sampling.until(lambda: "The link is copied" in toast(sampling))
    trusted = ssl.create_default_context(cafile=server.certificates)
    url = QGuiApplication.clipboard().text()
    with urllib.request.urlopen(url, context=trusted) as answer:  # noqa: S310 (https)
        assert answer.headers["Content-Type"] == "image/png"
        shared = answer.read()
    assert shared.startswith(b"\x89PNG")
    assert b"lighthouse" not in shared
    sampling.until(lambda: len(card.links.rows) == 1)
    assert "minutes" in card.links.rows[0].end.text()
    card.links.rows[0].revoke_button.click()
    sampling.until(lambda: "Taken back" in toast(sampling) and not card.links.rows)
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(url, context=trusted)  # noqa: S310 (https)
    sync_now(sampling)
    # Another computer with the key sees it, and fetches the original when it is looked at.
    elsewhere()
    there = computer(start)
    name_bucket(there, server, bucket)
    there.press("Start syncing")
    there.press("Open the bucket's library here")
    there.until(lambda: [one.record.prompt for one in there.strip] == ["A lighthouse at dusk"])
    there.panels.settings_page.back.click()
    there.window.show_create()
    there.until(lambda: there.shown is Shown.PICTURE)
    assert there.files()[0].read_bytes() == sampling.files()[0].read_bytes()
    # What is done on either is seen on the other by itself.
    there.window.favoured.emit()
    there.until(lambda: there.strip[0].favourite)
    sync_now(there)
    sync_now(sampling)
    sampling.until(lambda: sampling.strip[0].favourite)


def test_a_wrong_key_begins_nothing_and_says_so(sampling: House, server: Server) -> None:
    bucket = server.new_bucket()
    name_bucket(sampling, server, bucket, secret="wrong")
    form = sampling.panels.settings_page.bucket
    sampling.press("Start syncing")
    sampling.until(lambda: "refused the key" in form.status.text())
    assert sync(sampling).desk.state.phase is SyncPhase.OFF
    sampling.press("Test", form)
    sampling.until(lambda: "as it is" in form.status.text())
    assert any("does not belong to this access key" in words for words in form.steps.words)


def test_a_certificate_that_nobody_trusts_is_told_as_that(sampling: House, server: Server) -> None:
    name_bucket(sampling, server, server.new_bucket())
    form = sampling.panels.settings_page.bucket
    form.more.certificates.setText("")
    sampling.press("Start syncing")
    sampling.until(lambda: "not secure" in form.status.text())


def test_a_key_that_is_refused_later_is_told_above_the_prompt(sampling: House, server: Server) -> None:
    begin(sampling, server, server.new_bucket())
    card = sampling.panels.settings_page.sync
    card.change_button.click()
    form = sampling.panels.settings_page.bucket
    assert form.bucket.text()
    parts = sync(sampling)
    settings = parts.bucket.settings
    assert settings is not None
    # As if the key had been revoked at the provider.
    parts._connecting.secrets._session.put(
        settings.secret_name, type(parts._connecting.secrets.key(settings))("revoked")
    )
    parts.desk._line.end()
    card.now.click()
    sampling.until(lambda: "refused the key" in sampling.words(sampling.panels.notices))
    sampling.press("Open the settings", sampling.panels.notices)
    assert form.isVisible()
    form.secret.setText(server.secret)
    sampling.press("Use these", form)
    sampling.until(lambda: line(sampling) == FINE and not sampling.panels.notices.topics)
