"""The command `bucket`: set up, sync, restore on another computer, compare and share, without a window."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import urllib.request
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from remote import servers
from remote.certificates import make_certificate

from imagegen_desktop import cli
from imagegen_desktop.cli import bucket_commands
from imagegen_desktop.core.changes import TRASHED
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.keychain import MemorySecrets, RemoteSecrets
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.remotes_file import RemotesFile
from imagegen_desktop.studio.syncing.syncing import Syncing
from pictures import new_image, picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from remote.servers import Server

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library


class Ran:
    def __init__(self, *words: str, stdin: str = "") -> None:
        out, err = io.StringIO(), io.StringIO()
        before, sys.stdin = sys.stdin, io.StringIO(stdin)
        try:
            self.code = cli.run(cli.parser().parse_args(["bucket", *words]), out=out, err=err)
        finally:
            sys.stdin = before
        self.out, self.err = out.getvalue(), err.getvalue()
        self.lines = self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def keychain(monkeypatch: pytest.MonkeyPatch) -> MemorySecrets:
    """One that outlives a command."""
    kept = MemorySecrets()
    monkeypatch.setattr(bucket_commands, "remote_secrets_of_this_user", lambda: RemoteSecrets(kept, MemorySecrets()))
    return kept


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    place = tmp_path / "elsewhere"
    place.mkdir()
    return place


@pytest.fixture
def library() -> Library:
    return open_library(Folders.of_this_user().default_library, Folders.of_this_user().data)


def add(library: Library, count: int = 1, prompt: str = "A kite") -> list[ImageState]:
    made = []
    for number in range(count):
        new = new_image(f"{prompt} {number}", picture((number, len(library.index.ids()), 9), size=(30, 20)))
        made.append(library.add(library.describe(new), new.data))
    return made


def another_computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_PICTURES_DIR", "APPDATA", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "other" / variable))


@pytest.fixture
def kept(library: Library, elsewhere: Path) -> Library:
    """A library that is kept in a folder elsewhere."""
    assert Ran("test", "--folder", str(elsewhere), "--save").code == cli.EXIT_OK
    return library


def test_a_folder_is_tried_step_by_step_and_nothing_is_kept_unless_it_is_wished(
    library: Library, elsewhere: Path
) -> None:
    ran = Ran("test", "--folder", str(elsewhere))
    assert ran.code == cli.EXIT_OK
    assert ran.lines
    assert all(line.startswith("ok  ") for line in ran.lines)
    assert list(elsewhere.rglob("*")) == []
    assert RemotesFile(Folders.of_this_user()).load(library.id) is None
    told = Ran("test", "--folder", str(elsewhere), "--save", "--json").json
    assert (told["ok"], told["saved"]) == (True, True)
    assert RemotesFile(Folders.of_this_user()).load(library.id) is not None
    assert Ran("test").code == cli.EXIT_OK


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    ran = Ran("test", "--folder", str(tmp_path / "unplugged"), "--save", "--json")
    assert ran.code == cli.EXIT_FAILED
    assert (ran.json["ok"], ran.json["saved"]) == (False, False)
    assert not (tmp_path / "unplugged").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("test", "--endpoint", "https://s3.example"),
        ("test", "--bucket", "b"),
        ("restore", "there"),
        ("share",),
        ("share", "--public", "kite"),
        ("test", "--bucket", "b", "--access-key", "k"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_what_is_missing_is_a_wrong_argument(words: tuple[str, ...]) -> None:
    ran = Ran(*words)
    assert ran.code == cli.EXIT_USAGE
    assert ran.err.startswith(f"imagegen-desktop bucket {words[0]}: ")


def test_a_secret_can_not_be_typed_as_an_argument() -> None:
    for action in ("test", "sync", "restore", "verify", "share"):
        words = cli.parser()._subparsers._group_actions[0].choices["bucket"]
        options = words._subparsers._group_actions[0].choices[action].format_help()
        assert "--secret-stdin" in options
        assert "--secret " not in options
        assert "--passphrase " not in options


@pytest.mark.usefixtures("library")
def test_without_a_place_the_way_to_one_is_told() -> None:
    ran = Ran("sync")
    assert ran.code == cli.EXIT_FAILED
    assert "bucket test --save" in ran.err


def test_a_second_computer_restores_the_library_and_both_share_it(
    kept: Library, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = add(kept, 3)
    ran = Ran("sync", "--json")
    assert ran.code == cli.EXIT_OK
    assert set(ran.json["sent"]) == {state.id for state in images}
    assert ran.json["pending"] == 0
    assert Ran("sync").lines == ["0 sent, 0 images and 0 changes received, 0 to be sent"]
    another_computer(monkeypatch, tmp_path)
    there = tmp_path / "restored"
    ran = Ran("restore", str(there), "--folder", str(elsewhere), "--json")
    assert ran.code == cli.EXIT_OK
    assert (ran.json["images"], len(ran.json["fetched"])) == (3, 3)
    restored = open_library(there, Folders.of_this_user().data)
    assert restored.id == kept.id
    assert {restored.read(state) for state in images} == {kept.read(state) for state in images}
    # Its place is known from now on.
    add(restored)
    assert Ran("sync", "--library", str(there)).code == cli.EXIT_OK
    assert len(list((elsewhere / "v1" / "originals").rglob("*.png"))) == 4


def test_a_restored_library_may_leave_its_originals_there(
    kept: Library, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (image,) = add(kept)
    Ran("sync")
    another_computer(monkeypatch, tmp_path)
    ran = Ran("restore", str(tmp_path / "restored"), "--folder", str(elsewhere), "--no-originals")
    assert (ran.code, ran.lines) == (cli.EXIT_OK, [str(tmp_path / "restored")])
    restored = open_library(tmp_path / "restored", Folders.of_this_user().data)
    assert not restored.path_of(image).exists()
    assert Ran("verify", "--library", str(tmp_path / "restored")).code == cli.EXIT_OK
    ran = Ran("sync", "--fetch", "--json", "--library", str(tmp_path / "restored"))
    assert ran.json["fetched"] == [str(restored.path_of(image))]
    assert restored.path_of(image).exists()


def test_a_place_that_is_empty_after_a_restore_is_one_that_was_emptied(
    kept: Library, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(kept)
    Ran("sync")
    another_computer(monkeypatch, tmp_path)
    there = str(tmp_path / "restored")
    # As if it had died before its first round.
    with monkeypatch.context() as patch:
        patch.setattr(Syncing, "round", lambda *_words, **_options: iter(()))
        Ran("restore", there, "--folder", str(elsewhere), "--no-originals")
    shutil.rmtree(elsewhere / "v1")
    ran = Ran("sync", "--library", there)
    assert (ran.code, ran.err[:20]) == (cli.EXIT_FAILED, "The bucket is empty,")
    assert list(elsewhere.iterdir()) == []


def test_nothing_is_restored_from_an_empty_place_or_into_a_full_folder(
    kept: Library, elsewhere: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = Ran("restore", str(tmp_path / "new"), "--folder", str(empty))
    assert (ran.code, ran.out) == (cli.EXIT_FAILED, "")
    assert not (tmp_path / "new").exists()
    add(kept)
    Ran("sync")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    ran = Ran("restore", str(tmp_path / "full"), "--folder", str(elsewhere))
    assert ran.code == cli.EXIT_FAILED
    assert "not empty" in ran.err


def test_another_library_is_not_kept_where_one_lies(kept: Library, elsewhere: Path, tmp_path: Path) -> None:
    add(kept)
    Ran("sync")
    ran = Ran("test", "--folder", str(elsewhere), "--save", "--library", str(tmp_path / "another"))
    assert ran.code == cli.EXIT_FAILED
    assert "Another library lies at this place" in ran.err


@pytest.mark.parametrize(("answer", "in_trash"), [("--accept-deletes", 20), ("--keep-deleted", 0)])
def test_a_mass_of_deletes_is_asked_about(
    kept: Library, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, answer: str, in_trash: int
) -> None:
    images = add(kept, 20)
    Ran("sync")
    with monkeypatch.context() as patch:
        another_computer(patch, tmp_path)
        Ran("restore", str(tmp_path / "restored"), "--folder", str(elsewhere))
        other = open_library(tmp_path / "restored", Folders.of_this_user().data)
        other.change([state.id for state in images], TRASHED, value=True)
        Ran("sync", "--library", str(tmp_path / "restored"))
    ran = Ran("sync", "--json")
    assert ran.code == cli.EXIT_FAILED
    assert ran.json["deletes_held_back"]["count"] == 20
    assert "--keep-deleted" in ran.err
    assert Ran("sync", answer).code == cli.EXIT_OK
    assert sum(state.trashed for state in kept.index.states()) == in_trash


def test_an_image_that_could_not_be_sent_is_told(kept: Library) -> None:
    good, bad = add(kept, 2)
    kept.path_of(bad).write_bytes(b"painted over")
    ran = Ran("sync", "--json")
    assert ran.code == cli.EXIT_PARTLY
    assert ran.json["sent"] == [good.id]
    assert [one["id"] for one in ran.json["not_sent"]] == [bad.id]


def test_a_comparison_ends_well_only_where_all_is_well_there(kept: Library, elsewhere: Path) -> None:
    images = add(kept, 3)
    Ran("sync")
    assert Ran("verify", "--read-back").code == cli.EXIT_OK
    originals = {path.stem: path for path in (elsewhere / "v1" / "originals").rglob("*.png")}
    originals[images[0].id].unlink()
    originals[images[1].id].write_bytes(b"damaged")
    ran = Ran("verify", "--json")
    assert ran.code == cli.EXIT_FAILED
    assert {one["id"]: one["finding"] for one in ran.json["found"]} == {
        images[0].id: "not_there",
        images[1].id: "differs",
    }
    ran = Ran("verify", "--mend")
    assert ran.code == cli.EXIT_OK
    assert ran.lines[0].endswith("2 mended")
    assert Ran("verify", "--read-back").code == cli.EXIT_OK


def test_a_folder_gives_no_links(kept: Library) -> None:
    add(kept)
    ran = Ran("share", "kite")
    assert ran.code == cli.EXIT_FAILED
    assert ran.err.startswith("This place gives no links.")


def test_an_encrypted_folder_needs_its_passphrase_on_every_computer(
    library: Library, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keychain: MemorySecrets
) -> None:
    (image,) = add(library, prompt="A secret")
    place = ("--folder", str(elsewhere))
    assert Ran("test", *place, "--save", "--passphrase-stdin", stdin="correct horse\n").code == cli.EXIT_OK
    assert Ran("sync").code == cli.EXIT_OK
    names = [path.as_posix() for path in elsewhere.rglob("*")]
    assert not any(image.id in name or "originals" in name for name in names)
    another_computer(monkeypatch, tmp_path)
    for name in list(keychain._secrets):
        keychain.delete(name)
    there = str(tmp_path / "restored")
    wrong = Ran("restore", there, *place, "--passphrase-stdin", stdin="wrong\n")
    assert wrong.code == cli.EXIT_FAILED
    assert wrong.err.startswith("The passphrase does not open this library.")
    assert Ran("restore", there, *place).code == cli.EXIT_FAILED
    assert Ran("restore", there, *place, "--encrypted").code == cli.EXIT_USAGE
    assert Ran("restore", there, *place, "--passphrase-stdin", stdin="correct horse\n").code == cli.EXIT_OK
    restored = open_library(tmp_path / "restored", Folders.of_this_user().data)
    assert restored.read(image) == library.read(image)


# ---- a real bucket ----


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("rclone")
    with servers.rclone(folder, *make_certificate(folder)) as running:
        yield running


def place_in(server: Server) -> tuple[str, ...]:
    return (
        "--endpoint", server.url, "--bucket", server.new_bucket(), "--access-key", server.access, "--prefix", "mine",
        "--certificates", server.certificates,
    )  # fmt: skip


def test_a_bucket_is_set_up_synced_shared_and_restored(
    library: Library, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keychain: MemorySecrets
) -> None:
    images = add(library, 2)
    place = place_in(server)
    secret = f"{server.secret}\n"
    ran = Ran("test", *place, "--save", "--secret-stdin", stdin=secret)
    assert ran.code == cli.EXIT_OK, ran.out + ran.err
    assert "Its key is kept by" in ran.err
    assert server.secret not in ran.out + ran.err
    assert Ran("sync").code == cli.EXIT_OK
    shared = Ran("share", images[0].id, "--hours", "1", "--json")
    assert shared.code == cli.EXIT_OK
    (link,) = shared.json
    assert 0 < (datetime.fromisoformat(link["expires"]) - datetime.fromisoformat(link["created"])).seconds <= 3600
    trusting = ssl.create_default_context(cafile=server.certificates)
    with urllib.request.urlopen(link["url"], context=trusting) as answer:  # noqa: S310 (https)
        assert answer.read()
    assert link["url"] in Ran("share", "--list").out
    assert Ran("share", "--revoke", link["url"]).code == cli.EXIT_OK
    assert Ran("share", "--list", "--json").json == []
    assert Ran("share", "--revoke", link["url"]).code == cli.EXIT_FAILED
    another_computer(monkeypatch, tmp_path)
    for name in list(keychain._secrets):
        keychain.delete(name)
    ran = Ran("restore", str(tmp_path / "restored"), *place, "--secret-stdin", "--json", stdin=secret)
    assert ran.code == cli.EXIT_OK, ran.err
    assert len(ran.json["fetched"]) == 2


def test_a_wrong_key_is_told_step_by_step(library: Library, server: Server) -> None:
    ran = Ran("test", *place_in(server), "--secret-stdin", "--save", stdin="wrong\n")
    assert ran.code == cli.EXIT_FAILED
    assert any(line.startswith("NO  ") for line in ran.lines)
    assert RemotesFile(Folders.of_this_user()).load(library.id) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a process is interrupted by a signal here")
def test_an_interrupt_ends_a_sync_at_once_and_what_was_sent_stays_sent(library: Library, elsewhere: Path) -> None:
    add(library, 60)
    assert Ran("test", "--folder", str(elsewhere), "--save").code == cli.EXIT_OK
    command = [sys.executable, "-m", "imagegen_desktop", "bucket", "sync", "--json"]
    process = subprocess.Popen(command, env=dict(os.environ), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    originals = elsewhere / "v1" / "originals"
    waiting = threading.Event()
    while process.poll() is None and not (originals.is_dir() and any(originals.rglob("*.png"))):
        waiting.wait(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == cli.EXIT_CANCELLED, err
    assert "Traceback" not in err
    assert Ran("sync").code == cli.EXIT_OK
    assert len(list(originals.rglob("*.png"))) == 60
