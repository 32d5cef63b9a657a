"""What every command of `bucket` needs: the place, its key and passphrase, the library, and where words go."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TextIO

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.remote import KeySource, RemoteError, RemoteKind, RemoteSettings
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.providers.proxies import proxies_for, with_system_proxies
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.keychain import RemoteSecrets
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.remotes_file import RemotesFile
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.syncing.connecting import Connecting, keep_file
from imagegen_desktop.studio.syncing.line import Line
from imagegen_desktop.studio.syncing.setting_up import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from imagegen_desktop.storage.library import Library

# Progress is told so often, in seconds.
_PAUSE = 1.0


class WrongArgumentsError(ValueError):
    """The message is a sentence."""


@dataclass(slots=True)
class BucketDesk:
    """One command at work."""

    arguments: argparse.Namespace
    cancel: CancelToken
    out: TextIO
    err: TextIO
    folders: Folders
    secrets: RemoteSecrets
    told_at: float = 0.0

    # ---- words ----

    def print_json(self, value: object) -> None:
        print(json.dumps(value, ensure_ascii=False, indent=2), file=self.out)

    def tell(self, words: str) -> None:
        print(words, file=self.err)

    def tell_progress(self, words: str, done: int, of: int) -> None:
        """Now and then, and at the end."""
        now = time.monotonic()
        if of and (done == of or now - self.told_at >= _PAUSE):
            self.told_at = now
            self.tell(f"{words}: {done} of {of}")

    # ---- library and place ----

    @property
    def remotes(self) -> RemotesFile:
        return RemotesFile(self.folders)

    def library(self) -> Library:
        """Raises StorageError."""
        settings = SettingsFile(self.folders).load()
        chosen = self.folders.library(self.arguments.library or settings.library)
        return open_library(chosen, self.folders.data)

    def kept_entry(self, library: Library) -> Entry:
        """The place that the settings name. Raises RemoteError where they name none, KeychainError."""
        settings = self.remotes.load(library.id)
        if settings is None:
            raise RemoteError(
                title="This library is kept nowhere else yet",
                advice="Set its bucket up in the window, or with: imagegen-desktop bucket test --save",
            )
        return self._with_secrets(settings)

    def typed_entry(self) -> Entry | None:
        """The place that the arguments name, None if they name none. Raises WrongArgumentsError, KeychainError."""
        typed = self.arguments
        if typed.folder:
            settings = RemoteSettings(kind=RemoteKind.FOLDER, folder=os.path.abspath(typed.folder))  # noqa: PTH100 (links stay as they are)
        elif typed.bucket:
            settings = RemoteSettings(
                endpoint=typed.endpoint.rstrip("/"),
                region=typed.region,
                bucket=typed.bucket,
                prefix=typed.prefix.strip("/"),
                keys=KeySource.PROFILE if typed.profile else KeySource.KEYCHAIN,
                access_key=typed.access_key,
                profile=typed.profile,
                path_style=bool(typed.endpoint) and not typed.virtual_host,
                certificates=os.path.abspath(typed.certificates) if typed.certificates else "",  # noqa: PTH100 (the same)
            )
            if not typed.profile and not typed.access_key:
                raise WrongArgumentsError("name the key with --access-key, or a --profile")
        elif any((typed.endpoint, typed.region, typed.access_key, typed.profile, typed.encrypted)):
            raise WrongArgumentsError("name the --bucket, or a --folder")
        else:
            return None
        encrypted = typed.encrypted or typed.passphrase_stdin
        return self._with_secrets(replace(settings, encrypted=encrypted))

    @property
    def connecting(self) -> Connecting:
        proxies = partial(proxies_for, environ=with_system_proxies(os.environ))
        return Connecting(self.secrets, self.folders.data, proxies=proxies)

    @contextmanager
    def line(self, library: Library, entry: Entry) -> Generator[Line]:
        """To the library's place; Ctrl+C ends what is under way on it."""
        settings = entry.settings
        line = Line(
            self.connecting.trying(settings, entry.key, entry.passphrase),
            library,
            settings,
            discard=keep_file,
            thumbnails=ThumbnailCache(self.folders.data / f"thumbs-{library.id}.sqlite"),
        )
        self.ended_by_interrupt(line.end)
        try:
            yield line
        finally:
            line.end()

    def ended_by_interrupt(self, end: Callable[[], None]) -> None:
        """On a thread of its own: the one that is interrupted may hold what `end` waits for."""
        self.cancel.on_cancel(threading.Thread(target=end, name="ending").start)

    # ---- secrets ----

    def _with_secrets(self, settings: RemoteSettings) -> Entry:
        """With what stdin says, the key before the passphrase; what is neither there nor kept is asked for."""
        typed = self.arguments
        key = passphrase = None
        needs_key = settings.kind is RemoteKind.BUCKET and settings.keys is KeySource.KEYCHAIN
        if typed.secret_stdin:
            key = _line("the secret key")
        elif needs_key and self.secrets.key(settings) is None:
            key = _asked("Secret key of the bucket: ", "--secret-stdin")
        if typed.passphrase_stdin:
            passphrase = _line("the passphrase")
        elif settings.encrypted and self.secrets.passphrase(settings) is None:
            passphrase = _asked("Passphrase of the library: ", "--passphrase-stdin")
        return Entry(settings=settings, key=key, passphrase=passphrase)


def _line(what: str) -> Secret:
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise WrongArgumentsError(f"stdin should begin with a line that holds {what}")
    return Secret(text)


def _asked(question: str, option: str) -> Secret:
    if not sys.stdin.isatty():
        raise WrongArgumentsError(f"it is not in the keychain: give it with {option}")
    text = getpass.getpass(question)
    if not text:
        raise WrongArgumentsError("nothing was typed")
    return Secret(text)
