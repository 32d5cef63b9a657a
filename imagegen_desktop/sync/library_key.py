"""The key of an encrypted library: one age identity, wrapped by a passphrase in the one object `key.age`.

The object is an age file of its own, so that the plain `age` program opens it too. There is no change of passphrase: nothing
in a bucket is overwritten, and who has seen the old `key.age` could open everything with the old passphrase as before. Who
needs another passphrase begins a new prefix with it.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final

import pyrage
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from imagegen_desktop.core.remote import RemoteKeyLostError, RemotePassphraseError
from imagegen_desktop.core.secret import Secret

KEY_OBJECT: Final = "key.age"
KEY_LIMIT: Final = 10_000
# 128 MB and a third of a second. pyrage would take what needs a second here, which is a gigabyte.
WORK: Final = 17
# More than that, somebody else's file, would take 2 GB and more.
MOST_WORK: Final = 20
_VERSION: Final = b"age-encryption.org/v1"
_HEADER: Final = re.compile(rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} (\d{1,2})\n")
_NAMES: Final = b"imagegen-desktop names"
_WRONG: Final = "Decryption failed"
# pyrage says nothing of its types.
_AGE: Final[Any] = pyrage


@dataclass(frozen=True, slots=True)
class LibraryKey:
    """`identity` is the text AGE-SECRET-KEY-1...; with it no passphrase is asked for. `wrapped` is what `key.age` holds."""

    identity: Secret
    wrapped: bytes = field(repr=False)

    @property
    def age_identity(self) -> Any:  # noqa: ANN401 (pyrage says nothing of its types)
        """Raises RemoteKeyLostError where `identity` is no identity."""
        try:
            return _AGE.x25519.Identity.from_str(self.identity.reveal())
        except _AGE.IdentityError as error:
            raise RemoteKeyLostError("what the passphrase opened is no key") from error

    @property
    def name_key(self) -> bytes:
        """64 bytes."""
        return _derived(self.identity.reveal().encode(), salt=b"", purpose=_NAMES, length=64)


def new_library_key(passphrase: Secret) -> LibraryKey:
    """Takes a third of a second and 128 MB."""
    identity = str(_AGE.x25519.Identity.generate())
    return LibraryKey(Secret(identity), _wrapped(identity.encode(), passphrase))


def open_library_key(wrapped: bytes, passphrase: Secret) -> LibraryKey:
    """Takes as long. Raises RemotePassphraseError, and RemoteKeyLostError for what is no such key any more."""
    told = _HEADER.match(wrapped)
    if told is None or int(told[1]) > MOST_WORK:
        raise RemoteKeyLostError(f"{KEY_OBJECT} is not one of this program's")
    try:
        identity: bytes = _AGE.passphrase.decrypt(wrapped, _typed(passphrase))
        key = LibraryKey(Secret(identity.decode()), wrapped)
    except _AGE.DecryptError as error:
        # age says the same of a wrong passphrase and of a damaged header; behind the header the passphrase was right.
        wrong = str(error) == _WRONG
        raise (RemotePassphraseError(str(error)) if wrong else RemoteKeyLostError(str(error))) from error
    except UnicodeDecodeError as error:
        raise RemoteKeyLostError(str(error)) from error
    _ = key.age_identity
    return key


def _wrapped(identity: bytes, passphrase: Secret) -> bytes:
    """An age file for a passphrase (https://age-encryption.org/v1), written here so that opening it needs no gigabyte."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    scrypt = Scrypt(salt=_VERSION + b"/scrypt" + salt, length=32, n=1 << WORK, r=8, p=1)
    body = ChaCha20Poly1305(scrypt.derive(_typed(passphrase).encode())).encrypt(bytes(12), file_key, None)
    header = b"%s\n-> scrypt %s %d\n%s\n---" % (_VERSION, _base64(salt), WORK, _base64(body))
    mac = hmac.digest(_derived(file_key, salt=b"", purpose=b"header", length=32), header, "sha256")
    # One piece, and the last one: so its number is 0 and its mark 1.
    payload = ChaCha20Poly1305(_derived(file_key, salt=nonce, purpose=b"payload", length=32))
    return b"%s %s\n" % (header, _base64(mac)) + nonce + payload.encrypt(bytes(11) + b"\x01", identity, None)


def _typed(passphrase: Secret) -> str:
    """In the one form in which most keyboards give accented letters: the next computer's may give the other."""
    return unicodedata.normalize("NFC", passphrase.reveal())


def _derived(secret: bytes, *, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt or None, purpose).derive(secret)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
