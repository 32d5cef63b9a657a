"""What the person chose, and the words not yet sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from imagegen_desktop.core.dialects import Dialect, Family, family_of
from imagegen_desktop.core.models import Maker, Pricing
from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.options import NO_OPTIONS, Options
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, Endpoint, is_openai

OPENAI_URL = "https://api.openai.com/v1"

DEFAULT_INSTRUCTION = (
    "Rewrite the prompt for an image model. Keep every subject, name, number and quoted text that the person wrote. "
    "Add what is missing of setting, light, composition, medium and mood, in one paragraph of at most 80 words. "
    "Answer with the new prompt alone."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An endpoint as the person set it up. No secret is in here.

    `id` is empty for the first one, so that its key lies where it always lay. `family` None means what the address tells;
    `pricing` None means the same. `image_model` and `text_model` are this endpoint's defaults, empty for those of the model data.
    `own_dialect` holds instead of the family's.
    """

    id: str = ""
    name: str = ""
    base_url: str = OPENAI_URL
    family: Family | None = None
    pricing: Pricing | None = None
    image_model: str = ""
    text_model: str = ""
    own_dialect: Dialect | None = None
    header_names: tuple[str, ...] = ()
    extra_body: str = ""

    @property
    def endpoint(self) -> Endpoint:
        told = Pricing.OPENAI_LIST if is_openai(self.base_url) else Pricing.UNKNOWN
        return Endpoint(
            maker=Maker.OPENAI,
            base_url=self.base_url,
            pricing=self.pricing or told,
            id=self.id,
            name=self.name,
            family=self.family or family_of(self.base_url),
            own_dialect=self.own_dialect,
            header_names=self.header_names,
            extra_body=self.extra_body,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`library` is a folder's path, empty for the default; `timeout` is in seconds. No secret is in here.

    `profiles` is never empty; `profile` is the id of the one that makes pictures, `text_profile` of the one that finds words,
    None for the same. The budgets are US dollars a local day and month, over all libraries; None is no limit. `in_flight` is how
    many jobs one endpoint gets at a time. `look_for_updates` None means that the person was not asked yet: nothing is looked for.
    """

    maker: Maker = Maker.OPENAI
    profiles: tuple[Profile, ...] = (Profile(),)
    profile: str = ""
    text_profile: str | None = None
    library: str = ""
    instruction: str = DEFAULT_INSTRUCTION
    theme: Theme = Theme.SYSTEM
    timeout: float = 600.0
    daily_budget: Decimal | None = None
    monthly_budget: Decimal | None = None
    in_flight: int = 3
    look_for_updates: bool | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Where pictures are made."""
        return SAMPLE_ENDPOINT if self.maker is Maker.SAMPLE else self.current.endpoint

    @property
    def text_endpoint(self) -> Endpoint:
        """Where better words are found."""
        return SAMPLE_ENDPOINT if self.maker is Maker.SAMPLE else self.text.endpoint

    @property
    def current(self) -> Profile:
        """The endpoint that makes pictures; the first one where the chosen one is gone."""
        return self._of(self.profile)

    @property
    def text(self) -> Profile:
        """The endpoint that finds words."""
        return self.current if self.text_profile is None else self._of(self.text_profile)

    def with_current(self, profile: Profile) -> Settings:
        """`profile` in the place of the one that makes pictures."""
        here = self.current.id
        return replace(
            self,
            profiles=tuple(profile if one.id == here else one for one in self.profiles),
            profile=profile.id,
        )

    def with_text(self, profile: Profile) -> Settings:
        """`profile` in the place of the one that finds words."""
        here = self.text.id
        return replace(self, profiles=tuple(profile if one.id == here else one for one in self.profiles))

    def _of(self, wanted: str) -> Profile:
        return next(
            (one for one in self.profiles if one.id == wanted), self.profiles[0] if self.profiles else Profile()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The prompt card as it stands: kept at every keystroke. Empty `size` or `quality` means the model's default."""

    prompt: str = ""
    enhance: bool = False
    model: str = ""
    size: str = ""
    quality: str = ""
    count: int = 1
    options: Options = NO_OPTIONS
