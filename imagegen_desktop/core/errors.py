"""What the world did, told in one sentence with what to do about it.

ImagegenError
 +- CancelledError             the person stopped the job
 +- NoKeyError, KeyRefusedError, AddressNotAllowedError, NotVerifiedError, NoCreditError, RateLimitedError
 +- PromptRefusedError, BadRequestError, ModelGoneError, ServerBrokeError
 +- NotReachedError, TlsError, NotCompatibleError
 +- OutcomeUnknownError, BadAnswerError, BadImageError, ResultUrlError
 +- EnhancementFailedError     carries its cause; no image was asked for
 +- NotSavedYetError           the bytes are in the spool
 +- DiskFullError, LibraryMissingError, LibraryFormatError, StorageError
 +- KeychainLockedError, KeychainAbsentError, KeychainRefusedError

Anything that is not an ImagegenError is a fault of ours.
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import ClassVar


class ChargeState(StrEnum):
    """Whether a request cost money: known not to, known to, or not known."""

    FREE = auto()
    PAID = auto()
    UNKNOWN = auto()


class Remedy(StrEnum):
    """What a card's button does about an error. The window gives each its words."""

    OPEN_KEY_SETTINGS = auto()
    OPEN_ENDPOINT_SETTINGS = auto()
    OPEN_LIBRARY_SETTINGS = auto()
    OPEN_MODEL_SETTINGS = auto()
    USE_SUCCESSOR = auto()
    OPEN_LINK = auto()
    EDIT_PROMPT = auto()
    SEND_OWN_WORDS = auto()
    GENERATE_AGAIN = auto()
    SHOW_KEPT_FILE = auto()
    SAVE_AGAIN = auto()


class ImagegenError(Exception):
    """The family's head. `title` is one sentence; `advice` says what to do; `details` can be copied and holds no secret.

    `charge` is None where no request for money is concerned. `link` is a web page that mends it, or a result's URL.
    """

    default_title: ClassVar[str] = "Something went wrong"
    default_advice: ClassVar[str] = "Copy the details and report them."
    remedies: ClassVar[tuple[Remedy, ...]] = ()

    def __init__(
        self,
        details: str = "",
        *,
        title: str = "",
        advice: str = "",
        charge: ChargeState | None = None,
        link: str = "",
    ) -> None:
        self.title = title or self.default_title
        self.advice = advice or self.default_advice
        self.details = details
        self.charge = charge
        self.link = link
        super().__init__(self.title)


class CancelledError(ImagegenError):
    default_title = "Cancelled"
    default_advice = "Your prompt is kept."
    remedies = (Remedy.EDIT_PROMPT,)


class NoKeyError(ImagegenError):
    default_title = "There is no API key for this endpoint yet"
    default_advice = "Add your key in the settings, or try the sample engine, which needs none."
    remedies = (Remedy.OPEN_KEY_SETTINGS,)


class KeyRefusedError(ImagegenError):
    default_title = "The service refused the API key"
    default_advice = "Check that it was copied whole and has not been revoked, or make a new one."
    remedies = (Remedy.OPEN_KEY_SETTINGS, Remedy.OPEN_LINK)


class AddressNotAllowedError(ImagegenError):
    default_title = "The service does not allow this computer's network address"
    default_advice = "The key is limited to certain addresses: change its allow-list, or use another network."
    remedies = (Remedy.OPEN_LINK, Remedy.OPEN_KEY_SETTINGS)


class NotVerifiedError(ImagegenError):
    default_title = "Your organisation is not verified for this model"
    default_advice = "Verify it on the service's page; that can take up to 15 minutes to be known everywhere."
    remedies = (Remedy.OPEN_LINK, Remedy.OPEN_MODEL_SETTINGS)


class NoCreditError(ImagegenError):
    default_title = "The account has no credit left, or has reached its limit"
    default_advice = "Add credit or raise the limit on the service's billing page."
    remedies = (Remedy.OPEN_LINK,)


class RateLimitedError(ImagegenError):
    """`retry_after` is in seconds, None where the service did not say."""

    default_title = "The service is busy for your account right now"
    default_advice = "Wait a moment, then generate again."
    remedies = (Remedy.GENERATE_AGAIN,)

    def __init__(self, details: str = "", *, retry_after: float | None = None) -> None:
        advice = "" if retry_after is None else f"The service asks to wait {retry_after:.0f} s before the next request."
        super().__init__(details, advice=advice, charge=ChargeState.FREE)
        self.retry_after = retry_after


class PromptRefusedError(ImagegenError):
    """`categories` are the service's own words, such as "violence"; may be empty. `stage` is input, output or unknown."""

    default_title = "The service refused this prompt"
    default_advice = "Change the words and generate again. Your prompt is kept."
    remedies = (Remedy.EDIT_PROMPT,)

    def __init__(
        self,
        details: str = "",
        *,
        categories: tuple[str, ...] = (),
        stage: str = "unknown",
        charge: ChargeState | None = None,
    ) -> None:
        title = f"The service refused this prompt: {', '.join(categories)}" if categories else ""
        super().__init__(details, title=title, charge=charge)
        self.categories = categories
        self.stage = stage


class BadRequestError(ImagegenError):
    """`parameter` is the field that the service named, or empty."""

    default_title = "The service did not accept the request"
    default_advice = "Change the size, quality or model and generate again."
    remedies = (Remedy.OPEN_MODEL_SETTINGS, Remedy.EDIT_PROMPT)

    def __init__(self, details: str = "", *, parameter: str = "", title: str = "", advice: str = "") -> None:
        super().__init__(details, title=title, advice=advice, charge=ChargeState.FREE)
        self.parameter = parameter


