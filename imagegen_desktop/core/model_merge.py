"""Joins what is known of models with what an endpoint lists and takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.fitting import qualities_of
from imagegen_desktop.core.models import TextModelSpec, cautious_spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.dialects import Dialect
    from imagegen_desktop.core.models import ListedModel, ModelSpec

# OpenAI lists models of all kinds and does not say which make pictures.
_IMAGE_NAMES: Final = ("gpt-image", "chatgpt-image", "dall-e")
_IMAGE_KINDS: Final = ("image", "diffusion")
_OPENAI_FAMILIES: Final = frozenset({Family.OPENAI, Family.AZURE})


def is_its_own(family: Family) -> bool:
    """Whether OpenAI's models are this kind of endpoint's own, so that their names and dates hold there."""
    return family in _OPENAI_FAMILIES


def merged(known: Iterable[ModelSpec], listed: Iterable[ListedModel], family: Family) -> tuple[ModelSpec, ...]:
    """The known models with the shutdown dates that the endpoint tells, then those that only it knows.

    At OpenAI itself the known ones stay, since a list is no proof: it shows models that a key may not use. At any other
    endpoint that lists image models of its own, those alone are offered.
    """
    told = {model.id: model for model in listed if makes_pictures(model, family)}
    own = family in _OPENAI_FAMILIES
    specs = tuple(known)
    kept = specs if own or not told else tuple(spec for spec in specs if spec.id in told)
    dated = tuple(
        replace(spec, shutdown=told[spec.id].shutdown) if spec.id in told and told[spec.id].shutdown else spec
        for spec in kept
    )
    ids = {spec.id for spec in specs}
    return (*dated, *(replace(cautious_spec(name), shutdown=told[name].shutdown) for name in told if name not in ids))


def merged_text(
    known: Iterable[TextModelSpec], listed: Iterable[ListedModel], family: Family
) -> tuple[TextModelSpec, ...]:
    """The known text models with the dates that the endpoint tells; those that it lists where its models are its own."""
    told = {model.id: model for model in listed}
    dated = tuple(
        replace(spec, shutdown=told[spec.id].shutdown) if spec.id in told and told[spec.id].shutdown else spec
        for spec in known
    )
    if family in _OPENAI_FAMILIES or not told:
        return dated
    kept = tuple(spec for spec in dated if spec.id in told)
    ids = {spec.id for spec in kept}
    others = (model for model in told.values() if model.id not in ids and not _is_for_pictures(model.kind))
    return (*kept, *(TextModelSpec(id=model.id, label=model.id, shutdown=model.shutdown) for model in others))


def first_choice(specs: tuple[ModelSpec, ...], wanted: str) -> str:
    """The id to begin with: `wanted`, unless the endpoint lists models of its own and that one is not among them."""
    return wanted if not specs or any(spec.id == wanted for spec in specs) else specs[0].id


def at_endpoint(spec: ModelSpec, dialect: Dialect) -> ModelSpec:
    """The model as this kind of server gives it: no quality that it ignores, no more pictures a request than it makes.

    Of a model that nobody describes, the sizes are those of the server.
    """
    unknown = replace(spec, shutdown=None) == cautious_spec(spec.id)
    qualities = qualities_of(spec, dialect)
    return replace(
        spec,
        qualities=qualities,
        default_quality=spec.default_quality if spec.default_quality in qualities else "",
        max_count=min(spec.max_count, dialect.max_count),
        size_rule=dialect.size_rule if unknown else spec.size_rule,
    )


def makes_pictures(model: ListedModel, family: Family) -> bool:
    """Whether a listed model is one for pictures, as far as its name or the kind that the endpoint names tell."""
    if family in _OPENAI_FAMILIES:
        return model.id.startswith(_IMAGE_NAMES)
    return not model.kind or _is_for_pictures(model.kind)


def _is_for_pictures(kind: str) -> bool:
    return any(word in kind.lower() for word in _IMAGE_KINDS)
