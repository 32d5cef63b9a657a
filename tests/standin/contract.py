"""Checks a body against the parameter types of the installed openai package, read at run time."""

from __future__ import annotations

import collections.abc
from typing import Any, Required, Union, get_args, get_origin, get_type_hints

from openai.types import image_generate_params
from openai.types.chat import completion_create_params
from pydantic import TypeAdapter, ValidationError

from standin.refusal import Refusal, invalid_value, missing, unknown_parameter


class Contract:
    """The keys that one endpoint takes, and what each may hold."""

    def __init__(self, *shapes: type) -> None:
        self._types: dict[str, Any] = {}
        self._required: set[str] = set()
        self._adapters: dict[str, TypeAdapter[Any]] = {}
        for shape in shapes:
            for key, hint in get_type_hints(shape, include_extras=True).items():
                self._add(key, hint)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._types)

    def element_shapes(self, key: str) -> tuple[Any, ...]:
        """The shapes that an element of the list `key` may have."""
        return get_args(get_args(self._types[key])[0])

    def check(self, body: dict[str, Any]) -> None:
        """Raises Refusal with status 400 at the first thing that is wrong, the key's name in `param`."""
        for key, value in body.items():
            if key not in self._types:
                raise unknown_parameter(key)
            if value is None:
                message = f"Invalid type for '{key}': expected another value, but got null instead."
                raise Refusal(400, message, code="invalid_type", param=key)
            self._check_value(key, value)
        for key in sorted(self._required - body.keys()):
            raise missing(key)

    def _add(self, key: str, hint: Any) -> None:
        if get_origin(hint) is Required:
            hint = get_args(hint)[0]
            # `stream` is required in the streaming shape only: without it the other shape is meant.
            if key != "stream":
                self._required.add(key)
        if get_origin(hint) is collections.abc.Iterable:
            hint = list[get_args(hint)]
        known = self._types.get(key)
        self._types[key] = hint if known is None else Union[known, hint]  # noqa: UP007 (built from values)

    def _check_value(self, key: str, value: Any) -> None:
        if key not in self._adapters:
            self._adapters[key] = TypeAdapter(self._types[key])
        try:
            self._adapters[key].validate_python(value, strict=True)
        except ValidationError as wrong:
            problems = wrong.errors()
            allowed = [problem.get("ctx", {})["expected"] for problem in problems if problem["type"] == "literal_error"]
            if allowed and isinstance(value, str | bool):
                raise invalid_value(key, f"Invalid value: '{value}'. Supported values are: {allowed[0]}.") from None
            message = f"Invalid type for '{key}': {problems[0]['msg']}, but got {type(value).__name__} instead."
            raise Refusal(400, message, code="invalid_type", param=key) from None


def images_contract() -> Contract:
    return Contract(
        image_generate_params.ImageGenerateParamsNonStreaming, image_generate_params.ImageGenerateParamsStreaming
    )


def chat_contract() -> Contract:
    return Contract(
        completion_create_params.CompletionCreateParamsNonStreaming,
        completion_create_params.CompletionCreateParamsStreaming,
    )
