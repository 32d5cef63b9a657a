"""The words of a place elsewhere that keeps a library: what lies there, how it is reached, and what may go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from imagegen_desktop.core.errors import ImagegenError, StorageError


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """`key` is below the library's own prefix, with forward slashes; `size` in bytes."""

    key: str
    size: int


class RemoteKind(StrEnum):
    BUCKET = auto()
    FOLDER = auto()


class KeySource(StrEnum):
    """Where a bucket's key comes from. PROFILE is one of the person's AWS profiles, only ever if it was chosen."""

    KEYCHAIN = auto()
    PROFILE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSettings:
    """Where the library is kept elsewhere. No secret is in here.

    Of a bucket: `endpoint` is a base URL, empty for AWS's own; `region`, `bucket`, `prefix` (no slash at its ends), `profile`.
    Of a folder: `folder`. `uploads_per_second` is bytes, 0 for no limit.
    `public_url` is the bucket's public address, if it has one: shared copies are linked under it. `certificates` is a file of
    trusted roots, empty for the system's own (boto3's where it has no such file). `encrypted` tells that a
    passphrase was set, `paused` that nothing is sent or fetched by itself.
    """

    kind: RemoteKind = RemoteKind.BUCKET
    preset: str = ""
    endpoint: str = ""
    region: str = ""
    bucket: str = ""
    prefix: str = "imagegen"
    keys: KeySource = KeySource.KEYCHAIN
    access_key: str = ""
    profile: str = ""
    path_style: bool = True
    folder: str = ""
    uploads_per_second: int = 0
    public_url: str = ""
    certificates: str = ""
    encrypted: bool = False
    paused: bool = False

    @property
    def secret_name(self) -> str:
        """The name under which the keychain keeps the secret key: bound to the endpoint and the key's id."""
        return f"bucket {self.endpoint.rstrip('/')} {self.access_key}"

    @property
    def passphrase_name(self) -> str:
        """The same for the passphrase of an encrypted library, which is bound to its place."""
        return f"passphrase {self.endpoint.rstrip('/')} {self.place}"

    @property
    def place(self) -> str:
        """As a person would call it, and what this computer's bookkeeping is kept under."""
        return self.folder if self.kind is RemoteKind.FOLDER else "/".join(filter(None, (self.bucket, self.prefix)))


class RemoteError(ImagegenError):
    default_title = "The bucket could not be used"
    default_advice = "Nothing was lost: what is not there yet is sent again later."


class RemoteUnreachableError(RemoteError):
    default_title = "The bucket can't be reached"
    default_advice = "It is tried again by itself. Everything stays on this computer until then."


class RemoteRefusedError(RemoteError):
    default_title = "The bucket refused the key"
    default_advice = "Check the key and what it is allowed to do: list, read, write, delete."


class RemoteClockError(RemoteRefusedError):
    default_title = "This computer's clock is wrong"
    default_advice = "Set the clock: the bucket takes no request that is signed at another time."


class RemoteMissingError(RemoteError):
    default_title = "There is no such bucket"
    default_advice = "Check its name, the endpoint and the region."


class RemoteAbsentError(RemoteError):
    """The object that was asked for is not there."""

    default_title = "Something that should be in the bucket is not there"
    default_advice = "Check the bucket: what this computer still has can be sent again."


class RemoteConflictError(RemoteError):
    """Another object lies where this one belongs. It was left as it is."""

    default_title = "Something else lies in the bucket where this belongs"
    default_advice = "It was left as it is. Check the bucket, or choose another prefix."


class RemoteDamagedError(RemoteError):
    """What came is not what was sent."""

    default_title = "Something in the bucket is damaged"
    default_advice = "Nothing here was changed. Check the bucket: what this computer still has can be sent again."


class RemoteChangedError(RemoteError):
    """The library there is another one, or none where there was one."""

    default_title = "The bucket holds another library than before"
    default_advice = "Nothing is sent or fetched until you say what is right: check the bucket and the prefix."


class RemoteEmptiedError(RemoteChangedError):
    """The library's mark is gone from a place where it was seen before."""

    default_title = "The bucket is empty, and it was not before"
    default_advice = (
        "Nothing here was deleted. If you emptied it, have everything sent again; else check the bucket and the prefix."
    )


class RemoteOtherLibraryError(RemoteChangedError):
    """`library` is the id of the one that lies there."""

    default_title = "Another library lies at this place in the bucket"
    default_advice = (
        "Nothing was sent or fetched. Choose another prefix for this library, or open the one that is there."
    )

    def __init__(self, library: str) -> None:
        super().__init__(f"library {library}")
        self.library = library


class RemoteTwoLibrariesError(RemoteChangedError):
    default_title = "Two libraries lie at the same place in the bucket"
    default_advice = (
        "Nothing more is sent or fetched. Give each a prefix of its own, and remove what the other one left."
    )


class OriginalElsewhereError(StorageError):
    """Its file is not on this computer, which is no fault: it was not fetched yet, or made room for others."""

    default_title = "The original is in the bucket, and not on this computer"
    default_advice = "Look at it while the bucket can be reached, and it is fetched."


class NotShareableError(RemoteError):
    default_title = "This place gives no links"
    default_advice = "Links need a bucket: a folder can't be reached from elsewhere. Export a copy instead."


class SyncBusyError(RemoteError):
    default_title = "Another window or command is syncing this library"
    default_advice = "Let it end, then try again."


class RemotePassphraseError(RemoteError):
    default_title = "The passphrase does not open this library"
    default_advice = (
        "Check it letter by letter. If it is surely right, key.age in the bucket is damaged: put back the copy of it that "
        "stands on the recovery note."
    )


class RemoteKeyLostError(RemoteError):
    """The one object without which nothing can be decrypted is missing or damaged."""

    default_title = "The key of the encrypted library is missing or damaged"
    default_advice = "Put key.age back: from the recovery note, a backup, or an older version that the bucket keeps."


class RemoteEncryptedError(RemoteError):
    default_title = "The library at this place is encrypted"
    default_advice = "Enter its passphrase, or choose another prefix for a library without one."


class RemoteNotEncryptedError(RemoteError):
    default_title = "What lies at this place is not encrypted"
    default_advice = "Open it without a passphrase, or choose another prefix for an encrypted library."


class RemoteFullError(RemoteError):
    default_title = "The bucket has no room or no allowance left"
    default_advice = "Make room there. Everything stays on this computer until then."
