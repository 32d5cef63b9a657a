"""Settings as a person leaves them who uses one endpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.settings import Profile, Settings

_OF_THE_PROFILE = {"base_url", "family", "pricing", "image_model", "text_model"}


def settings_at(base_url: str, **changes: Any) -> Settings:
    """Changes of the endpoint and of the settings; the endpoint speaks as OpenAI does unless it is said otherwise."""
    ours = {name: value for name, value in changes.items() if name in _OF_THE_PROFILE}
    others = {name: value for name, value in changes.items() if name not in _OF_THE_PROFILE}
    profile = replace(Profile(base_url=base_url, family=Family.OPENAI), **ours)
    return replace(Settings(), profiles=(profile,), **others)
