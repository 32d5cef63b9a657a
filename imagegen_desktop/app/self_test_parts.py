"""What a build may have lost without its window showing it: parts that are imported late, and their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import ImagegenError, KeychainError
from imagegen_desktop.core.remote import RemoteSettings
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.storage.keychain import KeychainSecrets
from imagegen_desktop.studio.makers import warm_up

if TYPE_CHECKING:
    from collections.abc import Callable

KEYCHAIN_PROBE = "self-test"


def parts_at_work() -> dict[str, str]:
    """For each part "works", or what went wrong: here, whatever an import may raise is an answer and not a fault."""
    parts = {"openai": warm_up, "bucket": _sign_a_link, "encryption": _encrypt}
    return {name: _tried(work) for name, work in parts.items()}


def keychain() -> str:
    """Where keys would be kept here, or why they can't be."""
    try:
        return KeychainSecrets().place
    except KeychainError as error:
        return error.title


def keychain_keeps() -> str:
    """Whether a secret that is stored comes back; it is removed again."""
    store = KeychainSecrets()
    try:
        store.put(KEYCHAIN_PROBE, Secret("stored and read back"))
        kept = store.get(KEYCHAIN_PROBE)
        store.delete(KEYCHAIN_PROBE)
    except ImagegenError as error:
        return error.title
    return "works" if kept == Secret("stored and read back") else "what was stored does not come back"


def _tried(work: Callable[[], object]) -> str:
    try:
        work()
    except (ImportError, OSError, ValueError, AttributeError, ImagegenError) as error:
        return f"{type(error).__name__}: {error}"
    return "works"


def _sign_a_link() -> None:
    """The S3 client reads its data and signs. Nothing is sent."""
    from imagegen_desktop.sync.bucket_client import bucket_client  # noqa: PLC0415 (300 ms)

    told = RemoteSettings(endpoint="https://127.0.0.1:9", region="auto", bucket="self-test", access_key="id")
    client = bucket_client(told, Secret("key"))
    link = str(client.s3.generate_presigned_url("get_object", Params={"Bucket": "self-test", "Key": "a"}))
    if "Signature=" not in link:
        raise ValueError(f"the link is not signed: {link}")


def _encrypt() -> None:
    from imagegen_desktop.sync.library_key import new_library_key, open_library_key  # noqa: PLC0415 (a third of a second)

    passphrase = Secret("a passphrase")
    key = new_library_key(passphrase)
    if open_library_key(key.wrapped, passphrase).identity != key.identity:
        raise ValueError("what was encrypted does not come back")
