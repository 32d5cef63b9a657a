"""The headers that let a request in: the key where the server looks for it, and the headers that the person added."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import BadRequestError, ChargeState, KeyRefusedError
from imagegen_desktop.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.core.dialects import Dialect

# RFC 9110, 5.6.2: what a header's name is made of.
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What HTTP itself needs, and what the app says of itself.
_TAKEN: Final = frozenset(
    {
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "accept",
        "accept-encoding",
        "user-agent",
        "expect",
        "upgrade",
        "te",
        "trailer",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """`headers` are the person's own: names in small letters, values that are as secret as the key."""

    key: Secret | None
    auth_header: str = "authorization"
    auth_prefix: str = "Bearer "
    headers: tuple[tuple[str, Secret], ...] = ()

    @property
    def others(self) -> tuple[Secret, ...]:
        return tuple(value for _, value in self.headers)


def access_to(dialect: Dialect, key: Secret | None, headers: Mapping[str, Secret]) -> Access:
    """Raises KeyRefusedError for a key, and BadRequestError for a header, that no request can carry. Both are free."""
    own = tuple((name.strip().lower(), _checked(name.strip(), value)) for name, value in headers.items())
    return Access(
        key=usable(key), auth_header=dialect.auth_header.lower(), auth_prefix=dialect.auth_prefix, headers=own
    )


def access_headers(access: Access) -> list[tuple[bytes, Secret]]:
    """Every header of `access`, whole. One that the person gave the key's name takes the key's place."""
    found = [(name.encode(), value) for name, value in access.headers]
    if access.key and access.auth_header not in dict(access.headers):
        found.append((access.auth_header.encode(), Secret(access.auth_prefix + access.key.reveal())))
    return found


def usable(key: Secret | None) -> Secret | None:
    """The key, None if it is blank. Raises KeyRefusedError for one that could not stand in a header.

    Such a key would be quoted by the error that the HTTP library raises.
    """
    if key is None or not key.reveal().strip():
        return None
    text = key.reveal().strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise KeyRefusedError(
            title="The API key has signs in it that no key has",
            advice="It may have been copied together with other text: copy it again, whole and alone.",
            charge=ChargeState.FREE,
        )
    return key if text == key.reveal() else type(key)(text)


def _checked(name: str, value: Secret) -> Secret:
    text = value.reveal().strip()
    if _NAME.fullmatch(name) and name.lower() not in _TAKEN and text.isascii() and text.isprintable():
        return Secret(text)
    raise BadRequestError(
        f"the header {name!r}",
        title="An extra header of this endpoint can't be sent",
        advice="Nothing was sent. A name has letters, digits and hyphens, a value plain characters of one line; "
        "what HTTP itself needs, such as Host, can't be set.",
    )
