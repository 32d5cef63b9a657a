"""A Refusal is an answer that says no: a status and the error in the words of the service."""

from __future__ import annotations

from typing import Any

INVALID_REQUEST = "invalid_request_error"


class Refusal(Exception):  # noqa: N818 (it is an answer, not a fault of the stand-in)
    """`more` goes into the error object, `headers` onto the answer.

    `detail` is what FastAPI's servers say in place of the message; `plain` sends the message as text instead of JSON.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        kind: str = INVALID_REQUEST,
        param: str | None = None,
        more: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        detail: object = None,
        plain: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.kind = kind
        self.param = param
        self.more = more or {}
        self.headers = headers or {}
        self.detail = detail
        self.plain = plain

    @property
    def error(self) -> dict[str, Any]:
        """The error object as OpenAI writes it."""
        return {"message": self.message, "type": self.kind, "param": self.param, "code": self.code, **self.more}


def invalid_value(param: str, message: str) -> Refusal:
    return Refusal(400, message, code="invalid_value", param=param)


def unknown_parameter(param: str) -> Refusal:
    return Refusal(400, f"Unknown parameter: '{param}'.", code="unknown_parameter", param=param)


def missing(param: str) -> Refusal:
    return Refusal(400, f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param)


def model_not_found(model: str) -> Refusal:
    message = f"The model '{model}' does not exist or you do not have access to it."
    return Refusal(404, message, code="model_not_found")
