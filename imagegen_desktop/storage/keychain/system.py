"""Keeps secrets in the operating system's keychain, through the keyring library."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from imagegen_desktop.core.errors import (
    ImagegenError,
    KeychainAbsentError,
    KeychainError,
    KeychainLockedError,
    KeychainRefusedError,
)
from imagegen_desktop.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

# Never `keyring.get_keyring()`: it obeys PYTHON_KEYRING_BACKEND and keyringrc.cfg, and takes any plugin that calls itself
# a keyring; with keyrings.alt installed and no D-Bus that is a plain file. (module, class, place in words)
ALLOWED: Final = (
    ("keyring.backends.macOS", "Keyring", "the macOS keychain"),
    ("keyring.backends.Windows", "WinVaultKeyring", "the Windows credential store"),
    ("keyring.backends.SecretService", "Keyring", "this desktop's keyring (Secret Service)"),
    ("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
)
DESKTOP_KEYRING: Final = "keyring.backends.SecretService"
WINDOWS: Final = "keyring.backends.Windows"
# On any other system they can't work, and the first looks for Apple's libraries with a compiler: a fifth of a second.
_ELSEWHERE: Final = {"keyring.backends.macOS": "darwin", WINDOWS: "win32"}
# CredWrite takes 2,560 bytes, and the library writes UTF-16 (https://github.com/jaraco/keyring/issues/540).
LONGEST_ON_WINDOWS: Final = 1280
USER: Final = "imagegen-desktop"
# errSecAuthFailed and errSecCSInfoPlistFailed, as keyring.backends.macOS.api words them: the program's signature changed.
REFUSALS_ON_MACOS: Final = ("Security Auth Failure", "-25293", "-67030")


class Ring(Protocol):
    """What is used of a backend of the keyring library."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


# (priority, backend, its module, its place in words)
Viable = tuple[float, Ring, str, str]


class KeychainSecrets:
    """A SecretStore on the best allowed keychain of this computer. Each secret has a service name of its own.

    Calls block, `put`, `delete` and `unlock` also on a question to the person, which may never be answered: see
    LimitedSecrets. Raises KeychainAbsentError, KeychainLockedError, KeychainRefusedError, KeychainError.
    """

    def __init__(self, viable: Callable[[], Iterable[Viable]] | None = None) -> None:
        """`viable` gives the backends that work here; the tests put their own in the place of ALLOWED."""
        self._viable = viable or _viable
        self._chosen: tuple[Ring, str, str] | None = None

    @property
    def place(self) -> str:
        return self._choose()[2]

    def get(self, name: str) -> Secret | None:
        """Where the keychain can tell that it is locked, the person is not asked: KeychainLockedError at once."""
        with _translated():
            ring, module, _ = self._choose()
            if module == DESKTOP_KEYRING and not _is_open():
                return None
            text = ring.get_password(_service(name), USER)
        return None if text is None else Secret(text)

    def put(self, name: str, secret: Secret) -> None:
        text = secret.reveal()
        with _translated(text):
            ring, module, place = self._choose()
            if module == WINDOWS and len(text) > LONGEST_ON_WINDOWS:
                raise KeychainRefusedError(
                    f"{len(text)} characters, of which it takes {LONGEST_ON_WINDOWS}",
                    title="The key is too long for the Windows credential store",
                    advice="It is kept for this session only.",
                )
            ring.set_password(_service(name), USER, text)
            if ring.get_password(_service(name), USER) != text:
                raise KeychainRefusedError(
                    "what was read back differs from what was written",
                    title=f"The key could not be kept in {place}",
                    advice="It is kept for this session only.",
                )

    def delete(self, name: str) -> None:
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415 (keyring takes a quarter of a second to load)

        with _translated():
            ring, _, place = self._choose()
            with suppress(PasswordDeleteError):  # Raised for what is not there as well as for what can't be removed.
                ring.delete_password(_service(name), USER)
            if ring.get_password(_service(name), USER) is not None:
                raise KeychainRefusedError(
                    title=f"The key could not be removed from {place}",
                    advice=f'Remove the entry "{_service(name)}" there by hand.',
                )

    def unlock(self) -> None:
        """The other keychains ask by themselves when they are read."""
        with _translated():
            if self._choose()[1] == DESKTOP_KEYRING:
                _unlock()

    def _choose(self) -> tuple[Ring, str, str]:
        """The backend of highest priority, remembered once there is one."""
        if self._chosen is None:
            viable = list(self._viable())
            if not viable:
                raise KeychainAbsentError
            _, ring, module, place = max(viable, key=lambda found: found[0])
            if module == WINDOWS:
                # The library's default roams to other computers of a domain.
                ring.persist = "local machine"  # pyright: ignore[reportAttributeAccessIssue] (that backend alone has it)
            self._chosen = (ring, module, place)
        return self._chosen


