"""A library is set up to be kept elsewhere, joins what lies there, and is ended without a loss."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.bucket_probe import ProbeEnded
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import KeychainAbsentError
from imagegen_desktop.core.remote import (
    RemoteEmptiedError,
    RemoteEncryptedError,
    RemoteKind,
    RemotePassphraseError,
    RemoteRefusedError,
    RemoteSettings,
    RemoteUnreachableError,
)
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.keychain import MemorySecrets, RemoteSecrets
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.remotes_file import RemotesFile
from imagegen_desktop.studio.syncing.connecting import Connecting, keep_file, leave_open
from imagegen_desktop.studio.syncing.line import Line
from imagegen_desktop.studio.syncing.setting_up import (
    Begun,
    Ended,
    Entry,
    Joined,
    Looked,
    Noted,
    OtherThere,
    SettingUp,
)
from imagegen_desktop.studio.syncing.steps import Sent, Synced
from pictures import new_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.syncing.steps import SyncStep
    from imagegen_desktop.studio.syncing.syncing import Syncing

GO = CancelToken()
WORDS = Secret("correct horse battery staple")


class Computer:
    """One of several that keep a library at one place."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.keychain, self.session = MemorySecrets(), MemorySecrets()
        self.secrets = RemoteSecrets(self.keychain, self.session)
        self.connecting = Connecting(self.secrets, home / "data", device_name=home.name)
        self.remotes = RemotesFile(Folders(data=home / "data", config=home / "config", pictures=home / "pictures"))
        self.library = self.opened()

    def opened(self) -> Library:
        self.library = open_library(self.home / "library", self.home / "data")
        return self.library

    @property
    def setting_up(self) -> SettingUp:
        return SettingUp(self.library, self.connecting, self.remotes)

    def add(self, prompt: str) -> ImageState:
        new = new_image(prompt)
        return self.library.add(self.library.describe(new), new.data)

    def begin(self, entry: Entry) -> Begun | OtherThere:
        (step,) = self.setting_up.begin(entry, leave_open, GO)
        return step

    def line(self, settings: RemoteSettings) -> Line:
        return Line(self.connecting, self.library, settings, discard=keep_file, thumbnails=None)

    def round(self, settings: RemoteSettings) -> list[SyncStep]:
        line = self.line(settings)
        try:
            return list(line.use(lambda syncing, cancel: syncing.round(cancel), GO))
        finally:
            line.end()


