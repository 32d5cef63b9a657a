"""What a service says, in each of the forms in which services say it, becomes the right error."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from imagegen_desktop.core import errors
from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.providers.complaints import complaint_from_body, complaint_from_object
from imagegen_desktop.providers.openai_errors import BILLING_PAGE, KEY_PAGE, VERIFICATION_PAGE, ErrorDoor, redacted

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPENAI = ErrorDoor(host="api.openai.com", key=Secret("sk-test"), seconds=600)
ELSEWHERE = ErrorDoor(host="127.0.0.1", key=Secret("sk-test"), seconds=600)


def judged(status: int, body: object, door: ErrorDoor = OPENAI, **headers: str) -> ImagegenError:
    text = body if isinstance(body, str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return door.from_service(complaint_from_body(status, named, text, NOW))


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"code": "moderation_blocked"}, errors.PromptRefusedError),
        (400, {"code": "content_policy_violation"}, errors.PromptRefusedError),
        (400, {"code": "unknown_parameter", "param": "style"}, errors.BadRequestError),
        (400, {"message": "Invalid size '1792x936'. Both must be divisible by 16."}, errors.BadRequestError),
        (401, {"code": "invalid_api_key"}, errors.KeyRefusedError),
        (401, {"message": "IP not authorized: your request IP is not on the list"}, errors.AddressNotAllowedError),
        (403, {"message": "Your organization must be verified to use the model `x`."}, errors.NotVerifiedError),
        (403, {"code": "model_not_found"}, errors.ModelGoneError),
        (403, {"message": "You have insufficient permissions"}, errors.KeyRefusedError),
        (403, {"code": "unsupported_country_region_territory"}, errors.AddressNotAllowedError),
        (404, {"code": "model_not_found"}, errors.ModelGoneError),
        (404, {"message": "The model 'dall-e-3' does not exist"}, errors.ModelGoneError),
        (400, {"message": "The model `dall-e-2` does not exist."}, errors.ModelGoneError),
        (404, {"message": "Invalid URL (POST /images/generations)"}, errors.NotCompatibleError),
        (405, {}, errors.NotCompatibleError),
        (407, {}, errors.NotReachedError),
        (408, {}, errors.OutcomeUnknownError),
        (413, {}, errors.BadRequestError),
        (422, {}, errors.BadRequestError),
        (429, {"code": "rate_limit_exceeded"}, errors.RateLimitedError),
        (429, {"code": "slow_down", "type": "rate_limit_error"}, errors.RateLimitedError),
        (429, {"type": "insufficient_quota", "code": "credit_balance_exhausted"}, errors.NoCreditError),
        (429, {"code": "project_spend_limit_exceeded"}, errors.NoCreditError),
        (400, {"code": "billing_hard_limit_reached"}, errors.NoCreditError),
        (500, {"type": "server_error"}, errors.ServerBrokeError),
        (503, {"message": "overloaded"}, errors.ServerBrokeError),
    ],
)
def test_status_and_code_decide(status: int, error: dict[str, str], kind: type[ImagegenError]) -> None:
    found = judged(status, {"error": error})
    assert type(found) is kind
    unknown = status >= 500 or status == 408
    assert found.charge is (ChargeState.UNKNOWN if unknown else ChargeState.FREE)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "prompt required"}},
        {"error": "prompt required"},
        {"detail": "prompt required"},
        {"detail": {"message": "prompt required"}},
        {"message": "prompt required"},
        "prompt required",
        "<html><head><style>p {}</style></head><body><p>prompt&nbsp;<b>prompt required</b></body></html>",
    ],
)
def test_every_form_of_an_error_gives_its_words(body: object) -> None:
    assert "prompt required" in judged(400, body).details


def test_a_list_of_details_is_shown_as_it_is() -> None:
    assert "field required" in judged(422, {"detail": [{"msg": "field required"}]}).details


@pytest.mark.parametrize("body", ["", "[]", "null", "7", '{"error": null}', '{"error": [[]]}', "[" * 50_000])
def test_nonsense_is_still_an_error_of_its_status(body: str) -> None:
    assert type(judged(400, body)) is errors.BadRequestError


def test_moderation_names_its_categories_and_stage() -> None:
    told = {"moderation_stage": "output", "categories": ["violence", "self-harm"]}
    found = judged(400, {"error": {"code": "moderation_blocked", "moderation_details": told}})
    assert isinstance(found, errors.PromptRefusedError)
    assert found.categories == ("violence", "self-harm")
    assert found.stage == "output"
    assert "violence" in found.title


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", None),
        ("soon", None),
        ("-1", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_the_wait_is_read_in_seconds_or_from_a_date(header: str, seconds: float | None) -> None:
    found = judged(429, {"error": {"code": "rate_limit_exceeded"}}, retry_after=header)
    assert isinstance(found, errors.RateLimitedError)
    assert found.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "error", "page"),
    [
        (401, {"code": "invalid_api_key"}, KEY_PAGE),
        (429, {"code": "insufficient_quota"}, BILLING_PAGE),
        (403, {"message": "Your organization must be verified to use it"}, VERIFICATION_PAGE),
    ],
)
def test_openais_pages_are_linked_for_openai_alone(status: int, error: dict[str, str], page: str) -> None:
    assert judged(status, {"error": error}).link == page
    assert not judged(status, {"error": error}, ELSEWHERE).link


def test_a_page_in_place_of_an_answer_is_no_such_api() -> None:
    assert type(judged(403, "<!DOCTYPE html><p>Blocked by policy")) is errors.NotCompatibleError


def test_an_error_inside_a_stream_is_never_free() -> None:
    for code in ("moderation_blocked", "rate_limit_exceeded", "invalid_value", "server_error"):
        found = OPENAI.from_service(complaint_from_object({"error": {"code": code}}, status=None))
        assert found.charge is ChargeState.UNKNOWN


def test_details_carry_what_a_report_needs() -> None:
    body = {"error": {"message": "no", "code": "c", "type": "t", "param": "p"}}
    details = judged(400, body, x_request_id="req_1").details
    assert details.splitlines() == ["no", "HTTP status: 400", "code: c", "type: t", "parameter: p", "request id: req_1"]


def test_keys_are_taken_out_of_texts() -> None:
    text = "Bearer abc.def, sk-proj-1234567890 and hunter2"
    assert redacted(text, Secret("hunter2")) == "Bearer *** sk-*** and ***"
