"""Begins a library's sync with a place elsewhere, and ends it: what a person does with the settings of a bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagegen_desktop.core.recovery_note import recovery_note
from imagegen_desktop.core.remote import RemoteSettings
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.studio.syncing.joining import join_from, library_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.bucket_probe import Probed, ProbeEnded
    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.remotes_file import RemotesFile
    from imagegen_desktop.studio.syncing.connecting import Connecting
    from imagegen_desktop.sync.remote import RemoteStore

    Reached = Callable[[RemoteStore], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a person typed. A secret that is None was not typed: the one that is kept holds."""

    settings: RemoteSettings
    key: Secret | None = None
    passphrase: Secret | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """Where the library is kept elsewhere, None if nowhere."""

    settings: RemoteSettings | None


@dataclass(frozen=True, slots=True)
class Begun:
    """From now on the library is kept there too. `place` is where the key was put, in words, "" if none was typed."""

    settings: RemoteSettings
    place: str = ""


@dataclass(frozen=True, slots=True)
class OtherThere:
    """Another library lies there, and nothing was begun. `can_join` if this one is empty and could become that one."""

    entry: Entry
    can_join: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """This computer's library is the bucket's one now, and must be opened again."""

    settings: RemoteSettings


@dataclass(frozen=True, slots=True)
class Ended:
    """The library is kept nowhere else any more. Nothing was deleted, here or there."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The recovery note of an encrypted library, as text to print."""

    text: str


class SettingUp:
    """The use cases on one open library. Each raises RemoteError and its family, KeychainError, StorageError.

    `reached` gets what `close` ends it all by, before anything is asked of the place.
    """

    def __init__(self, library: Library, connecting: Connecting, remotes: RemotesFile) -> None:
        self._library = library
        self._connecting = connecting
        self._remotes = remotes

    def look(self, cancel: CancelToken) -> Iterator[Looked]:
        """From the settings alone: neither keychain nor network is asked."""
        if not cancel.cancelled:
            yield Looked(self._remotes.load(self._library.id))

    def test(self, entry: Entry, cancel: CancelToken) -> Iterator[Probed | ProbeEnded]:
        """Try the place with what was typed, step by step. Keeps nothing."""
        yield from self._trying(entry).probe(entry.settings, cancel)

    def begin(self, entry: Entry, reached: Reached, cancel: CancelToken) -> Iterator[Begun | OtherThere]:
        """Keep the library there too, from now on: if nothing lies there, or this very library."""
        store = self._tried(entry, reached)
        try:
            there = library_at(store)
        finally:
            store.close()
        if cancel.cancelled:
            return
        if there is not None and there.library != self._library.id:
            yield OtherThere(entry, can_join=not self._library.index.ids())
            return
        place = self._keep_secrets(entry)
        if there is not None:
            self._connecting.saw(there.library, entry.settings)
        self._remotes.save(self._library.id, entry.settings)
        yield Begun(entry.settings, place)

    def join(self, entry: Entry, reached: Reached, cancel: CancelToken) -> Iterator[Joined]:
        """Turn this computer's empty library into the one that lies there."""
        store = self._tried(entry, reached, may_begin=False)
        try:
            there = library_at(store)
            if cancel.cancelled or there is None:
                return
            self._keep_secrets(entry)
            # First, so that what is opened next knows where its images are.
            self._connecting.saw(there.library, entry.settings)
            self._remotes.save(there.library, entry.settings)
            join_from(self._library, store)
        finally:
            store.close()
        yield Joined(entry.settings)

    def change(self, settings: RemoteSettings, cancel: CancelToken) -> Iterator[Looked]:
        """Of the same place: a pause, a limit, a public address."""
        if not cancel.cancelled:
            self._remotes.save(self._library.id, settings)
            yield Looked(settings)

    def end(self, cancel: CancelToken) -> Iterator[Ended]:
        """Keys stay in the keychain, and all that lies there stays there."""
        if not cancel.cancelled:
            self._remotes.save(self._library.id, None)
            # What is not kept elsewhere any more must not be told as if it were.
            self._library.index.set_held(())
            self._library.folder.announce()
            yield Ended()

    def begin_anew(self, settings: RemoteSettings, cancel: CancelToken) -> Iterator[Looked]:
        """After a person said that the place was emptied on purpose."""
        if not cancel.cancelled:
            self._connecting.begin_anew(self._library, settings)
            self._library.index.set_held(())
            yield Looked(settings)

    def note(self, settings: RemoteSettings, reached: Reached, cancel: CancelToken) -> Iterator[Noted]:
        """The note without the passphrase, which the person writes on it by hand."""
        from imagegen_desktop.sync.library_key import KEY_LIMIT, KEY_OBJECT  # noqa: PLC0415 (only for those who sync)

        store = self._connecting.plain_store(settings)
        reached(store)
        try:
            wrapped = store.get(KEY_OBJECT, limit=KEY_LIMIT)
        finally:
            store.close()
        if not cancel.cancelled:
            yield Noted(recovery_note(settings, wrapped))

    # ---- own ----

    def _tried(self, entry: Entry, reached: Reached, *, may_begin: bool = True) -> RemoteStore:
        """With what was typed, which is kept only once it has proved right."""
        return self._trying(entry).store(entry.settings, may_begin=may_begin, reached=reached)

    def _trying(self, entry: Entry) -> Connecting:
        return self._connecting.trying(entry.settings, entry.key, entry.passphrase)

    def _keep_secrets(self, entry: Entry) -> str:
        secrets, place = self._connecting.secrets, ""
        if entry.key is not None:
            place = secrets.store_key(entry.settings, entry.key)
        if entry.passphrase is not None:
            place = secrets.store_passphrase(entry.settings, entry.passphrase)
        return place
