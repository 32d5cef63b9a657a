"""Names of objects that say nothing, and that can be turned back."""

from __future__ import annotations

import base64
import re
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

# Numbers that count, and parts of snapshots: they tell nothing, and their order is needed.
_COUNTING: Final = re.compile(r"\d{8}(?:-\d{4}-\d{4})?", re.ASCII)
# Its tag alone takes so many letters.
_SHORTEST: Final = 26
_ALPHABET: Final = re.compile(r"[a-z2-7]+", re.ASCII)


class SecretNames:
    """Each part of a key is encrypted for itself, bound to what stands before it (AES-SIV). `key` is 64 bytes.

    The same always becomes the same, so that folders can be listed; who has not the key learns no more than that.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)
        # A list goes folder by folder: the last one, as it stands there and in plain.
        self._folder: tuple[str, str | None] = ("", "")

    def hidden(self, key: str) -> str:
        """May end with a slash, as a folder does. The empty one stays empty."""
        parts = key.split("/")
        return "/".join([self._hide(part, "/".join(parts[:place])) for place, part in enumerate(parts)])

    def shown(self, name: str) -> str | None:
        """None for a name that is none of this library's."""
        folder, slash, last = name.rpartition("/")
        known, before = self._folder
        if folder != known:
            before = self._show_folder(folder)
            self._folder = (folder, before)
        if before is None:
            return None
        part = self._show(last, before)
        return None if part is None else before + slash + part

    # ---- own ----

    def _show_folder(self, folder: str) -> str | None:
        parts: list[str] = []
        for hidden in folder.split("/") if folder else []:
            part = self._show(hidden, "/".join(parts))
            if part is None:
                return None
            parts.append(part)
        return "/".join(parts)

    def _hide(self, part: str, before: str) -> str:
        if not part or is_counting(part):
            return part
        sealed = self._cipher.encrypt(part.encode(), [before.encode()])
        return base64.b32encode(sealed).decode().rstrip("=").lower()

    def _show(self, hidden: str, before: str) -> str | None:
        if is_counting(hidden):
            return hidden
        if not _ALPHABET.fullmatch(hidden):
            return None
        try:
            sealed = base64.b32decode(hidden.upper() + "=" * (-len(hidden) % 8))
            part = self._cipher.decrypt(sealed, [before.encode()]).decode()
        except (InvalidTag, ValueError):
            return None
        return part if self._hide(part, before) == hidden and "/" not in part else None


def is_counting(part: str) -> bool:
    """Whether this part of a key stays readable, and its order with it."""
    return _COUNTING.fullmatch(part) is not None


def looks_hidden(part: str) -> bool:
    """Whether this part of a name could be one of an encrypted library."""
    return is_counting(part) or (len(part) > _SHORTEST and _ALPHABET.fullmatch(part) is not None)
