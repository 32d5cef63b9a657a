"""Keeps a bucket's secret key and a library's passphrase: in the keychain, else for this session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import KeychainAbsentError, KeychainError

if TYPE_CHECKING:
    from imagegen_desktop.core.remote import RemoteSettings
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.storage.keychain.limited import LockableStore
    from imagegen_desktop.storage.keychain.memory import MemorySecrets


class RemoteSecrets:
    """Every method blocks."""

    def __init__(self, keychain: LockableStore, session: MemorySecrets) -> None:
        self._keychain = keychain
        self._session = session

    def trying(self, settings: RemoteSettings, key: Secret | None, passphrase: Secret | None) -> RemoteSecrets:
        """The same, where what a person just typed goes before what is kept, and is kept nowhere."""
        session = self._session.copy()
        for name, secret in ((settings.secret_name, key), (settings.passphrase_name, passphrase)):
            if secret is not None:
                session.put(name, secret)
        return RemoteSecrets(self._keychain, session)

    def key(self, settings: RemoteSettings) -> Secret | None:
        """The bucket's secret key, None where none was stored. Raises KeychainError where the keychain can't be read."""
        return self._get(settings.secret_name)

    def store_key(self, settings: RemoteSettings, secret: Secret) -> str:
        """Gives the place where it is kept, in words. The person may be asked to unlock the keychain."""
        return self._put(settings.secret_name, secret)

    def passphrase(self, settings: RemoteSettings) -> Secret | None:
        """Raises KeychainError."""
        return self._get(settings.passphrase_name)

    def store_passphrase(self, settings: RemoteSettings, passphrase: Secret) -> str:
        """Gives the place as `store_key` does."""
        return self._put(settings.passphrase_name, passphrase)

    def forget(self, settings: RemoteSettings) -> None:
        """Both, everywhere. Raises KeychainError if the keychain may still hold one."""
        for name in (settings.secret_name, settings.passphrase_name):
            self._session.delete(name)
            try:
                self._keychain.delete(name)
            except KeychainAbsentError:
                continue

    def _get(self, name: str) -> Secret | None:
        kept = self._session.get(name)
        if kept is not None:
            return kept
        try:
            return self._keychain.get(name)
        except KeychainAbsentError:
            return None

    def _put(self, name: str, secret: Secret) -> str:
        try:
            self._keychain.put(name, secret)
        except KeychainError:
            self._session.put(name, secret)
            return self._session.place
        self._session.delete(name)
        return self._keychain.place
