"""Tries the keychain of the session it runs in, and prints what happened as JSON: run under a session bus of its own."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import Endpoint
from imagegen_desktop.core.secret import Secret, SecretStore
from imagegen_desktop.storage.keychain import (
    Credentials,
    KeychainSecrets,
    LimitedSecrets,
    MemorySecrets,
    credentials_of_this_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ENDPOINT = Endpoint(maker=Maker.OPENAI, base_url="https://api.openai.com/v1")
KEY = Secret("sk-canary-0123456789")
# What a secret may look like: a key, one longer than Windows takes, and words of other scripts.
SAMPLES = {"key": "sk-canary-0123456789", "long": "x" * 4096, "other scripts": "ключ 鍵 🔑", "quotes": "a'b\"c\\d"}


def contract(store: SecretStore) -> dict[str, Any]:
    """What every SecretStore does."""
    facts: dict[str, Any] = {"is a SecretStore": isinstance(store, SecretStore), "place": store.place}
    facts["unknown"] = store.get("never stored")
    facts["round trips"] = {}
    for name, text in SAMPLES.items():
        store.put(name, Secret(text))
        facts["round trips"][name] = store.get(name) == Secret(text)
    store.put("key", Secret("second"))
    facts["replaced"] = store.get("key") == Secret("second")
    facts["others untouched"] = store.get("long") == Secret(SAMPLES["long"])
    store.delete("key")
    store.delete("key")
    facts["deleted"] = store.get("key")
    facts["others still there"] = store.get("quotes") == Secret(SAMPLES["quotes"])
    return facts


def _told(work: Callable[[], object]) -> str:
    """The error's name, or "no error"."""
    try:
        work()
    except ImagegenError as error:
        return type(error).__name__
    return "no error"


def unlocked() -> dict[str, Any]:
    facts = contract(KeychainSecrets())
    KeychainSecrets().put("kept", KEY)
    facts["seen by a second start"] = KeychainSecrets().get("kept") == KEY
    return facts


def situation() -> dict[str, Any]:
    """What a person meets whose keychain may be locked or absent."""
    store = KeychainSecrets()
    credentials = Credentials(store, MemorySecrets(), {})
    facts = {"get": _told(lambda: store.get("key")), "found": credentials.key_for(ENDPOINT).source}
    kept = credentials.store(ENDPOINT, KEY)
    again = credentials.key_for(ENDPOINT)
    return facts | {
        "kept": kept.source,
        "problem": type(kept.problem).__name__,
        "found again": again.secret == KEY,
        "still told": type(again.problem).__name__,
        "remove": _told(lambda: credentials.remove(ENDPOINT)),
        "unlock": _told(store.unlock),
    }


def locked() -> dict[str, Any]:
    _lock()
    return situation()


def nobody_answers() -> dict[str, Any]:
    """The question stands on a display that nobody looks at."""
    _lock()
    store = LimitedSecrets(KeychainSecrets(), 3)
    facts: dict[str, Any] = {"get": _told(lambda: store.get("key"))}
    try:
        store.put("key", KEY)
    except ImagegenError as error:
        facts["put"] = [type(error).__name__, error.details]
    try:
        store.get("key")
    except ImagegenError as error:
        facts["while it is unanswered"] = [type(error).__name__, error.details]
    return facts


def plain_file_offered() -> dict[str, Any]:
    import keyring  # noqa: PLC0415 (a plugin of it stands by)

    offered = type(keyring.get_keyring()).__module__
    return situation() | {"offered": offered, "of this user": _told(lambda: KeychainSecrets().get("key"))}


def created_first() -> dict[str, Any]:
    """A new user: the service is there, but nothing was ever stored."""
    found = credentials_of_this_user(os.environ).key_for(ENDPOINT)
    return {"found": found.source, "problem": found.problem is not None}


def _lock() -> None:
    import secretstorage  # noqa: PLC0415 (on Linux alone)

    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


if __name__ == "__main__":
    known = {
        work.__name__: work for work in (unlocked, situation, locked, nobody_answers, plain_file_offered, created_first)
    }
    sys.stdout.write(json.dumps(known[sys.argv[1]]()))
    sys.stdout.flush()
    # Not sys.exit: a thread that waits for an answer which never comes must not hold the test.
    os._exit(0)
