"""Translates what boto3 and S3 servers say of errors, by status and code: their messages may be missing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.remote import (
    RemoteAbsentError,
    RemoteClockError,
    RemoteDamagedError,
    RemoteError,
    RemoteFullError,
    RemoteMissingError,
    RemoteRefusedError,
    RemoteUnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

SKEW_MINUTES: Final = 10
_FULL: Final = frozenset({"QuotaExceeded", "EntityTooLarge", "InsufficientStorage", "ServiceQuotaExceededException"})
_DAMAGED: Final = frozenset({"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"})
_REFUSED: Final = frozenset(
    {"AccessDenied", "SignatureDoesNotMatch", "InvalidAccessKeyId", "Unauthorized", "Forbidden", "403", "401"}
)
_STATUS_MISSING, _STATUS_REFUSED, _STATUS_FULL, _STATUS_BROKEN = 404, (401, 403), 507, 500


class BrokenOffError(RemoteUnreachableError):
    """An answer that had begun ended early."""

    default_title = "The connection to the bucket broke off"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said beside its words: `region` is where the bucket is, "" where it does not say."""

    status: int
    code: str
    region: str
    minutes_off: int

    @classmethod
    def of(cls, response: Mapping[str, Any]) -> Answer:
        told: dict[str, Any] = response.get("Error", {})
        metadata: dict[str, Any] = response.get("ResponseMetadata", {})
        headers: dict[str, str] = metadata.get("HTTPHeaders", {})
        region = str(headers.get("x-amz-bucket-region") or told.get("Region") or "")
        return cls(int(metadata.get("HTTPStatusCode", 0)), str(told.get("Code", "")), region, minutes_off(headers))


def answer_of(error: RemoteError) -> Answer | None:
    """None where no server was heard."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 (with the first use of a bucket: 300 ms)

    response: Any = getattr(error.__cause__, "response", None)
    return Answer.of(response) if isinstance(error.__cause__, ClientError) else None


@contextmanager
def remote_errors(key: str = "") -> Generator[None]:
    """Raises RemoteError and its family."""
    from botocore import exceptions as said  # noqa: PLC0415 (with the first use of a bucket: 300 ms)
    from urllib3 import exceptions as lower  # noqa: PLC0415 (the same)

    try:
        yield
    except said.ClientError as error:
        answer: Mapping[str, Any] = error.response
        raise _of_server(answer, key) from error
    except said.SSLError as error:
        raise RemoteUnreachableError(
            str(error),
            title="The connection to the bucket is not secure",
            advice="Its certificate is not trusted here. Check the address, or the proxy in between.",
        ) from error
    except (said.ResponseStreamingError, said.IncompleteReadError, lower.HTTPError) as error:
        # What urllib3 raises itself comes of a body: boto3 translates only a part of it there.
        raise BrokenOffError(str(error)) from error
    except said.ProfileNotFound as error:
        raise RemoteRefusedError(str(error), title="There is no such AWS profile on this computer") from error
    except said.NoCredentialsError as error:
        raise RemoteRefusedError(str(error), title="There is no key for the bucket yet") from error
    except said.ParamValidationError as error:
        raise RemoteMissingError(str(error), title="This is no name for a bucket") from error
    except (said.ConnectionError, said.HTTPClientError) as error:
        raise RemoteUnreachableError(str(error)) from error
    except said.BotoCoreError as error:
        raise RemoteError(str(error)) from error


def _of_server(response: Mapping[str, Any], key: str) -> RemoteError:
    told: dict[str, Any] = response.get("Error", {})
    metadata: dict[str, Any] = response.get("ResponseMetadata", {})
    code, status = str(told.get("Code", "")), int(metadata.get("HTTPStatusCode", 0))
    details = f"{key}: {status} {code} {told.get('Message') or ''}".strip()
    skew = minutes_off(metadata.get("HTTPHeaders", {}))
    if code == "RequestTimeTooSkewed" or (status in _STATUS_REFUSED and abs(skew) > SKEW_MINUTES):
        words = f"This computer's clock is {abs(skew)} minutes {'ahead' if skew > 0 else 'behind'}" if skew else ""
        return RemoteClockError(details, title=words)
    if code in _DAMAGED:
        return RemoteDamagedError(details, title="What was sent arrived damaged")
    kinds: tuple[tuple[bool, type[RemoteError]], ...] = (
        (code == "NoSuchBucket", RemoteMissingError),
        (code == "NoSuchKey" or status == _STATUS_MISSING, RemoteAbsentError),
        (code in _FULL or status == _STATUS_FULL, RemoteFullError),
        (code in _REFUSED or status in _STATUS_REFUSED, RemoteRefusedError),
        (status >= _STATUS_BROKEN, RemoteUnreachableError),
    )
    return next((kind for fits, kind in kinds if fits), RemoteError)(details)


def minutes_off(headers: Mapping[str, str]) -> int:
    """How far this computer's clock is ahead of the server's, in minutes; 0 where the server does not say."""
    said = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        there = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return 0
    return round((datetime.now(UTC) - there).total_seconds() / 60)
