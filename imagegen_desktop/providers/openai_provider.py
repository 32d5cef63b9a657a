"""Makes pictures and words through OpenAI's API, or any service that speaks it.

The SDK costs a second to import, so that it, and whatever needs it, is imported where it is used, on a worker's thread.
"""

from __future__ import annotations

from contextlib import closing, contextmanager, nullcontext
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from imagegen_desktop.core.errors import (
    BadRequestError,
    ChargeState,
    ImagegenError,
    NoKeyError,
    NotCompatibleError,
    NotReachedError,
    OutcomeUnknownError,
    ResultUrlError,
    ServerBrokeError,
)
from imagegen_desktop.core.steps import Lost, Preview, Sent
from imagegen_desktop.providers.access import access_to
from imagegen_desktop.providers.bodies import MEGABYTE, PICTURE_LIMIT, BodySink
from imagegen_desktop.providers.complaints import looks_like_a_page, plain_text
from imagegen_desktop.providers.enhancement import chat_body, enhancement, without_refused
from imagegen_desktop.providers.model_lists import listed_models
from imagegen_desktop.providers.openai_answers import Link, bad_answer
from imagegen_desktop.providers.openai_errors import KEY_PAGE, OPENAI_HOST, redacted
from imagegen_desktop.providers.request_bodies import body_for
from imagegen_desktop.providers.salvage import salvaged

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator, Iterator, Mapping
    from contextlib import AbstractContextManager

    import openai
    from openai import APIResponse

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.dialects import Dialects
    from imagegen_desktop.core.models import ListedModel, ModelCatalogue
    from imagegen_desktop.core.requests import Endpoint, EnhanceRequest, GenerationRequest
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.core.steps import Enhancement, ProviderStep
    from imagegen_desktop.providers.fetch import ResultFetcher
    from imagegen_desktop.providers.openai_session import Send, Session

    NewSink = Callable[[GenerationRequest], BodySink]

_TEXT_LIMIT: Final = 8 * MEGABYTE
_LIST_SECONDS: Final = 30.0
# LiteLLM's proxy does so, with 500 and bare words.
_KEYLESS: Final = "No key was sent, and some servers fail in this way where they want one."
_NO_LIST: Final = "This kind of server has no list of models"
# The SDK imports its own resources only when they are first used.
_NEEDED: Final = (
    "openai.resources.images",
    "openai.resources.chat.completions",
    "imagegen_desktop.providers.openai_pictures",
    "imagegen_desktop.providers.fetch",
)


def warm_up() -> None:
    """Import the SDK, its parts that a request needs, and the fetcher: on a worker's thread, after the first paint."""
    for name in _NEEDED:
        import_module(name)


