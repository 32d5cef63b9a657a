"""A store that forgets all its secrets when the program ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagegen_desktop.core.secret import Secret


class MemorySecrets:
    """The SecretStore for computers without a usable keychain, and for tests."""

    def __init__(self) -> None:
        self._secrets: dict[str, Secret] = {}

    @property
    def place(self) -> str:
        return "this session only"

    def copy(self) -> MemorySecrets:
        copied = MemorySecrets()
        copied._secrets.update(self._secrets)
        return copied

    def get(self, name: str) -> Secret | None:
        return self._secrets.get(name)

    def put(self, name: str, secret: Secret) -> None:
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        self._secrets.pop(name, None)

    def unlock(self) -> None:
        """Memory has no lock."""
