"""Reads what is data in resources/: the models, and what a person's own file changes of them; endpoints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from imagegen_desktop.core.dialects import Dialects
from imagegen_desktop.core.models import ModelCatalogue
from imagegen_desktop.storage.codec import MalformedError, decode

if TYPE_CHECKING:
    from pathlib import Path

_LISTS: Final = ("image_models", "text_models")


def load_models(resources: Path) -> ModelCatalogue:
    """The shipped model data. Raises MalformedError if the file does not fit, which a test rules out."""
    return decode((resources / "models.json").read_bytes(), ModelCatalogue)


def load_own_models(resources: Path, own: Path) -> ModelCatalogue:
    """The shipped data with what the person's file `own` says of models: by id, field by field; a new id is a new model.

    Raises MalformedError where the file is there but does not fit; the message says where.
    """
    shipped = (resources / "models.json").read_bytes()
    try:
        told = own.read_bytes()
    except FileNotFoundError:
        return decode(shipped, ModelCatalogue)
    try:
        base, changes = json.loads(shipped), json.loads(told)
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"{own.name}: {error}") from None
    if not isinstance(changes, dict):
        raise MalformedError(f"{own.name}: it is no object in {{ }}")
    asked = cast("dict[str, Any]", changes)
    whole = cast("dict[str, Any]", base) | {key: value for key, value in asked.items() if key not in _LISTS}
    for name in _LISTS:
        whole[name] = _joined(cast("list[Any]", whole.get(name, [])), asked.get(name, []), own)
    try:
        return decode(json.dumps(whole).encode(), ModelCatalogue)
    except MalformedError as error:
        raise MalformedError(f"{own.name}: {error}") from None


def load_all_models(resources: Path, own: Path) -> tuple[ModelCatalogue, str]:
    """The data of models, and what is wrong with the person's own file, if something is: the shipped data hold then."""
    try:
        return load_own_models(resources, own), ""
    except MalformedError as error:
        return load_models(resources), str(error)


def load_dialects(resources: Path) -> Dialects:
    """The shipped data of endpoints. Raises MalformedError if the file does not fit, which a test rules out."""
    return decode((resources / "endpoints.json").read_bytes(), Dialects)


def _joined(shipped: list[Any], own: object, file: Path) -> list[Any]:
    entries = cast("list[object]", own) if isinstance(own, list) else [None]
    models: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in shipped}
    for entry in entries:
        fields = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
        name = fields.get("id")
        if not isinstance(name, str) or not name:
            raise MalformedError(f"{file.name}: every model needs an id")
        models[name] = {"label": name, **models.get(name, {}), **fields}
    return list(models.values())
