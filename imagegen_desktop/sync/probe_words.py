"""What the live test of a bucket says of what it found, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imagegen_desktop.core.bucket_probe import Condition, Probed, ProbeStep
from imagegen_desktop.core.remote import (
    RemoteClockError,
    RemoteMissingError,
    RemoteRefusedError,
    RemoteUnreachableError,
)
from imagegen_desktop.sync.bucket_errors import answer_of

if TYPE_CHECKING:
    from imagegen_desktop.core.remote import RemoteError, RemoteSettings
    from imagegen_desktop.sync.bucket_errors import Answer

# Servers take up to a quarter of an hour; a clock that is so wrong will soon be wronger.
_NOTED_SKEW: Final = 3
_DOES: Final = {
    ProbeStep.LIST: ("list the bucket", "s3:ListBucket"),
    ProbeStep.WRITE: ("write objects", "s3:PutObject"),
    ProbeStep.READ: ("read objects", "s3:GetObject"),
    ProbeStep.DELETE: ("delete objects", "s3:DeleteObject"),
}
_KEY_REFUSED: Final = {
    "InvalidAccessKeyId": "The server does not know this access key.",
    "SignatureDoesNotMatch": "The secret key does not belong to this access key.",
    "Unauthorized": "The server does not take this key here.",
}
_CONDITIONS: Final = {
    Condition.ABLE: "It also refuses, if asked, to write where something is already.",
    Condition.IGNORES: "It would write where something is already, even if asked not to. Nothing here depends on that.",
    Condition.REFUSES: "It does not know the question whether something is there already. Nothing here depends on that.",
}


def not_reached(settings: RemoteSettings, error: RemoteError) -> Probed:
    plainly = type(error) is RemoteUnreachableError and error.title == RemoteUnreachableError.default_title
    host = urlsplit(settings.endpoint).netloc or "Amazon S3"
    advice = f"Check the endpoint: is {host} right, and is this computer online?" if plainly else error.advice
    return _failed(ProbeStep.REACH, f"{error.title}.", advice, error)


def reached(asked: RemoteSettings, works: RemoteSettings, answer: Answer) -> Probed:
    secure = not works.endpoint.startswith("http://")
    words = ["The server answers over a secure connection." if secure else "The server answers."]
    advice: list[str] = []
    if not secure:
        advice.append(
            "Nothing is encrypted on the way: use an address with https unless the server stands next to you."
        )
    if asked.region != works.region:
        words.append(f"The bucket is in the region {works.region}, not {asked.region or 'us-east-1'}.")
    if asked.path_style != works.path_style:
        how = "behind the server's (path style)" if works.path_style else "before the server's (virtual host style)"
        words.append(f"It takes the bucket's name only {how}.")
    skew = answer.minutes_off
    if abs(skew) >= _NOTED_SKEW:
        words.append(f"This computer's clock is {abs(skew)} minutes {'ahead' if skew > 0 else 'behind'}.")
        advice.append("Set the clock: at a quarter of an hour the bucket refuses everything.")
    return Probed(step=ProbeStep.REACH, ok=True, sentence=" ".join(words), advice=" ".join(advice))


def key_refused(error: RemoteError) -> str:
    """What is wrong with the key itself; "" if it is known and only may not do something, or something else is wrong."""
    answer = answer_of(error)
    if answer is None or isinstance(error, RemoteClockError):
        return ""
    # R2 says so of a key of the wrong length.
    malformed = answer.code == "InvalidArgument" and "access key" in error.details
    return "This is no access key of this server's." if malformed else _KEY_REFUSED.get(answer.code, "")


def refused(step: ProbeStep, settings: RemoteSettings, error: RemoteError, *, left: str = "") -> Probed:
    wrong = key_refused(error)
    if wrong:
        advice = "Copy both parts of the key again, whole, or make a new key for this bucket."
        return _failed(step, wrong, advice, error)
    if isinstance(error, RemoteMissingError):
        sentence = f"There is no bucket called {settings.bucket} here."
        return _failed(step, sentence, "Check its name and the endpoint, or make the bucket at your provider.", error)
    rest = f" An object is left there: {settings.prefix}/{left}." if left else ""
    if isinstance(error, RemoteRefusedError):
        does, permission = _DOES[step]
        advice = f"Give it the permission {permission} for {settings.place} at your provider."
        return _failed(step, f"The key may not {does}.{rest}", advice, error)
    return _failed(step, f"{error.title}.{rest}", error.advice, error)


def condition_found(condition: Condition) -> Probed:
    return Probed(step=ProbeStep.CONDITION, ok=True, sentence=_CONDITIONS[condition])


def _failed(step: ProbeStep, sentence: str, advice: str, error: RemoteError) -> Probed:
    return Probed(step=step, ok=False, sentence=sentence, advice=advice, details=error.details)
