"""Keeps keys in the operating system's keychain, or in memory for a session, and never in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.storage.keychain.credentials import Credentials, FoundKey, KeySource, cleaned
from imagegen_desktop.storage.keychain.limited import LimitedSecrets
from imagegen_desktop.storage.keychain.memory import MemorySecrets
from imagegen_desktop.storage.keychain.remote_secrets import RemoteSecrets
from imagegen_desktop.storage.keychain.system import KeychainSecrets

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Credentials",
    "FoundKey",
    "KeySource",
    "KeychainSecrets",
    "LimitedSecrets",
    "MemorySecrets",
    "RemoteSecrets",
    "cleaned",
    "credentials_of_this_user",
    "remote_secrets_of_this_user",
]

# Long enough to type the keychain's password, short enough that a question nobody sees does not hold a job for ever.
PATIENCE = 60.0


def credentials_of_this_user(environ: Mapping[str, str]) -> Credentials:
    """The keys of whoever runs this process. Opens nothing until a key is asked for."""
    return Credentials(LimitedSecrets(KeychainSecrets(), PATIENCE), MemorySecrets(), environ)


def remote_secrets_of_this_user() -> RemoteSecrets:
    """The same for buckets."""
    return RemoteSecrets(LimitedSecrets(KeychainSecrets(), PATIENCE), MemorySecrets())
