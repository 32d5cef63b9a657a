"""A Secret is text that shows itself only when asked by name."""

from __future__ import annotations

from typing import Final, Protocol, final, runtime_checkable

# Where a person may have put the key for OpenAI's own address.
ENVIRONMENT_VARIABLE: Final = "OPENAI_API_KEY"


@final
class Secret:
    """An API key or the like. Its repr, str and format show stars; it cannot be pickled.

    `reveal()` gives the text; call it only at the door that needs it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not written anywhere")


@runtime_checkable
class SecretStore(Protocol):
    """A place that keeps secrets by name. Every method blocks, and may raise `KeychainLocked` or `KeychainAbsent`."""

    @property
    def place(self) -> str:
        """Where the secrets lie, in words for a person: "the GNOME keyring", "this session only"."""
        ...

    def get(self, name: str) -> Secret | None: ...

    def put(self, name: str, secret: Secret) -> None:
        """Store and read back; raises if what is read back differs."""
        ...

    def delete(self, name: str) -> None:
        """Forget the secret; nothing happens if there is none."""
        ...
