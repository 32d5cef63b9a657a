"""Finds, stores and removes the key of an endpoint, wherever on this computer it can be kept safely."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from imagegen_desktop.core.errors import ImagegenError, KeychainAbsentError, KeychainError
from imagegen_desktop.core.secret import ENVIRONMENT_VARIABLE, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.storage.keychain.limited import LockableStore
    from imagegen_desktop.storage.keychain.memory import MemorySecrets

# A key travels in one HTTP header line, which servers limit to 8 KiB.
LONGEST_KEY: Final = 8000


class KeySource(StrEnum):
    """Where a key was found."""

    KEYCHAIN = auto()
    SESSION = auto()
    ENVIRONMENT = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKey:
    """`secret` is None exactly where `source` is NONE. `place` is `source` in words for a person.

    `problem` is why the keychain did not hold or could not keep the key, None where nothing is wrong.
    """

    secret: Secret | None
    source: KeySource
    place: str
    problem: ImagegenError | None = None


class Credentials:
    """The keys of all endpoints. Every method blocks; the sample engine's endpoint has no key and stores none."""

    def __init__(self, keychain: LockableStore, session: MemorySecrets, environ: Mapping[str, str]) -> None:
        self._keychain = keychain
        self._session = session
        self._environ = environ
        self._problems: dict[str, KeychainError] = {}

    def key_for(self, endpoint: Endpoint) -> FoundKey:
        """What the person entered goes before what the environment says. Never asks the person, raises nothing."""
        if endpoint.is_sample:
            return FoundKey(secret=None, source=KeySource.NONE, place="")
        name = endpoint.secret_name
        kept = self._session.get(name)
        if kept is not None:
            return FoundKey(
                secret=kept, source=KeySource.SESSION, place=self._session.place, problem=self._problems.get(name)
            )
        problem: ImagegenError | None = None
        try:
            stored = self._keychain.get(name)
            if stored is not None:
                return FoundKey(secret=stored, source=KeySource.KEYCHAIN, place=self._keychain.place)
        except KeychainError as error:
            problem = error
        return self._from_environment(endpoint, problem)

    def headers_for(self, endpoint: Endpoint) -> dict[str, Secret]:
        """The values of the endpoint's own headers. Never asks the person; a value that can't be read is missing."""
        if not endpoint.header_names:
            return {}
        name = endpoint.headers_secret_name
        kept = self._session.get(name)
        try:
            kept = kept or self._keychain.get(name)
            told: object = json.loads(kept.reveal()) if kept else {}
        except (KeychainError, ValueError):
            return {}
        values = cast("dict[str, object]", told) if isinstance(told, dict) else {}
        found = ((header, values.get(header)) for header in endpoint.header_names)
        return {header: Secret(value) for header, value in found if isinstance(value, str)}

    def store_headers(self, endpoint: Endpoint, values: Mapping[str, Secret]) -> None:
        """Keep the values of the endpoint's own headers, in place of all earlier ones: in the keychain, else for this session."""
        name = endpoint.headers_secret_name
        kept = Secret(json.dumps({header: value.reveal() for header, value in values.items()}))
        try:
            self._keychain.put(name, kept)
        except KeychainError:
            self._session.put(name, kept)
        else:
            self._session.delete(name)

    def store(self, endpoint: Endpoint, secret: Secret) -> FoundKey:
        """Keep the key in the keychain, else for this session with `problem` saying why.

        The person may be asked to unlock the keychain. Raises ImagegenError if the text can't be a key.
        """
        name = endpoint.secret_name
        key = cleaned(secret)
        try:
            self._keychain.put(name, key)
            place = self._keychain.place
        except KeychainError as error:
            self._session.put(name, key)
            self._problems[name] = error
            return FoundKey(secret=key, source=KeySource.SESSION, place=self._session.place, problem=error)
        self._session.delete(name)
        self._problems.pop(name, None)
        return FoundKey(secret=key, source=KeySource.KEYCHAIN, place=place)

    def remove(self, endpoint: Endpoint) -> None:
        """Forget the key everywhere but in the environment. Raises KeychainError if the keychain may still hold it."""
        name = endpoint.secret_name
        self._session.delete(name)
        self._problems.pop(name, None)
        try:
            self._keychain.delete(name)
        except KeychainAbsentError:
            return  # Where there is no keychain, it holds no key.

    def unlock(self, endpoint: Endpoint) -> FoundKey:
        """Have the person asked to unlock the keychain, and move a key of this session into it. Raises KeychainError."""
        self._keychain.unlock()
        kept = self._session.get(endpoint.secret_name)
        return self.key_for(endpoint) if kept is None else self.store(endpoint, kept)

    def _from_environment(self, endpoint: Endpoint, problem: ImagegenError | None) -> FoundKey:
        """OpenAI's own variable holds OpenAI's own key: it is sent to no other host, and never over plain http."""
        nothing = FoundKey(secret=None, source=KeySource.NONE, place="", problem=problem)
        address = urlsplit(endpoint.base_url)
        text = self._environ.get(ENVIRONMENT_VARIABLE, "")
        if not text.strip() or (address.scheme, address.hostname) != ("https", "api.openai.com"):
            return nothing
        try:
            key = cleaned(Secret(text))
        except ImagegenError as error:
            return FoundKey(secret=None, source=KeySource.NONE, place="", problem=error)
        place = f"the environment variable {ENVIRONMENT_VARIABLE}"
        # A locked keychain may hold another key, which the person would rather use; one that is not there holds none.
        told = None if isinstance(problem, KeychainAbsentError) else problem
        return FoundKey(secret=key, source=KeySource.ENVIRONMENT, place=place, problem=told)


def cleaned(secret: Secret) -> Secret:
    """The key without the space around it. Raises ImagegenError if it could not stand in a header line."""
    text = secret.reveal().strip()
    if not text:
        raise ImagegenError(title="There is no key in the field", advice="Paste the key that the service gave you.")
    if len(text) > LONGEST_KEY:
        raise ImagegenError(title="This is too long for an API key", advice="Copy the key alone and paste it again.")
    if any(character.isspace() for character in text):
        raise ImagegenError(
            title="There is a space or a line break inside the key", advice="Copy the key alone and paste it again."
        )
    if not (text.isascii() and text.isprintable()):
        raise ImagegenError(
            title="There is a character in the key that no API key has",
            advice="Copy it from the service's page itself, not from a formatted text.",
        )
    return Secret(text)
