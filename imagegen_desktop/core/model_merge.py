"""Joins what is known of models with what an endpoint lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.models import cautious_spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.models import ListedModel, ModelSpec

# OpenAI lists models of all kinds and does not say which make pictures.
_IMAGE_NAMES: Final = ("gpt-image", "chatgpt-image", "dall-e")
_IMAGE_KINDS: Final = ("image", "diffusion")


def merged(known: Iterable[ModelSpec], listed: Iterable[ListedModel], family: Family) -> tuple[ModelSpec, ...]:
    """The known models with the shutdown dates that the endpoint tells, then those that only it knows.

    At OpenAI itself the known ones stay, since a list is no proof: it shows models that a key may not use. At any other
    endpoint that lists image models of its own, those alone are offered.
    """
    told = {model.id: model for model in listed if _makes_pictures(model, family)}
    own = family in {Family.OPENAI, Family.AZURE}
    specs = tuple(known)
    kept = specs if own or not told else tuple(spec for spec in specs if spec.id in told)
    dated = tuple(
        replace(spec, shutdown=told[spec.id].shutdown) if spec.id in told and told[spec.id].shutdown else spec
        for spec in kept
    )
    ids = {spec.id for spec in specs}
    return (*dated, *(replace(cautious_spec(name), shutdown=told[name].shutdown) for name in told if name not in ids))


def _makes_pictures(model: ListedModel, family: Family) -> bool:
    if family in {Family.OPENAI, Family.AZURE}:
        return model.id.startswith(_IMAGE_NAMES)
    return not model.kind or any(word in model.kind.lower() for word in _IMAGE_KINDS)
