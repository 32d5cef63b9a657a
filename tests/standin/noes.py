"""The faults that are plain refusals, in the words and codes that OpenAI documents or that people reported."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from standin.faults import Fault
from standin.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_LIMIT: Final = "You have reached your limit. Check your plan and billing details."
_BROKE: Final = "The server had an error while processing your request."
_UNSAFE: Final = (
    "Your request was rejected by the safety system. Contact us at help.openai.com if you think this is an error."
)
_UNVERIFIED: Final = (
    "Your organization must be verified to use the model `gpt-image-2.6-flare`. "
    "Please go to https://platform.openai.com/settings/organization/general and click on Verify Organization. "
    "If you just verified, it can take up to 15 minutes for access to propagate."
)
# The status and the heading are documented; what `code` says is not, so it says nothing here.
_ADDRESS: Final = (
    "IP not authorized: your request IP does not match the configured IP allowlist for your project or organization."
)


def wrong_key(shown: str = "sk-****") -> Refusal:
    text = f"Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/account/api-keys."
    return Refusal(401, text, code="invalid_api_key")


def _moderation(stage: str, *categories: str) -> Refusal:
    details = {"moderation_stage": stage, "categories": list(categories)}
    kind = "image_generation_user_error"
    return Refusal(400, _UNSAFE, code="moderation_blocked", kind=kind, more={"moderation_details": details})


def _quota(message: str, code: str) -> Refusal:
    return Refusal(429, message, code=code, kind="insufficient_quota")


def _rate_limit() -> Refusal:
    text = "Rate limit reached for images per minute. Please try again in 2s."
    return Refusal(429, text, code="rate_limit_exceeded", kind="requests", headers={"retry-after": "2"})


_REFUSALS: Final[dict[Fault, Callable[[], Refusal]]] = {
    Fault.RATE_LIMIT: _rate_limit,
    Fault.SLOW_DOWN: partial(Refusal, 429, "Please slow down.", code="slow_down", kind="rate_limit_error"),
    Fault.NO_CREDIT: partial(_quota, "You have no credit left. Add credit to go on.", "credit_balance_exhausted"),
    Fault.SPEND_LIMIT: partial(_quota, _LIMIT, "organization_spend_limit_exceeded"),
    Fault.HARD_LIMIT: partial(
        Refusal,
        400,
        "Billing hard limit has been reached.",
        code="billing_hard_limit_reached",
        kind="image_generation_user_error",
    ),
    Fault.MODERATION: partial(_moderation, "input", "violence"),
    Fault.MODERATION_OUTPUT: partial(_moderation, "output", "sexual", "violence"),
    Fault.NOT_VERIFIED: partial(Refusal, 403, _UNVERIFIED),
    Fault.BAD_KEY: wrong_key,
    Fault.IP_NOT_ALLOWED: partial(Refusal, 401, _ADDRESS),
    Fault.MODEL_GONE: partial(
        Refusal, 404, "The model does not exist or you do not have access to it.", code="model_not_found"
    ),
    Fault.SERVER_ERROR: partial(Refusal, 500, _BROKE, kind="server_error"),
    Fault.CHAT_FAILS: partial(Refusal, 500, _BROKE, kind="server_error"),
}


def refusal_of(fault: Fault) -> Refusal | None:
    """A fresh refusal, or None where the fault spoils the answer in another way."""
    make = _REFUSALS.get(fault)
    return make() if make else None
