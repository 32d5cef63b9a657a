"""Short random names for images, jobs, devices and libraries."""

from __future__ import annotations

import secrets
from typing import Final

# Crockford's base 32 in lower case: no i, l, o, u to misread.
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH: Final = 10


def new_id() -> str:
    """Ten characters, 50 random bits: two of 100,000 collide with a chance of about 1 in 200,000."""
    bits = secrets.randbits(5 * ID_LENGTH)
    return "".join([ALPHABET[bits >> place & 31] for place in range(0, 5 * ID_LENGTH, 5)])
