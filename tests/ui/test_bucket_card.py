"""The cards of the bucket: what each service asks for, what is missing, what a link's end is, and names for all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.exporting import Metadata
from imagegen_desktop.core.remote import (
    KeySource,
    RemoteKind,
    RemoteRefusedError,
    RemoteSettings,
    RemoteUnreachableError,
    SyncBusyError,
)
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.storage.bucket_data import load_bucket_presets
from imagegen_desktop.storage.sync_book import SharedCopy
from imagegen_desktop.studio.syncing.steps import Compared, Finding, Found
from imagegen_desktop.ui.settings.bucket_form import FOLDER, BucketForm
from imagegen_desktop.ui.settings.shared_links import SharedLinks, end_words
from imagegen_desktop.ui.settings.sync_section import SyncSection
from imagegen_desktop.ui.share_sheet import DAY, ShareSheet, ShareWish
from imagegen_desktop.ui.sync_state import SyncPhase, SyncState
from imagegen_desktop.ui.sync_words import compared_words, found_words, line_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.syncing.setting_up import Entry
    from imagegen_desktop.ui.theme.icons import Icons

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def form(qtbot: QtBot, icons: Icons) -> BucketForm:
    made = BucketForm(icons)
    qtbot.addWidget(made)
    made.set_presets(load_bucket_presets(resources_folder()))
    made.resize(650, 900)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def begun(form: BucketForm) -> list[Entry]:
    told: list[Entry] = []
    form.begin_requested.connect(told.append)
    return told


def choose(form: BucketForm, kind: str) -> None:
    form.kind.setCurrentIndex(form.kind.findData(kind))
    form.kind.activated.emit(form.kind.currentIndex())


def seen(*fields: QWidget) -> list[bool]:
    return [field.isVisible() for field in fields]


def test_each_service_asks_for_what_it_needs(form: BucketForm) -> None:
    choose(form, "r2")
    assert seen(form.account, form.region, form.endpoint) == [True, False, False]
    choose(form, "aws")
    assert seen(form.account, form.region, form.endpoint) == [False, True, False]
    choose(form, "minio")
    assert seen(form.account, form.region, form.endpoint) == [False, True, True]
    choose(form, FOLDER)
    assert seen(form.account, form.region, form.endpoint, form.bucket, form.access, form.more_button) == [False] * 6
    assert form.folder.isVisible()


def test_an_account_id_becomes_the_address(form: BucketForm, begun: list[Entry]) -> None:
    choose(form, "r2")
    form.account.setText(" abc123 ")
    form.bucket.setText("pictures")
    form.prefix.setText("/mine/")
    form.access.setText("AK")
    form.secret.setText("shh")
    form.begin.click()
    (entry,) = begun
    assert entry.key == Secret("shh")
    assert entry.passphrase is None
    settings = entry.settings
    assert (settings.endpoint, settings.region) == ("https://abc123.r2.cloudflarestorage.com", "auto")
    assert (settings.preset, settings.bucket, settings.prefix) == ("r2", "pictures", "mine")
    # Shown again it says the same, and no secret.
    form.show_remote(settings)
    assert form.account.text() == "abc123"
    assert form.secret.text() == ""
    assert "Kept" in form.secret.placeholderText()
    assert form.name_of(settings) == "Cloudflare R2"


def test_what_is_missing_is_said_before_anything_is_asked(form: BucketForm, begun: list[Entry]) -> None:
    choose(form, "r2")
    for field, words in (
        (form.account, "account id"),
        (form.bucket, "bucket's name"),
        (form.access, "access key"),
        (form.secret, "secret key"),
    ):
        form.begin.click()
        assert words in form.status.text()
        field.setText("x1")
    form.encrypt.click()
    form.begin.click()
    assert "passphrase is missing" in form.status.text()
    form.passphrase.setText("one")
    form.again.setText("two")
    form.begin.click()
    assert "not the same" in form.status.text()
    assert begun == []
    form.again.setText("one")
    form.begin.click()
    assert begun[0].passphrase == Secret("one")


def test_an_aws_profile_is_used_only_if_it_was_chosen(form: BucketForm, begun: list[Entry]) -> None:
    choose(form, "aws")
    form.region.setText("eu-central-1")
    form.bucket.setText("pictures")
    form.more_button.click()
    form.more.source.setCurrentIndex(form.more.source.findData(KeySource.PROFILE))
    form.more.source.activated.emit(1)
    assert seen(form.access, form.secret, form.more.profile) == [False, False, True]
    form.more.profile.setText("photos")
    form.more.limit.setValue(500)
    form.begin.click()
    settings = begun[0].settings
    assert (settings.keys, settings.profile, settings.uploads_per_second) == (KeySource.PROFILE, "photos", 500_000)


def test_what_a_test_found_is_taken_over(form: BucketForm, begun: list[Entry]) -> None:
    choose(form, "aws")
    form.region.setText("us-east-1")
    form.bucket.setText("pictures")
    form.access.setText("AK")
    form.secret.setText("shh")
    form.take_over(RemoteSettings(region="eu-west-3", path_style=True))
    form.begin.click()
    assert (begun[0].settings.region, begun[0].settings.path_style) == ("eu-west-3", True)
    assert begun[0].key == Secret("shh")


def test_every_control_has_a_name(form: BucketForm, qtbot: QtBot, unnamed: Callable[[QWidget], list[str]]) -> None:
    form.more_button.click()
    form.encrypt.click()
    assert unnamed(form) == []
    card, sheet = SyncSection(), ShareSheet()
    for widget in (card, sheet):
        qtbot.addWidget(widget)
        widget.show()
    card.links.show_links([shared()])
    card.show_place("pictures", encrypted=True, shares=True)
    assert unnamed(card) == []
    assert unnamed(sheet) == []


# ---- links ----


def shared(**changes: object) -> SharedCopy:
    copy = SharedCopy(
        id="1", image="2", key="v1/shared/abc/cat.png", url="https://x", created=NOW, expires=NOW + timedelta(hours=1)
    )
    return replace(copy, **changes)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=59), "Ends in 59 minutes"),
        (timedelta(hours=23), "Ends in 23 hours"),
        (timedelta(days=7), "Ends in 7 days"),
        (timedelta(seconds=-1), "Has ended"),
    ],
)
def test_a_link_says_when_it_ends(left: timedelta, words: str) -> None:
    assert end_words(NOW + left, NOW).startswith(words)


def test_a_link_without_an_end_says_so() -> None:
    assert "until you take it back" in end_words(None, NOW)


def test_a_link_that_has_ended_is_not_copied_and_can_still_be_taken_back(qtbot: QtBot) -> None:
    links = SharedLinks(now=lambda: NOW)
    qtbot.addWidget(links)
    links.show()
    revoked: list[SharedCopy] = []
    links.revoked.connect(revoked.append)
    links.show_links([shared(), shared(id="2", expires=NOW - timedelta(hours=1))])
    assert [row.copy_button.isHidden() for row in links.rows] == [False, True]
    links.rows[1].revoke_button.click()
    assert [one.id for one in revoked] == ["2"]


def test_a_link_tells_nothing_and_ends_unless_it_is_wished_otherwise(
    qtbot: QtBot, make_state: Callable[..., ImageState]
) -> None:
    sheet = ShareSheet()
    qtbot.addWidget(sheet)
    wishes: list[ShareWish] = []
    sheet.share_requested.connect(wishes.append)
    state = make_state()
    sheet.open_for(state, "A ridge", has_public=False)
    sheet.share.click()
    sheet.life.setCurrentIndex(sheet.life.findData(DAY))
    sheet.share.click()
    assert not sheet.public.isVisible()
    sheet.open_for(state, "A ridge", has_public=True)
    sheet.public.click()
    assert not sheet.life.isEnabled()
    sheet.share.click()
    assert [(wish.seconds, wish.metadata, wish.public) for wish in wishes] == [
        (3600, Metadata.NONE, False),
        (DAY, Metadata.NONE, False),
        (DAY, Metadata.NONE, True),
    ]


# ---- words ----


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SyncState(), ""),
        (SyncState(phase=SyncPhase.RESTING), "Everything in the bucket"),
        (SyncState(phase=SyncPhase.RESTING, is_folder=True), "Everything in the folder"),
        (SyncState(phase=SyncPhase.SENDING, done=2, of=12), "Sending 3 of 12"),
        (SyncState(phase=SyncPhase.SENDING, done=12, of=12), "Sending 12 of 12"),
        (SyncState(phase=SyncPhase.RESTING, waiting=1), "1 on its way"),
        (SyncState(phase=SyncPhase.RESTING, waiting=3, failed=2), "2 could not be sent; tried again in a minute"),
        (SyncState(phase=SyncPhase.PAUSED), "Paused: nothing is sent or fetched by itself"),
        (
            SyncState(phase=SyncPhase.OFFLINE, waiting=2, seconds=40, error=RemoteUnreachableError()),
            "2 wait for the bucket: can't be reached, tried again in 0:40",
        ),
        (
            SyncState(phase=SyncPhase.TROUBLE, seconds=90, error=RemoteRefusedError()),
            "Nothing waits: the bucket refused the key, tried again in 1:30",
        ),
        (
            SyncState(phase=SyncPhase.TROUBLE, waiting=1, error=SyncBusyError()),
            "1 waits for the bucket: another window or command is at it",
        ),
    ],
)
def test_one_line_tells_how_it_stands(state: SyncState, words: str) -> None:
    assert line_of(state).full == words


def test_what_merely_lies_elsewhere_is_no_fault_of_a_comparison() -> None:
    assert compared_words(Compared(5, {Finding.NOT_HERE: 3}))[1] == "ok"
    assert compared_words(Compared(5, {Finding.LOST: 1}))[1] == "warn"
    words, kind = compared_words(Compared(5, {Finding.NOT_THERE: 2}, mended=2, read_back=True))
    assert kind == "ok"
    assert words == "Read back and right: 5. Not in the bucket: 2. Mended: 2."
    assert found_words(Found(Finding.DIFFERS, "a.png", mended=True)).endswith("a.png (mended)")


def test_a_place_of_another_kind_keeps_no_field_of_the_first(form: BucketForm, begun: list[Entry]) -> None:
    choose(form, FOLDER)
    form.folder.setText("/media/stick")
    form.begin.click()
    assert begun[0].settings.kind is RemoteKind.FOLDER
    assert begun[0].settings.place == "/media/stick"
    assert begun[0].key is None
