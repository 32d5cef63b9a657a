"""A provider for one base URL, and requests for it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.errors import CancelledError, ImagegenError
from imagegen_desktop.core.models import Maker, ModelCatalogue, ModelSpec
from imagegen_desktop.core.requests import Endpoint, EnhanceRequest, GenerationRequest
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.providers.openai_provider import OpenAIProvider
from imagegen_desktop.storage.model_data import load_dialects

if TYPE_CHECKING:
    from imagegen_desktop.core.steps import ProviderStep

MODEL = "gpt-image-2.6-flare"
DIALECTS = load_dialects(resources_folder())
CATALOGUE = ModelCatalogue(
    as_of=date(2026, 11, 22),
    default_image_model=MODEL,
    default_text_model="gpt-6-luna",
    image_models=(
        ModelSpec(
            id=MODEL,
            label="Flare",
            sizes=("1024x1024", "auto"),
            qualities=("low", "medium", "high"),
            backgrounds=("auto", "transparent", "opaque"),
            formats=("png", "jpeg", "webp", "gif", "svg"),
            compresses=True,
            moderations=("auto", "low"),
            complexities=("low", "medium", "high"),
            streams=True,
            max_previews=3,
            max_count=10,
        ),
    ),
)


class OpenAIClient:
    def __init__(self, base_url: str, *, family: Family = Family.OPENAI, **settings: Any) -> None:
        self.base_url = base_url
        self.endpoint = Endpoint(maker=Maker.OPENAI, base_url=base_url, family=family)
        self._settings = {"key": Secret("sk-test"), "environ": {}, "fetch_pauses": (0.0, 0.0), **settings}

    def provider(self, **changes: Any) -> OpenAIProvider:
        settings = {**self._settings, **changes}
        key = settings.pop("key")
        return OpenAIProvider(self.endpoint, key, catalogue=CATALOGUE, dialects=DIALECTS, app_version="0.0", **settings)

    def request(self, **changes: Any) -> GenerationRequest:
        plain = GenerationRequest(
            id="0123456789",
            created=datetime.now(UTC),
            prompt="a cat",
            endpoint=self.endpoint,
            model=MODEL,
            size="1024x1024",
            quality="low",
            timeout=20.0,
        )
        return replace(plain, **changes)

    def generate(self, cancel: CancelToken | None = None, **changes: Any) -> list[ProviderStep]:
        return list(self.provider().generate(self.request(**changes), cancel or CancelToken()))

    def enhance(self, **changes: Any) -> str:
        plain = EnhanceRequest(
            prompt="A cat", model="gpt-6-luna", instruction="Make it better.", endpoint=self.endpoint, timeout=20.0
        )
        return self.provider().enhance(replace(plain, **changes), CancelToken()).words


def cancelled_while(client: OpenAIClient, moment: threading.Event, **changes: Any) -> CancelledError:
    """The error of a generation that is cancelled from this thread once `moment` has come."""
    cancel = CancelToken()
    caught: list[ImagegenError] = []

    def work() -> None:
        try:
            client.generate(cancel, **changes)
        except ImagegenError as error:
            caught.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert moment.wait(20)
    cancel.cancel()
    worker.join(20)
    assert not worker.is_alive()
    (error,) = caught
    assert isinstance(error, CancelledError)
    return error