@pytest.fixture
def here(tmp_path: Path) -> Computer:
    return Computer(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Computer:
    return Computer(tmp_path / "there")


@pytest.fixture
def place(tmp_path: Path) -> RemoteSettings:
    (tmp_path / "nas").mkdir()
    return RemoteSettings(kind=RemoteKind.FOLDER, folder=str(tmp_path / "nas"))


def test_an_empty_place_is_begun_with_and_remembered(here: Computer, place: RemoteSettings) -> None:
    assert here.begin(Entry(settings=place)) == Begun(place)
    assert list(here.setting_up.look(GO)) == [Looked(place)]
    here.add("a cat")
    assert here.round(place)[-1] == Synced(0)
    # Once more, as after a change of the key: it is this very library that lies there.
    assert here.begin(Entry(settings=place)) == Begun(place)


def test_a_test_tells_each_step_and_keeps_nothing(here: Computer, place: RemoteSettings, tmp_path: Path) -> None:
    *steps, end = here.setting_up.test(Entry(settings=place), GO)
    assert isinstance(end, ProbeEnded)
    assert end.ok
    assert len(steps) >= 4
    assert list((tmp_path / "nas").iterdir()) == []
    assert list(here.setting_up.look(GO)) == [Looked(None)]
    with pytest.raises(RemoteRefusedError):
        list(here.setting_up.test(Entry(settings=RemoteSettings(bucket="mine", access_key="AK")), GO))


def test_a_place_that_is_not_there_is_not_begun_with(here: Computer, place: RemoteSettings) -> None:
    gone = replace(place, folder=f"{place.folder}-unplugged")
    with pytest.raises(RemoteUnreachableError):
        here.begin(Entry(settings=gone))
    assert list(here.setting_up.look(GO)) == [Looked(None)]


def test_an_empty_library_can_become_the_one_that_lies_there(
    here: Computer, there: Computer, place: RemoteSettings
) -> None:
    state = here.add("a cat")
    here.begin(Entry(settings=place))
    here.round(place)
    entry = Entry(settings=place)
    assert there.begin(entry) == OtherThere(entry, can_join=True)
    assert list(there.setting_up.join(entry, leave_open, GO)) == [Joined(place)]
    there.opened()
    assert there.library.id == here.library.id
    assert list(there.setting_up.look(GO)) == [Looked(place)]
    there.round(place)
    assert there.library.index.get([state.id]) == (state,)


def test_a_library_with_images_does_not_become_another_one(
    here: Computer, there: Computer, place: RemoteSettings
) -> None:
    here.begin(Entry(settings=place))
    here.round(place)
    there.add("a dog")
    entry = Entry(settings=place)
    assert there.begin(entry) == OtherThere(entry, can_join=False)
    assert list(there.setting_up.look(GO)) == [Looked(None)]


def test_nothing_is_joined_where_nothing_lies(there: Computer, place: RemoteSettings) -> None:
    before = there.library.id
    assert list(there.setting_up.join(Entry(settings=place), leave_open, GO)) == []
    encrypted = replace(place, encrypted=True)
    with pytest.raises(RemoteEmptiedError):
        list(there.setting_up.join(Entry(settings=encrypted, passphrase=WORDS), leave_open, GO))
    assert there.opened().id == before


def test_what_was_typed_is_kept_only_once_it_proved_right(
    here: Computer, there: Computer, place: RemoteSettings
) -> None:
    encrypted = replace(place, encrypted=True)
    begun = here.begin(Entry(settings=encrypted, passphrase=WORDS))
    assert begun == Begun(encrypted, "this session only")
    assert here.keychain.get(encrypted.passphrase_name) == WORDS
    here.round(encrypted)
    with pytest.raises(RemotePassphraseError):
        there.begin(Entry(settings=encrypted, passphrase=Secret("wrong")))
    assert there.keychain.get(encrypted.passphrase_name) is None
    with pytest.raises(RemoteEncryptedError):
        there.begin(Entry(settings=place))
    entry = Entry(settings=encrypted, passphrase=WORDS)
    assert there.begin(entry) == OtherThere(entry, can_join=True)


def test_the_note_holds_the_place_and_not_the_passphrase(here: Computer, place: RemoteSettings) -> None:
    encrypted = replace(place, encrypted=True)
    here.begin(Entry(settings=encrypted, passphrase=WORDS))
    (noted,) = here.setting_up.note(encrypted, leave_open, GO)
    assert isinstance(noted, Noted)
    assert place.folder in noted.text
    assert WORDS.reveal() not in noted.text
    assert "BEGIN AGE ENCRYPTED FILE" in noted.text


def test_a_key_goes_where_it_can_be_kept(here: Computer) -> None:
    class Absent(MemorySecrets):
        def put(self, name: str, secret: Secret) -> None:
            raise KeychainAbsentError(name + secret.reveal()[:0])

    bucket = RemoteSettings(bucket="mine", access_key="AK")
    secrets = RemoteSecrets(Absent(), here.session)
    assert secrets.store_key(bucket, Secret("s")) == "this session only"
    tried = here.secrets.trying(bucket, Secret("typed"), None)
    assert tried.key(bucket) == Secret("typed")
    assert here.secrets.key(bucket) == Secret("s")


def test_an_end_deletes_nothing_and_tells_nothing_of_the_place_any_more(
    here: Computer, place: RemoteSettings, tmp_path: Path
) -> None:
    state = here.add("a cat")
    here.begin(Entry(settings=place))
    here.round(place)
    assert here.library.index.held([state.id])
    before = sorted((tmp_path / "nas").rglob("*"))
    assert list(here.setting_up.end(GO)) == [Ended()]
    assert sorted((tmp_path / "nas").rglob("*")) == before
    assert list(here.setting_up.look(GO)) == [Looked(None)]
    assert not here.library.index.held([state.id])
    # Begun again, it is known at once that all of it lies there.
    here.begin(Entry(settings=place))
    assert not [step for step in here.round(place) if isinstance(step, Sent)]
    assert here.library.index.held([state.id])


def test_a_place_that_was_emptied_on_purpose_is_filled_anew(
    here: Computer, place: RemoteSettings, tmp_path: Path
) -> None:
    here.add("a cat")
    here.begin(Entry(settings=place))
    here.round(place)
    for path in sorted((tmp_path / "nas").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with pytest.raises(RemoteEmptiedError):
        here.round(place)
    assert list(here.setting_up.begin_anew(place, GO)) == [Looked(place)]
    assert here.round(place)[-1] == Synced(0)


def test_a_line_is_open_again_after_it_was_ended(here: Computer, place: RemoteSettings) -> None:
    here.add("a cat")
    here.begin(Entry(settings=place))
    line = here.line(place)
    reached, go_on = threading.Event(), threading.Event()

    def waits(syncing: Syncing, cancel: CancelToken) -> Iterator[SyncStep]:
        reached.set()
        assert go_on.wait(5)
        yield from syncing.round(cancel)

    told: list[SyncStep] = []
    worker = threading.Thread(target=lambda: told.extend(line.use(waits, GO)))
    worker.start()
    assert reached.wait(5)
    line.end()
    go_on.set()
    worker.join(5)
    assert not [step for step in told if isinstance(step, Synced)]
    assert list(line.use(lambda syncing, cancel: syncing.round(cancel), GO))[-1] == Synced(0)
    line.end()
