"""The one door at which what the SDK, the network and the service report becomes an ImagegenError."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import (
    AddressNotAllowedError,
    BadAnswerError,
    BadRequestError,
    CancelledError,
    ChargeState,
    ImagegenError,
    KeyRefusedError,
    ModelGoneError,
    NoCreditError,
    NoKeyError,
    NotCompatibleError,
    NotReachedError,
    NotVerifiedError,
    OutcomeUnknownError,
    PromptRefusedError,
    RateLimitedError,
    ServerBrokeError,
    TlsError,
)
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.providers.bodies import BodyCodingError, BodyTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.providers.complaints import Complaint

OPENAI_HOST: Final = "api.openai.com"
KEY_PAGE: Final = "https://platform.openai.com/api-keys"
BILLING_PAGE: Final = "https://platform.openai.com/settings/organization/billing"
VERIFICATION_PAGE: Final = "https://platform.openai.com/settings/organization/general"

# facts/openai.md 3: codes and types that mean money, whatever the status.
_NO_CREDIT: Final = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "billing_hard_limit_reached",
        "billing_limit_user_error",
        "billing_not_active",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    }
)
_RATE: Final = frozenset({"rate_limit_exceeded", "rate_limit_error", "slow_down", "requests", "tokens"})
_MODERATION: Final = frozenset({"moderation_blocked", "content_policy_violation", "content_filter"})
_ADDRESS_CODES: Final = frozenset({"ip_not_authorized", "unsupported_country_region_territory"})
_ADDRESS: Final = re.compile(
    r"\bIP\b.*\bnot (authori[sz]ed|allowed|permitted)|\bnot (authori[sz]ed|allowed)\b.*\bIP\b", re.DOTALL
)
_NO_MODEL: Final = re.compile(
    r"\bmodel\b.*\b(does not exist|not found|is not available)|\bInvalid model name\b", re.IGNORECASE | re.DOTALL
)
_BEARER: Final = re.compile(r"(?i)bearer\s+[^\s'\"]+")
_KEY_LIKE: Final = re.compile(r"\bsk-[A-Za-z0-9_*-]{6,}")

_SHORTEST_KEY: Final = 3

_UNAUTHORISED: Final = 401
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
_WRONG_METHOD: Final = 405
_PROXY_LOGIN: Final = 407
_GAVE_UP_WAITING: Final = 408
_TOO_MANY: Final = 429
_SERVER: Final = 500
_CLIENT: Final = 400


def redacted(text: str, *secrets: Secret | None) -> str:
    """`text` without the secrets, and without anything that looks like a key."""
    for secret in secrets:
        bare = secret.reveal().strip() if secret else ""
        # One or two letters are nobody's key, and taking them out would leave no text.
        if len(bare) > _SHORTEST_KEY:
            text = text.replace(bare, "***")
    return _KEY_LIKE.sub("sk-***", _BEARER.sub("Bearer ***", text))


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDoor:
    """Translates for one endpoint and its key. `seconds` is the time limit of the request, for the words.

    `others` are the values of the endpoint's own headers, which no error may quote either.
    """

    host: str
    key: Secret | None
    seconds: float
    others: tuple[Secret, ...] = ()

    def redact(self, text: str) -> str:
        return redacted(text, self.key, *self.others)

    def from_network(self, error: Exception, *, sent: bool, cancelled: bool) -> ImagegenError:
        """What the network, or the packages above it, raised. `sent`: the request's first byte was handed to the socket."""
        charge = ChargeState.UNKNOWN if sent else ChargeState.FREE
        details = self.redact("\n".join(_lines(error)))
        if cancelled:
            return cancelled_with(charge)
        if isinstance(error, BodyTooLargeError):
            return BadAnswerError(details, title="The answer was far too large and was cut off", charge=charge)
        if isinstance(error, BodyCodingError):
            return BadAnswerError(details, charge=charge)
        causes = list(_causes(error))
        if sent:
            title = f"No whole answer came within {self.seconds:.0f} s" if _any(causes, TimeoutError) else ""
            return OutcomeUnknownError(details, title=title, charge=charge)
        if _any(causes, ssl.SSLError):
            advice = ""
            if any("WRONG_VERSION_NUMBER" in str(cause) for cause in causes):
                advice = (
                    "The other side does not speak TLS: a server on your own network may need http:// in its address."
                )
            return TlsError(details, advice=advice, charge=charge)
        return self._not_reached(causes, details)

    def _not_reached(self, causes: list[BaseException], details: str) -> NotReachedError:
        title = ""
        if _any(causes, socket.gaierror):
            title = f"The address {self.host} was not found, or this computer is offline"
        elif _any(causes, ConnectionRefusedError):
            title = f"Nothing answers at {self.host}"
        elif _any(causes, TimeoutError):
            title = f"{self.host} did not answer in time"
        elif any(type(cause).__name__ == "ProxyError" for cause in causes):
            # httpcore2.ProxyError, named so that this door needs no import that costs time at the start.
            title = "The proxy did not let the connection through"
        return NotReachedError(details, title=title, charge=ChargeState.FREE)

    def from_service(self, complaint: Complaint) -> ImagegenError:
        """What the service said. 4xx is free (408 apart), 5xx is not known, and so is an error inside a stream."""
        status = complaint.status
        known = status is not None and status < _SERVER and status != _GAVE_UP_WAITING
        error = self._judged(complaint, self.redact(complaint.details))
        # Some classes say FREE by themselves, which holds for a refusal, but not for an end in the middle of a stream.
        error.charge = ChargeState.FREE if known else ChargeState.UNKNOWN
        return error

    def _judged(self, complaint: Complaint, details: str) -> ImagegenError:  # noqa: PLR0911 (one return per case)
        words = {complaint.code, complaint.kind}
        status = complaint.status
        if words & _NO_CREDIT:
            return NoCreditError(details, link=self._link(BILLING_PAGE))
        if words & _MODERATION or complaint.categories:
            return PromptRefusedError(details, categories=complaint.categories, stage=complaint.stage)
        if "must be verified" in complaint.message.lower():
            return NotVerifiedError(details, link=self._link(VERIFICATION_PAGE))
        if words & _ADDRESS_CODES or _ADDRESS.search(complaint.message):
            return AddressNotAllowedError(details, link=self._link(KEY_PAGE))
        if complaint.kind == "no_db_connection":
            # LiteLLM without a database knows one key, and looks any other one up where it can't.
            return self._key_refused(details)
        if complaint.code == "model_not_found" or (status != _SERVER and _NO_MODEL.search(complaint.message)):
            return ModelGoneError(details)
        if status is None:
            return ServerBrokeError(details, title="The service stopped with an error before the picture was finished")
        if status == _TOO_MANY:
            return RateLimitedError(details, retry_after=complaint.retry_after)
        return self._by_status(status, complaint, details)

    def _by_status(self, status: int, complaint: Complaint, details: str) -> ImagegenError:  # noqa: PLR0911 (one return per case)
        if status >= _SERVER:
            title = "A gateway between here and the service failed" if complaint.is_page else ""
            return ServerBrokeError(details, title=title)
        if status == _GAVE_UP_WAITING:
            return OutcomeUnknownError(details)
        if status == _PROXY_LOGIN:
            return NotReachedError(details, title="The proxy asks for a name and a password")
        if status < _CLIENT:
            title = "The address sends requests on to another one, which is not followed"
            return NotCompatibleError(details, title=title, advice="Enter the final address as the base URL.")
        if status == _UNAUTHORISED:
            return self._key_refused(details)
        if complaint.is_page or status in {_NOT_FOUND, _WRONG_METHOD}:
            return NotCompatibleError(details)
        if status == _FORBIDDEN:
            return self._key_refused(details, title="The service does not let this key do that")
        return BadRequestError(details, parameter=complaint.parameter)

    def _key_refused(self, details: str, title: str = "") -> ImagegenError:
        if self.key is None:
            return NoKeyError(details)
        return KeyRefusedError(details, title=title, link=self._link(KEY_PAGE))

    def _link(self, page: str) -> str:
        return page if self.host == OPENAI_HOST else ""


def cancelled_with(charge: ChargeState) -> CancelledError:
    """A cancel in the words that fit its charge."""
    advice = {
        ChargeState.FREE: "Nothing was sent. Your prompt is kept.",
        ChargeState.UNKNOWN: "The request was already out. Your prompt is kept.",
        ChargeState.PAID: "The picture was already made. Your prompt is kept.",
    }[charge]
    return CancelledError(advice=advice, charge=charge)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _lines(error: BaseException) -> Iterator[str]:
    return (f"{type(cause).__name__}: {cause}" for cause in _causes(error))


def _any(causes: list[BaseException], kind: type[BaseException]) -> bool:
    return any(isinstance(cause, kind) for cause in causes)
