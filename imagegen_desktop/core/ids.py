"""Short random names for images, jobs, devices and libraries."""

from __future__ import annotations

import re
import secrets
from typing import Final

# Crockford's base 32 in lower case: no i, l, o, u to misread.
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH: Final = 10
ID_PATTERN: Final = re.compile(rf"[{ALPHABET}]{{{ID_LENGTH}}}")


def new_id() -> str:
    """Ten characters, 50 random bits: two of 100,000 collide with a chance of 1 in 200,000, and then a new one is drawn."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


def is_id(text: str) -> bool:
    return ID_PATTERN.fullmatch(text) is not None
