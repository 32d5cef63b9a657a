"""Reaches the place elsewhere that a person's settings name: store, key, passphrase, and the library's sync with it."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from imagegen_desktop.core.remote import (
    KeySource,
    RemoteAbsentError,
    RemoteEmptiedError,
    RemoteKind,
    RemotePassphraseError,
    RemoteRefusedError,
)
from imagegen_desktop.storage.sync_book import SyncBook
from imagegen_desktop.studio.syncing.counterpart import Counterpart, emptied
from imagegen_desktop.studio.syncing.syncing import Syncing
from imagegen_desktop.sync.folder_store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from imagegen_desktop.core.bucket_probe import Probed, ProbeEnded
    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.remote import RemoteSettings
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.storage.keychain import RemoteSecrets
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.thumbnails import ThumbnailCache
    from imagegen_desktop.sync.remote import RemoteStore


def keep_file(_path: Path) -> bool:
    """For where there is no system's trash: what others deleted for good goes to the quarantine."""
    return False


def no_proxies(_address: str) -> Mapping[str, str]:
    """Every place is reached directly."""
    return {}


def address_of(settings: RemoteSettings) -> str:
    """Amazon's own where no endpoint is named."""
    return settings.endpoint or f"https://s3.{settings.region or 'us-east-1'}.amazonaws.com"


def leave_open(_store: RemoteStore) -> None:
    """For whoever waits as long as it takes."""


class Connecting:
    """`data` is the app's data folder, `certificates` a file of trusted roots, or "".

    `proxies` gives those for a place's address, by scheme.

    Every method blocks: on the keychain, and the last two on the network.
    """

    def __init__(
        self,
        secrets: RemoteSecrets,
        data: Path,
        *,
        proxies: Callable[[str], Mapping[str, str]] = no_proxies,
        certificates: str = "",
        device_name: str = "",
    ) -> None:
        self.secrets = secrets
        self._data = data
        self._proxies = proxies
        self._certificates = certificates
        self._device_name = device_name or platform.node() or "a computer"

    def trying(self, settings: RemoteSettings, key: Secret | None, passphrase: Secret | None) -> Connecting:
        """The same for one attempt with what a person just typed, which is kept nowhere. None: the kept one holds."""
        return Connecting(
            self.secrets.trying(settings, key, passphrase),
            self._data,
            proxies=self._proxies,
            certificates=self._certificates,
            device_name=self._device_name,
        )

    def probe(self, settings: RemoteSettings, cancel: CancelToken) -> Iterator[Probed | ProbeEnded]:
        """Try the place for real, step by step. Raises KeychainError, RemoteRefusedError, CancelledError."""
        from imagegen_desktop.sync.probe import probe  # noqa: PLC0415 (boto3: 300 ms, only for those who sync)

        yield from probe(
            settings,
            self._key(settings),
            cancel,
            proxies=self._proxies(address_of(settings)),
            certificates=settings.certificates or self._certificates or None,
        )

    def plain_store(self, settings: RemoteSettings, key: Secret | None = None, *, expects: bool = False) -> RemoteStore:
        """The store as it lies there, without a passphrase. `key` holds instead of the one that was stored.

        Raises KeychainError, RemoteRefusedError where there is no key yet. Nothing is asked of the network.
        """
        if settings.kind is RemoteKind.FOLDER:
            return FolderStore(Path(settings.folder))
        # boto3 is loaded here, and nowhere before.
        from imagegen_desktop.sync.bucket_client import bucket_client  # noqa: PLC0415 (300 ms, only for those who sync)
        from imagegen_desktop.sync.bucket_store import BucketStore  # noqa: PLC0415 (the same)

        client = bucket_client(
            settings,
            key or self._key(settings),
            proxies=self._proxies(address_of(settings)),
            certificates=settings.certificates or self._certificates or None,
            expects=expects,
        )
        return BucketStore(client, uploads_per_second=settings.uploads_per_second)

    def store(
        self,
        settings: RemoteSettings,
        *,
        may_begin: bool = True,
        reached: Callable[[RemoteStore], None] = leave_open,
    ) -> RemoteStore:
        """The store, opened with its passphrase where it is encrypted.

        Where nothing lies yet and it `may_begin`, the key of an encrypted library is made and put there. Raises
        RemoteEmptiedError where it may not, RemoteEncryptedError, RemoteNotEncryptedError, RemotePassphraseError and the rest
        of RemoteError's family, KeychainError. `reached` gets what `close` ends it all by, before anything is asked of it.
        """
        plain = self.plain_store(settings)
        reached(plain)
        from imagegen_desktop.sync import encrypted_store  # noqa: PLC0415 (40 ms, only for those who sync)

        if not settings.encrypted:
            encrypted_store.expect_no_encryption(plain)
            return plain
        passphrase = self.secrets.passphrase(settings)
        if passphrase is None:
            raise RemotePassphraseError(
                title="The passphrase of this library is not known here", advice="Enter it in the settings."
            )
        try:
            key = encrypted_store.open_encryption(plain, passphrase)
        except RemoteAbsentError as error:
            if not may_begin:
                raise RemoteEmptiedError from error
            key = encrypted_store.begin_encryption(plain, passphrase)
        return encrypted_store.EncryptedStore(plain, key)

    def begin_anew(self, library: Library, settings: RemoteSettings) -> None:
        """After a person said that the place was emptied on purpose: the next sync begins there as at first."""
        self.book(library, settings).forget()

    def syncing(
        self,
        library: Library,
        settings: RemoteSettings,
        *,
        discard: Callable[[Path], bool] = keep_file,
        thumbnails: ThumbnailCache | None = None,
        reached: Callable[[RemoteStore], None] = leave_open,
    ) -> Syncing:
        """The library's sync with its place. Who makes it calls `close`. Raises as `store`."""
        book = self.book(library, settings)
        try:
            store = self.store(settings, may_begin=not book.standing().marked, reached=reached)
        except RemoteEmptiedError as error:
            raise emptied(library, book) from error
        ends = Counterpart(
            library=library,
            store=store,
            book=book,
            device_name=self._device_name,
            discard=discard,
            thumbnails=thumbnails,
        )
        return Syncing(ends, self._data / f"sync-{library.id}.lock")

    def book(self, library: Library, settings: RemoteSettings) -> SyncBook:
        """What this computer knows of the place, without asking it."""
        return self._book(library.id, settings)

    def saw(self, library_id: str, settings: RemoteSettings) -> None:
        """This library lies there just now: from then on a place without it is one that was emptied, and none to begin at."""
        self._book(library_id, settings).mark()

    def _book(self, library_id: str, settings: RemoteSettings) -> SyncBook:
        return SyncBook(self._data / "outbox.sqlite", library_id, f"{settings.endpoint.rstrip('/')} {settings.place}")

    def _key(self, settings: RemoteSettings) -> Secret | None:
        """None where none is needed. Raises RemoteRefusedError where one is and is not known."""
        if settings.kind is RemoteKind.FOLDER or settings.keys is not KeySource.KEYCHAIN:
            return None
        secret = self.secrets.key(settings)
        if secret is None:
            raise RemoteRefusedError(
                title="There is no key for the bucket yet", advice="Enter its secret key in the settings."
            )
        return secret
