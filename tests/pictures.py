"""Small real pictures and requests for the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from PIL import Image

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.records import Asked, Origin
from imagegen_desktop.core.requests import Endpoint, GenerationRequest
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.library import NewImage
from imagegen_desktop.storage.model_data import load_models

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CATALOGUE = load_models(resources_folder())
ENDPOINT = Endpoint(maker=Maker.OPENAI, base_url="http://127.0.0.1:9/v1")


def picture(
    colour: tuple[int, int, int] = (200, 80, 40), *, size: tuple[int, int] = (24, 16), kind: str = "PNG"
) -> bytes:
    stream = BytesIO()
    Image.new("RGB", size, colour).save(stream, kind)
    return stream.getvalue()


def new_image(prompt: str = "A lighthouse at dusk", data: bytes | None = None, created: datetime = NOON) -> NewImage:
    return NewImage(
        data=data or picture(),
        created=created,
        origin=Origin.GENERATED,
        prompt=prompt,
        asked=Asked(endpoint=ENDPOINT.base_url, model="gpt-image-2", size="1024x1024", quality="low"),
    )


def request(prompt: str = "A cat", **changes: object) -> GenerationRequest:
    fields: dict[str, object] = {
        "id": new_id(),
        "created": NOON,
        "prompt": prompt,
        "endpoint": ENDPOINT,
        "model": "gpt-image-2",
        "size": "1024x1024",
        "quality": "low",
    }
    return GenerationRequest(**(fields | changes))