class ModelGoneError(ImagegenError):
    """`successor` is the name of the model to use instead, empty until somebody who knows the models fills it in."""

    default_title = "The model does not exist at this endpoint"
    default_advice = "It may have been shut down: choose another model."
    remedies = (Remedy.USE_SUCCESSOR, Remedy.OPEN_MODEL_SETTINGS)
    successor = ""


class ServerBrokeError(ImagegenError):
    """Status 500 and above, or a proxy's page. Whether it was charged depends on who answered; mostly unknown."""

    default_title = "The service failed while it worked on this"
    default_advice = "Such failures often pass. The service's usage page tells whether it was charged."
    remedies = (Remedy.GENERATE_AGAIN,)


class NotReachedError(ImagegenError):
    default_title = "The service could not be reached"
    default_advice = "Check the connection and the endpoint's address. Your library works without them."
    remedies = (Remedy.GENERATE_AGAIN, Remedy.OPEN_ENDPOINT_SETTINGS)


class TlsError(ImagegenError):
    default_title = "The connection is not secure, so nothing was sent"
    default_advice = "A proxy or a virus scanner may stand in between, or the computer's clock may be wrong."
    remedies = (Remedy.OPEN_ENDPOINT_SETTINGS,)


class NotCompatibleError(ImagegenError):
    default_title = "The address answers, but not like an OpenAI-compatible API"
    default_advice = "Check the base URL: most end with /v1."
    remedies = (Remedy.OPEN_ENDPOINT_SETTINGS,)


class OutcomeUnknownError(ImagegenError):
    """The request went out, and the answer did not come back whole."""

    default_title = "The connection broke before the whole answer was here"
    default_advice = "Look at the service's usage page before you generate again."
    remedies = (Remedy.GENERATE_AGAIN,)


class BadAnswerError(ImagegenError):
    default_title = "The service answered, but there was no picture in the answer"
    default_advice = "What came is in the details."
    remedies = (Remedy.GENERATE_AGAIN,)


class BadImageError(ImagegenError):
    """`kept` is the file in quarantine that holds the bytes as they came."""

    default_title = "The answer is not a picture that can be opened"
    default_advice = "What came is kept in the library's quarantine folder."
    remedies = (Remedy.SHOW_KEPT_FILE, Remedy.GENERATE_AGAIN)

    def __init__(self, details: str = "", *, kept: str = "") -> None:
        super().__init__(details, charge=ChargeState.PAID)
        self.kept = kept


class ResultUrlError(ImagegenError):
    """The picture was made, but its `link` could not be fetched."""

    default_title = "The picture was made, but could not be fetched from its link"
    default_advice = "Open the link soon and save the picture: such links expire within the hour."
    remedies = (Remedy.OPEN_LINK,)


class EnhancementFailedError(ImagegenError):
    """`cause` is what went wrong with the text model. No image was asked for."""

    default_title = "The prompt could not be enhanced, so no picture was asked for"
    default_advice = "Send your own words, or try again later."
    remedies = (Remedy.SEND_OWN_WORDS, Remedy.EDIT_PROMPT)

    def __init__(self, cause: ImagegenError) -> None:
        super().__init__(cause.details, advice=f"{cause.title}. {cause.advice}", charge=cause.charge, link=cause.link)
        self.cause = cause


class StorageError(ImagegenError):
    default_title = "A file could not be written or read"
    default_advice = "Check the disk and its permissions."


class DiskFullError(StorageError):
    default_title = "The disk is full"
    default_advice = "Make room on it, then go on. Nothing saved before is lost."


class NotSavedYetError(StorageError):
    """A picture is here but the library's disk refused it; its bytes are safe in the spool. `cause` is the disk's reason."""

    default_title = "The picture is here, but could not be saved to the library"
    default_advice = "It is kept on this computer, and is saved without asking the service again."
    remedies = (Remedy.SAVE_AGAIN, Remedy.OPEN_LIBRARY_SETTINGS)

    def __init__(self, cause: StorageError) -> None:
        advice = f"{cause.title}. {cause.advice} {self.default_advice}"
        super().__init__(cause.details, advice=advice, charge=cause.charge)
        self.cause = cause


class LibraryMissingError(StorageError):
    default_title = "The library folder is not there"
    default_advice = "Plug its disk in again, or choose another folder in the settings."
    remedies = (Remedy.OPEN_LIBRARY_SETTINGS,)


class LibraryFormatError(StorageError):
    default_title = "This library was made by a newer version"
    default_advice = "Update Imagegen Desktop to open it. Nothing was changed."


class KeychainError(ImagegenError):
    default_title = "The keychain could not be used"
    default_advice = "The key is kept for this session only."


class KeychainLockedError(KeychainError):
    default_title = "The keychain is locked"
    default_advice = (
        "Unlock it, or press Test in the settings to be asked. Until then the key is kept for this session only."
    )


class KeychainAbsentError(KeychainError):
    default_title = "This computer has no keychain that can be used"
    default_advice = "The key is kept for this session only, and never written to a file."


class KeychainRefusedError(KeychainError):
    default_title = "The keychain refused this version of the app"
    default_advice = "Allow access when asked, or enter the key again."
