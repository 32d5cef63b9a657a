"""What each kind of server is asked for, and how it is stood up for the contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.models import ModelCatalogue, ModelSpec
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.requests import EnhanceRequest, GenerationRequest
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.settings import Profile
from imagegen_desktop.providers.openai_provider import OpenAIProvider
from imagegen_desktop.storage.model_data import load_dialects
from standin import Family as Played
from standin import Fault, StandIn

DIALECTS = load_dialects(resources_folder())
OPENAI_MODEL = "gpt-image-2.6-flare"
MODELS = ModelCatalogue(
    as_of=date(2026, 11, 22),
    default_image_model=OPENAI_MODEL,
    default_text_model="gpt-6-luna",
    image_models=(
        ModelSpec(
            id=OPENAI_MODEL,
            label="Flare",
            sizes=("1024x1024", "1536x1024", "auto"),
            qualities=("low", "medium", "high"),
            backgrounds=("auto", "opaque", "transparent"),
            formats=("png", "jpeg", "webp", "gif", "svg"),
            compresses=True,
            moderations=("auto", "low"),
            complexities=("low", "medium", "high"),
            max_count=10,
            streams=True,
            max_previews=3,
        ),
    ),
)
# Everything at once, as far as one picture can have it.
WISHES = Options(background="opaque", output_format="jpeg", compression=30, moderation="low", complexity="low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`body` is what the server gets for `WISHES`, beside prompt and model; `size` is what it makes of 1536x1024."""

    played: Played
    model: str
    body: dict[str, Any]
    size: tuple[int, int] = (1536, 1024)
    key_header: str = "authorization"
    key: str = "Bearer sk-test"
    seeds: bool = False
    words: bool = True


_ALL: dict[str, Any] = {
    "n": 1,
    "size": "1536x1024",
    "quality": "low",
    "background": "opaque",
    "output_format": "jpeg",
    "output_compression": 30,
    "moderation": "low",
}
_PREVIEWS: dict[str, Any] = {"stream": True, "partial_images": 2}
CASES = {
    Family.OPENAI: Case(played=Played.OPENAI, model=OPENAI_MODEL, body={**_ALL, **_PREVIEWS, "complexity": "low"}),
    Family.AZURE: Case(
        played=Played.AZURE,
        model=OPENAI_MODEL,
        body={**_ALL, **_PREVIEWS, "output_compression": 70},
        key_header="api-key",
        key="sk-test",
    ),
    Family.XAI: Case(
        played=Played.XAI,
        model="grok-imagine-image-2.0",
        body={"n": 1, "aspect_ratio": "3:2", "resolution": "1k", "quality": "low", "response_format": "b64_json"},
        size=(1254, 836),
    ),
    Family.TOGETHER: Case(
        played=Played.TOGETHER,
        model="black-forest-labs/FLUX.2-dev",
        body={"n": 1, "width": 1536, "height": 1024, "seed": 7, "response_format": "base64"},
        seeds=True,
    ),
    Family.LOCALAI: Case(
        played=Played.LOCALAI,
        model="stablediffusion",
        body={"n": 1, "size": "1536x1024", "quality": "low", "response_format": "b64_json"},
    ),
    Family.SD_CPP: Case(
        played=Played.SDCPP,
        model="sd-cpp-local",
        body={"n": 1, "size": "1536x1024", "output_format": "jpeg", "output_compression": 30},
        seeds=True,
        words=False,
    ),
    Family.VLLM_OMNI: Case(
        played=Played.VLLM_OMNI,
        model="Qwen/Qwen-Image",
        body={"n": 1, "size": "1536x1024", "seed": 7, "response_format": "b64_json"},
        seeds=True,
    ),
    Family.SGLANG: Case(
        played=Played.SGLANG,
        model="Qwen/Qwen-Image",
        body={"n": 1, "size": "1536x1024", "seed": 7, "response_format": "b64_json"},
        seeds=True,
        words=False,
    ),
    Family.XINFERENCE: Case(
        played=Played.XINFERENCE,
        model="sd3.5-medium",
        body={"n": 1, "size": "1536*1024", "kwargs": '{"seed": 7}', "response_format": "b64_json"},
        seeds=True,
    ),
    Family.LITELLM: Case(played=Played.LITELLM, model=OPENAI_MODEL, body=_ALL),
    Family.CUSTOM: Case(played=Played.LOCALAI, model="anything", body={"n": 1, "size": "1536x1024", "quality": "low"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A server of one family, and the profile with which a person would ask it."""

    case: Case
    server: StandIn
    profile: Profile

    @property
    def provider(self) -> OpenAIProvider:
        return provider(self.profile)

    def generate(self, **changes: Any) -> list[Any]:
        return list(self.provider.generate(self.request(**changes), CancelToken()))

    def request(self, **changes: Any) -> GenerationRequest:
        plain = GenerationRequest(
            id="0123456789",
            created=datetime.now(UTC),
            prompt="a lighthouse",
            endpoint=self.profile.endpoint,
            model=self.case.model,
            size="1536x1024",
            quality="low",
            timeout=20.0,
        )
        return replace(plain, **changes)

    def enhance(self, effort: str = "none") -> str:
        asked = EnhanceRequest(
            prompt="a lighthouse",
            model="gpt-6-luna",
            instruction="Better.",
            endpoint=self.profile.endpoint,
            effort=effort,
            timeout=20.0,
        )
        return self.provider.enhance(asked, CancelToken()).words


def provider(profile: Profile, *, key: str = "sk-test", headers: dict[str, Secret] | None = None) -> OpenAIProvider:
    return OpenAIProvider(
        profile.endpoint,
        Secret(key) if key else None,
        catalogue=MODELS,
        dialects=DIALECTS,
        headers=headers,
        environ={},
        app_version="0.0",
        fetch_pauses=(0.0,),
    )


def only(family: Family, *faults: Fault) -> Stage:
    server = StandIn(family=CASES[family].played, faults=faults)
    server.start()
    return Stage(case=CASES[family], server=server, profile=Profile(base_url=server.base_url, family=family))


def asked(stage: Stage) -> dict[str, Any]:
    body = stage.server.requests[0].json
    assert body is not None
    return body


# ---- pictures ----
