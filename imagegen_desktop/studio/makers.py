"""Finds the provider that speaks to an endpoint, with the key that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, assert_never

from imagegen_desktop import __version__
from imagegen_desktop.core.errors import KeychainLockedError
from imagegen_desktop.core.models import ListedModel, Maker
from imagegen_desktop.core.requests import Endpoint
from imagegen_desktop.storage.keychain import FoundKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.dialects import Dialects
    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.core.steps import Provider
    from imagegen_desktop.providers.openai_provider import NewSink
    from imagegen_desktop.storage.keychain import Credentials

_IMPORTING: Final = Lock()


@dataclass(frozen=True, slots=True)
class KeyFound:
    """Where an endpoint's key is, or why there is none. The key itself stays inside."""

    endpoint: Endpoint
    found: FoundKey


@dataclass(frozen=True, slots=True)
class EndpointAnswered:
    """The endpoint listed its models: the address is good, and the key too where one was sent (`with_key`)."""

    endpoint: Endpoint
    models: tuple[ListedModel, ...]
    with_key: bool = True


class Makers:
    """Connects endpoints to providers. `environ` is where proxies are looked up; `new_sink` spools a request's answer."""

    def __init__(
        self,
        catalogue: ModelCatalogue,
        dialects: Dialects,
        credentials: Credentials,
        environ: Mapping[str, str],
        new_sink: NewSink,
    ) -> None:
        self._dialects = dialects
        self._catalogue = catalogue
        self._credentials = credentials
        self._environ = environ
        self._new_sink = new_sink

    def connect(self, endpoint: Endpoint) -> Provider:
        """Blocks on the keychain. A keychain that can't be read is no reason to fail: the provider tells of a missing key."""
        match endpoint.maker:
            case Maker.SAMPLE:
                from imagegen_desktop.providers.sample import SampleProvider  # noqa: PLC0415 (not before the window shows)

                return SampleProvider()
            case Maker.OPENAI:
                warm_up()
                from imagegen_desktop.providers.openai_provider import OpenAIProvider  # noqa: PLC0415 (the same)

                found = self._credentials.key_for(endpoint)
                return OpenAIProvider(
                    endpoint,
                    found.secret,
                    catalogue=self._catalogue,
                    dialects=self._dialects,
                    headers=self._credentials.headers_for(endpoint),
                    environ=self._environ,
                    app_version=__version__,
                    new_sink=self._new_sink,
                )
            case _:
                assert_never(endpoint.maker)

    # ---- use cases of the settings page ----

    def find_key(self, endpoint: Endpoint, cancel: CancelToken) -> Iterator[KeyFound]:
        if not cancel.cancelled:
            yield KeyFound(endpoint, self._credentials.key_for(endpoint))

    def store_key(
        self, endpoint: Endpoint, secret: Secret, cancel: CancelToken
    ) -> Iterator[KeyFound | EndpointAnswered]:
        """Store the key, then test it live by listing models, which is free. Raises ImagegenError."""
        yield KeyFound(endpoint, self._credentials.store(endpoint, secret))
        yield EndpointAnswered(endpoint, self.connect(endpoint).list_models(cancel))

    def store_headers(
        self, endpoint: Endpoint, values: Mapping[str, Secret], cancel: CancelToken
    ) -> Iterator[KeyFound]:
        """Keep the values of the endpoint's own headers, in place of all earlier ones."""
        if not cancel.cancelled:
            self._credentials.store_headers(endpoint, values)
            yield KeyFound(endpoint, self._credentials.key_for(endpoint))

    def forget(self, endpoint: Endpoint, cancel: CancelToken) -> Iterator[KeyFound]:
        """Remove all secrets of an endpoint that is no more."""
        if not cancel.cancelled:
            self._credentials.remove(endpoint)
            self._credentials.store_headers(endpoint, {})
            yield KeyFound(endpoint, self._credentials.key_for(endpoint))

    def remove_key(self, endpoint: Endpoint, cancel: CancelToken) -> Iterator[KeyFound]:
        if not cancel.cancelled:
            self._credentials.remove(endpoint)
            yield KeyFound(endpoint, self._credentials.key_for(endpoint))

    def test(self, endpoint: Endpoint, cancel: CancelToken) -> Iterator[KeyFound | EndpointAnswered]:
        """Ask the endpoint for its models, free. A locked keychain is opened first: the system asks the person.

        Raises KeyRefusedError and its family, KeychainError.
        """
        if isinstance(self._credentials.key_for(endpoint).problem, KeychainLockedError):
            yield KeyFound(endpoint, self._credentials.unlock(endpoint))
        models = self.connect(endpoint).list_models(cancel)
        yield EndpointAnswered(endpoint, models, self._credentials.key_for(endpoint).secret is not None)

    def list_again(self, endpoint: Endpoint, cancel: CancelToken) -> Iterator[EndpointAnswered]:
        """Ask for the models once more, free, with the key as far as it can be had without the person. Raises ImagegenError."""
        models = self.connect(endpoint).list_models(cancel)
        yield EndpointAnswered(endpoint, models, self._credentials.key_for(endpoint).secret is not None)

    def usable_endpoint(self, settings: Settings) -> Endpoint | None:
        """The endpoint of the settings if nothing is missing to use it; None if it needs a key and has none."""
        endpoint = settings.endpoint
        if endpoint.is_sample or not endpoint.needs_key or self._credentials.key_for(endpoint).secret is not None:
            return endpoint
        return None


def warm_up() -> None:
    """Import what the first request needs: about a second, on a worker's thread, after the first paint.

    One thread at a time: of two that import the SDK at once, one meets its parts half made and fails.
    """
    with _IMPORTING:
        from imagegen_desktop.providers.openai_provider import warm_up as import_sdk  # noqa: PLC0415 (not before the window shows)

        import_sdk()