def _viable() -> Iterator[Viable]:
    for module, name, place in ALLOWED:
        if module in _ELSEWHERE and _ELSEWHERE[module] != sys.platform:
            continue
        backend = getattr(import_module(module), name)
        # `viable` traps whatever `priority` raises where the backend can't work.
        if backend.viable:
            yield backend.priority, backend(), module, place


def _service(name: str) -> str:
    return f"Imagegen Desktop: {name}"


def _is_open() -> bool:
    """False where the Secret Service has no default collection yet, so that it can't hold anything.

    Raises KeychainLockedError where it is locked. The library itself would ask the person in both cases.
    """
    import secretstorage  # noqa: PLC0415 (on Linux alone, and slow to load)

    with closing(secretstorage.dbus_init()) as connection:
        try:
            collection = secretstorage.get_collection_by_alias(connection, "default")
        except secretstorage.ItemNotFoundException:
            return False
        if collection.is_locked():
            raise KeychainLockedError
    return True


def _unlock() -> None:
    import secretstorage  # noqa: PLC0415 (on Linux alone, and slow to load)

    with closing(secretstorage.dbus_init()) as connection:
        collection = secretstorage.get_default_collection(connection)
        if collection.is_locked():
            collection.unlock()
        if collection.is_locked():
            raise KeychainLockedError


@contextmanager
def _translated(secret: str = "") -> Generator[None]:
    """Turn what keychains raise into the family of ImagegenError; the details never hold the `secret`."""
    from keyring.errors import KeyringError, KeyringLocked, NoKeyringError  # noqa: PLC0415 (slow to load)

    try:
        yield
    except ImagegenError:
        raise
    except (KeyringError, OSError, UnicodeDecodeError, *_errors_of_this_system()) as error:
        details = f"{type(error).__name__}: {error}"
        if secret:
            details = details.replace(secret, "***")
        if isinstance(error, KeyringLocked) or type(error).__name__ in {"LockedException", "PromptDismissedException"}:
            raise KeychainLockedError(details) from None
        if isinstance(error, NoKeyringError) or type(error).__name__ == "SecretServiceNotAvailableException":
            raise KeychainAbsentError(details) from None
        if any(words in details for words in REFUSALS_ON_MACOS):
            raise KeychainRefusedError(details) from None
        raise KeychainError(details) from None


def _errors_of_this_system() -> tuple[type[Exception], ...]:
    if sys.platform == "win32":
        # What the backend lets through; a class of its own, not an OSError.
        return (import_module("win32ctypes.pywin32.pywintypes").error,)
    if sys.platform == "darwin":
        return ()
    from jeepney import DBusErrorResponse  # noqa: PLC0415 (on Linux alone)
    from secretstorage import SecretStorageException  # noqa: PLC0415 (on Linux alone)

    # KWallet's backend works only where the desktop brings this module, and lets its errors through.
    of_kwallet = getattr(sys.modules.get("dbus"), "DBusException", DBusErrorResponse)
    return (SecretStorageException, DBusErrorResponse, of_kwallet)
