"""Reads lists of models, in every shape in which servers give them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from imagegen_desktop.core.models import ListedModel

if TYPE_CHECKING:
    from collections.abc import Iterable

# The names under which servers say what a model makes: Together; Xinference; SGLang; LiteLLM.
_KINDS: Final = ("type", "model_type", "task_type", "mode")
_DAY: Final = len("2026-12-01")


def listed_models(body: object) -> tuple[ListedModel, ...] | None:
    """The models in `body`, each id once; None for what is no list of models.

    Understands {"data": [...]}, {"models": [...]}, a bare list, SGLang's one model ({"model_path": ...}) and Xinference's
    object of id to description. An entry is a name, or an object with an `id`, or a `name`.
    """
    entries = _entries(body)
    if entries is None:
        return None
    found: dict[str, ListedModel] = {}
    for model in map(_model, entries):
        if model is not None:
            found.setdefault(model.id, model)
    return tuple(found.values())


def _entries(body: object) -> Iterable[object] | None:
    if isinstance(body, list):
        return cast("list[object]", body)
    fields = _fields(body)
    for name in ("data", "models"):
        if isinstance(fields.get(name), list):
            return cast("list[object]", fields[name])
    if isinstance(fields.get("model_path"), str):
        return [{**fields, "id": fields["model_path"]}]
    if fields and all(_is_description(value) for value in fields.values()):
        return [{**_fields(value), "id": name} for name, value in fields.items()]
    return None


def _is_description(value: object) -> bool:
    """Xinference's, which no error object resembles."""
    return bool({"model_type", "model_name"} & set(_fields(value)))


def _model(entry: object) -> ListedModel | None:
    fields = _fields(entry)
    name = entry if isinstance(entry, str) else fields.get("id") or fields.get("name")
    if not isinstance(name, str) or not name:
        return None
    kinds = (fields[key] for key in _KINDS if isinstance(fields.get(key), str))
    return ListedModel(id=name, shutdown=_day(fields.get("shutdown_date")), kind=next(kinds, ""))


def _day(text: object) -> date | None:
    """openai-python 3.54.0, types/model.py: text or null, its form not told; dates and timestamps begin with the day."""
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text[:_DAY])
    except ValueError:
        return None


def _fields(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
