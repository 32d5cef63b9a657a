"""What is sent to a text model to better a prompt, and what is taken from its answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from imagegen_desktop.core.errors import BadAnswerError, ChargeState, ImagegenError, PromptRefusedError
from imagegen_desktop.core.steps import Enhancement
from imagegen_desktop.providers.openai_answers import bad_answer
from imagegen_desktop.providers.request_bodies import sendable

if TYPE_CHECKING:
    from imagegen_desktop.core.dialects import Dialect
    from imagegen_desktop.core.errors import BadRequestError
    from imagegen_desktop.core.requests import EnhanceRequest

# Room for the answer and for what a model thinks where it can't be told not to.
ANSWER_TOKENS: Final = 2000
_LONGEST: Final = 4000
# gpt-image models take no longer prompt (facts/openai.md 1).
_LONGEST_PROMPT: Final = 32_000
_QUOTES: Final = ('""', "''", "“”", "„“", "«»", "‘’", "``")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

# An optional key that a server refuses is left out, or called by its other name. facts/openai.md 6.
_OTHER_NAME: Final = {"max_completion_tokens": "max_tokens", "max_tokens": "max_completion_tokens"}
_OPTIONAL: Final = ("reasoning_effort", "max_completion_tokens", "max_tokens")


def chat_body(request: EnhanceRequest, dialect: Dialect) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [
            {"role": "system", "content": sendable(request.instruction)},
            {"role": "user", "content": sendable(request.prompt)},
        ],
        dialect.token_limit: ANSWER_TOKENS,
    }
    if request.effort and dialect.takes_effort:
        body["reasoning_effort"] = request.effort
    return body


def without_refused(body: dict[str, Any], refusal: BadRequestError, refused: set[str]) -> dict[str, Any] | None:
    """The body without the optional key that the service named, or under its other name; None if it named none of them.

    `refused` are the keys that it refused before, and gets this one.

    The name is taken from the error's parameter, else from its words: proxies lose the parameter.
    """
    named = [key for key in _OPTIONAL if key in body and key == refusal.parameter]
    named += [key for key in _OPTIONAL if key in body and not refusal.parameter and key in refusal.details]
    if not named:
        return None
    key = named[0]
    refused.add(key)
    rest = {name: value for name, value in body.items() if name != key}
    other = _OTHER_NAME.get(key, "")
    return {**rest, other: body[key]} if other and other not in refused else rest


def enhancement(answer: object, request: EnhanceRequest) -> Enhancement:
    """The words and the count of an `openai.types.chat.ChatCompletion`. Raises as `better_words` does."""
    usage = _get(answer, "usage")
    counts = (_get(usage, "prompt_tokens"), _get(usage, "completion_tokens"))
    tokens_in, tokens_out = (count if isinstance(count, int) and count > 0 else 0 for count in counts)
    return Enhancement(words=better_words(answer, request), tokens_in=tokens_in, tokens_out=tokens_out)


def better_words(answer: object, request: EnhanceRequest) -> str:
    """The text of an `openai.types.chat.ChatCompletion`: plain, without quotes around it, of bounded length.

    Raises BadAnswerError and PromptRefusedError, both with charge PAID: the answer came whole.
    """
    choice = _first(_get(answer, "choices"))
    message = _get(choice, "message")
    text = _joined(_get(message, "content"))
    refusal = _get(message, "refusal")
    if not text and isinstance(refusal, str) and refusal:
        raise PromptRefusedError(refusal[:_LONGEST], charge=ChargeState.PAID)
    words = _unquoted(_UNSEEN.sub("", text).strip())
    if not words:
        raise _wordless(answer, _get(choice, "finish_reason"))
    longest = min(max(_LONGEST, 2 * len(request.prompt)), _LONGEST_PROMPT)
    return words if len(words) <= longest else f"{words[:longest].rsplit(maxsplit=1)[0]}"


def _wordless(answer: object, reason: object) -> ImagegenError:
    details = bad_answer("the answer holds no words", answer).details
    title = "The text model answered without any words"
    if reason == "length":
        title = "The text model used up its whole answer before it wrote a word"
    return BadAnswerError(
        details, title=title, advice="Choose another text model, or send your own words.", charge=ChargeState.PAID
    )


def _unquoted(words: str) -> str:
    for pair in _QUOTES:
        inner = words[1:-1]
        if len(words) > 1 and words[0] == pair[0] and words[-1] == pair[1] and not set(pair) & set(inner):
            return inner.strip()
    return words


def _get(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _first(value: object) -> object:
    return cast("list[object]", value)[0] if isinstance(value, list) and value else None


def _joined(content: object) -> str:
    """The text of a message: a string, or a list of parts with text in them."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = (_get(part, "text") for part in cast("list[object]", content))
    return "".join(part for part in parts if isinstance(part, str))
