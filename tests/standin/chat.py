"""Stands in for the text model that rewrites a prompt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from standin.refusal import Refusal, invalid_value, missing, model_not_found, unknown_parameter

if TYPE_CHECKING:
    from standin.contract import Contract
    from standin.families import Traits

KNOWN: Final = {"a cat": "A fluffy siamese cat sitting on a velvet sofa, cinematic lighting, 8k"}
TAIL: Final = ", seen from a low angle in soft evening light, with fine detail, a calm mood and natural colours"


def read_chat(body: dict[str, Any] | None, traits: Traits, contract: Contract) -> dict[str, Any]:
    """The body, checked. Raises Refusal as the service would. Families that take any model take any key as well."""
    if body is None:
        raise Refusal(400, "We could not parse the JSON body of your request.")
    if not traits.strict:
        if not body.get("messages"):
            raise missing("messages")
        return body
    contract.check(body)
    model = body["model"]
    if model not in traits.chat_models:
        raise model_not_found(model)
    if not body["messages"]:
        raise invalid_value("messages", "Invalid 'messages': empty array. Expected an array with minimum length 1.")
    _check_messages(body["messages"], contract)
    if body.get("stream"):
        raise Refusal(400, "The stand-in does not stream words.", code="unsupported_value", param="stream")
    if model.startswith("gpt-4"):
        if "reasoning_effort" in body:
            raise unknown_parameter("reasoning_effort")
    else:
        _check_newer(body)
    return body


def _check_newer(body: dict[str, Any]) -> None:
    if "max_tokens" in body:
        text = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        raise Refusal(400, text, code="unsupported_parameter", param="max_tokens")
    if body.get("temperature", 1) != 1:
        text = "Unsupported value: 'temperature' does not support this value with this model. Only the default (1) is supported."
        raise Refusal(400, text, code="unsupported_value", param="temperature")


def _check_messages(messages: list[dict[str, Any]], contract: Contract) -> None:
    """A message's keys are those of the shapes with its role."""
    keys: dict[str, set[str]] = {}
    for shape in contract.element_shapes("messages"):
        hints = get_type_hints(shape)
        for role in get_args(hints["role"]):
            keys.setdefault(role, set()).update(hints)
    for at, message in enumerate(messages):
        for key in message:
            if key not in keys[message["role"]]:
                raise unknown_parameter(f"messages[{at}].{key}")


def improved(words: str) -> str:
    """Better words for `words`; they are in it."""
    bare = words.strip().rstrip(".")
    return KNOWN.get(bare.lower(), bare + TAIL)


def chat_body(body: dict[str, Any], request_id: str, *, empty: bool) -> dict[str, Any]:
    """An `openai.types.chat.ChatCompletion`."""
    words = _last_words(body["messages"])
    answer = "" if empty else improved(words)
    asked, told = max(1, len(str(body["messages"])) // 4), len(answer) // 4
    return {
        "id": f"chatcmpl-{request_id.removeprefix('req_')}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body.get("model", ""),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": answer, "refusal": None, "annotations": []},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told},
    }


def _last_words(messages: list[dict[str, Any]]) -> str:
    content = next((message["content"] for message in reversed(messages) if message["role"] == "user"), "")
    if isinstance(content, str):
        return content
    return " ".join(part["text"] for part in content if part["type"] == "text")
