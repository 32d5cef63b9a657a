"""What the person chose, and the words not yet sent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto

from imagegen_desktop.core.models import Maker, Pricing
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, Endpoint, is_openai

OPENAI_URL = "https://api.openai.com/v1"

DEFAULT_INSTRUCTION = (
    "Rewrite the prompt for an image model. Keep every subject, name, number and quoted text that the person wrote. "
    "Add what is missing of setting, light, composition, medium and mood, in one paragraph of at most 80 words. "
    "Answer with the new prompt alone."
)


class Theme(StrEnum):
    SYSTEM = auto()
    LIGHT = auto()
    DARK = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`library` is a folder's path, empty for the default; `timeout` is in seconds. No secret is in here.

    `pricing` is what the person says the endpoint charges, None for what its address tells. The budgets are US dollars a
    local day and month, over all libraries; None is no limit. `in_flight` is how many jobs one endpoint gets at a time.
    """

    maker: Maker = Maker.OPENAI
    base_url: str = OPENAI_URL
    library: str = ""
    image_model: str = ""
    text_model: str = ""
    instruction: str = DEFAULT_INSTRUCTION
    theme: Theme = Theme.SYSTEM
    timeout: float = 600.0
    pricing: Pricing | None = None
    daily_budget: Decimal | None = None
    monthly_budget: Decimal | None = None
    in_flight: int = 3

    @property
    def endpoint(self) -> Endpoint:
        if self.maker is Maker.SAMPLE:
            return SAMPLE_ENDPOINT
        told = Pricing.OPENAI_LIST if is_openai(self.base_url) else Pricing.UNKNOWN
        return Endpoint(maker=self.maker, base_url=self.base_url, pricing=self.pricing or told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The prompt card as it stands: kept at every keystroke. Empty `size` or `quality` means the model's default."""

    prompt: str = ""
    enhance: bool = False
    model: str = ""
    size: str = ""
    quality: str = ""
    count: int = 1