class OpenAIProvider:
    """`core.steps.Provider` for one endpoint.

    Each request goes out once, on a fresh connection: nothing here is ever sent a second time, except what a service refused
    with 400 for an optional key of an enhancement, which is free, and a finished picture's link.

    The endpoint's dialect decides what is sent, and in which form. `headers` are the endpoint's own, their values as secret as
    the key. `environ` is read for proxies only. `new_sink`, if given, makes the sink that sees each image answer's body as it
    arrives, before it is parsed. `fetch_pauses` are the seconds between the tries at a picture's link.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: Secret | None,
        *,
        catalogue: ModelCatalogue,
        dialects: Dialects,
        headers: Mapping[str, Secret] | None = None,
        environ: Mapping[str, str],
        app_version: str,
        new_sink: NewSink | None = None,
        fetch_pauses: tuple[float, ...] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._key = key
        self._headers = dict(headers or {})
        self._catalogue = catalogue
        self._dialect = endpoint.own_dialect or dialects.of(endpoint.family)
        # Nothing else of the environment is kept: it may hold keys.
        self._environ = {name: value for name, value in environ.items() if name.lower().endswith("_proxy")}
        self._user_agent = f"ImagegenDesktop/{app_version}"
        self._new_sink = new_sink
        self._fetch_pauses = fetch_pauses
        self._roots: ssl.SSLContext | None = None

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> Iterator[ProviderStep]:
        """See `core.steps.Provider`.

        `Sent` is yielded when the connection is open, just before the first byte goes out, and not from a hook after it: so the
        ledger has it on disk before anything can cost money. Should the sending then fail before any byte was handed
        over (TLS, a cancel), the error's charge says FREE.
        """
        from imagegen_desktop.providers.openai_pictures import pictures  # noqa: PLC0415 (imports the SDK)

        built = body_for(request, self._catalogue.image_model(request.model), self._dialect)
        sink = self._new_sink(request) if self._new_sink is not None else None
        limit = PICTURE_LIMIT * max(1, request.count)
        spooled = nullcontext() if sink is None else closing(sink)
        with spooled, self._guarded(), closing(self._session(cancel, request.timeout, limit, sink)) as session:
            session.connect()
            yield Sent(tuple(parameter.value for parameter in built.left_out))
            fetcher = self._fetcher()
            yield from pictures(session, built.body, request.count, lambda url: fetcher.fetch(url, cancel))

    def salvage(self, request: GenerationRequest, body: bytes, cancel: CancelToken) -> Iterator[ProviderStep]:
        """See `core.steps.Provider`. Raises nothing but CancelledError: a link that has expired is Lost."""
        # The positions are the answer's own, so nothing of the request is needed.
        del request
        found = salvaged(body)
        for position, item in found.pictures.items():
            try:
                source = item.source
                data = self._fetcher().fetch(source.url, cancel) if isinstance(source, Link) else source
            except ResultUrlError as error:
                yield Lost(position=position, error=error)
            else:
                yield item.image(position, data, "", shared_by=found.shared_by)
        for position, data in found.previews.items():
            yield Preview(position, 0, data)

    def enhance(self, request: EnhanceRequest, cancel: CancelToken) -> Enhancement:
        from imagegen_desktop.providers.openai_session import read_json  # noqa: PLC0415 (imports the SDK)

        with self._guarded():
            text, content_type = self._chat_answer(request, cancel)
            shown = plain_text(text.decode("utf-8", "replace"))
            try:
                answer = read_json(text)
            except ValueError:
                if looks_like_a_page(content_type, shown):
                    raise NotCompatibleError(shown, charge=ChargeState.UNKNOWN) from None
                raise bad_answer("the answer is not JSON", shown) from None
            return enhancement(answer, request)

    def list_models(self, cancel: CancelToken) -> tuple[ListedModel, ...]:
        """See `core.steps.Provider`. Nothing here costs money, so that no error carries a charge.

        Raises KeyRefusedError or NoKeyError, AddressNotAllowedError, NotReachedError, TlsError, NotCompatibleError.
        """
        try:
            with self._guarded():
                return self._listed(cancel)
        except OutcomeUnknownError as error:
            title = "The connection broke before the service had answered"
            raise NotReachedError(error.details, title=title) from None
        except ServerBrokeError as error:
            advice = "Try again later." if self._sends_key else f"Try again later. {_KEYLESS}"
            raise ServerBrokeError(error.details, title="The service has a fault right now", advice=advice) from None
        except ImagegenError as error:
            error.charge = None
            raise

    def _listed(self, cancel: CancelToken) -> tuple[ListedModel, ...]:
        from imagegen_desktop.providers.openai_session import read_json  # noqa: PLC0415 (imports the SDK)

        if not self._dialect.list_path:
            raise NotCompatibleError(title=_NO_LIST, advice="The first picture shows whether address and key are good.")
        with closing(self._session(cancel, _LIST_SECONDS, _TEXT_LIMIT)) as session:
            session.connect()
            text, _ = session.listing(self._dialect.list_path)
        shown = plain_text(text.decode("utf-8", "replace"))
        try:
            models = listed_models(read_json(text))
        except ValueError:
            models = None
        if models is None:
            raise NotCompatibleError(f"no list of models: {shown}")
        return models

    def _chat_answer(self, request: EnhanceRequest, cancel: CancelToken) -> tuple[bytearray, str]:
        body = chat_body(request, self._dialect)
        refused: set[str] = set()
        while True:
            send = partial(_ask_in_words, body)
            try:
                return self._whole_answer(send, cancel, request.timeout)
            except BadRequestError as refusal:
                slimmer = without_refused(body, refusal, refused)
                if slimmer is None:
                    raise
                # Each round leaves a key out or calls it by its other name: after three there is none left to refuse.
                body = slimmer

    def _fetcher(self) -> ResultFetcher:
        from imagegen_desktop.providers.fetch import PAUSES, ResultFetcher  # noqa: PLC0415 (imports httpx)

        return ResultFetcher(
            base_url=self._endpoint.base_url,
            environ=self._environ,
            user_agent=self._user_agent,
            roots=self._trusted,
            pauses=PAUSES if self._fetch_pauses is None else self._fetch_pauses,
        )

    def _trusted(self) -> ssl.SSLContext:
        if self._roots is None:
            from imagegen_desktop.providers.openai_transport import trusted_roots  # noqa: PLC0415 (imports httpx2)

            self._roots = trusted_roots()
        return self._roots

    @contextmanager
    def _guarded(self) -> Generator[None]:
        """The last look at an error's details before they are shown: no key, even if the service sent it back."""
        try:
            yield
        except ImagegenError as error:
            if isinstance(error, ServerBrokeError) and not self._sends_key:
                error.advice = f"{error.advice} {_KEYLESS}"
            error.details = redacted(error.details, self._key, *self._headers.values())
            raise

    @property
    def _sends_key(self) -> bool:
        return self._key is not None or bool(self._headers)

    def _whole_answer(self, send: Send, cancel: CancelToken, seconds: float) -> tuple[bytearray, str]:
        with closing(self._session(cancel, seconds, _TEXT_LIMIT)) as session:
            session.connect()
            with session.answer_to(send) as answer:
                return answer.whole(), answer.content_type

    def _session(self, cancel: CancelToken, seconds: float, limit: int, sink: BodySink | None = None) -> Session:
        from imagegen_desktop.providers.openai_session import Session, address_of  # noqa: PLC0415 (imports the SDK)

        address = address_of(self._endpoint.base_url)
        access = access_to(self._dialect, self._key, self._headers)
        if access.key is None and address.host == OPENAI_HOST and not access.headers:
            raise NoKeyError(charge=ChargeState.FREE, link=KEY_PAGE)
        return Session(
            address=address,
            access=access,
            environ=self._environ,
            roots=self._trusted() if address.scheme == "https" else None,
            user_agent=self._user_agent,
            seconds=seconds,
            limit=limit,
            cancel=cancel,
            sink=sink,
        )


def _ask_in_words(body: dict[str, Any], client: openai.OpenAI) -> AbstractContextManager[APIResponse[Any]]:
    return cast(
        "AbstractContextManager[APIResponse[Any]]", client.chat.completions.with_streaming_response.create(**body)
    )
