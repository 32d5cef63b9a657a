"""Says which addresses a picture's link may lead to."""

from __future__ import annotations

import ipaddress
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    # The addresses of a host, as text. Raises OSError.
    Resolve = Callable[[str], tuple[str, ...]]

# RFC 6598, which private networks over the internet use.
_SHARED: Final = ipaddress.ip_network("100.64.0.0/10")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class Refusal(StrEnum):
    """Why a link is not followed."""

    NOT_WEB = auto()
    NO_HOST = auto()
    HOLDS_PASSWORD = auto()
    NOT_HTTPS = auto()
    NOT_PUBLIC = auto()
    NOT_NEAR = auto()
    SERVER_PATH = auto()
    TOO_MANY_REDIRECTS = auto()
    EXPIRED = auto()
    TOO_LARGE = auto()
    NOT_FETCHED = auto()


_WORDS: Final = {
    Refusal.NOT_WEB: "Its link is no web address",
    Refusal.NO_HOST: "Its link names no host",
    Refusal.HOLDS_PASSWORD: "Its link holds a password",
    Refusal.NOT_HTTPS: "Its link is not encrypted (http), which is taken only from an endpoint on your own network",
    Refusal.NOT_PUBLIC: "Its link leads into a private network, which is allowed only where the endpoint is there too",
    Refusal.NOT_NEAR: "Its link leads to an address that is neither on the internet nor of a private network",
    Refusal.SERVER_PATH: "The server answered with a path on its own disk: have it answer with b64_json",
    Refusal.TOO_MANY_REDIRECTS: "Its link leads on and on (more than 3 redirects)",
    Refusal.EXPIRED: "Its link has expired",
    Refusal.TOO_LARGE: "What its link leads to is larger than any picture",
    Refusal.NOT_FETCHED: "Its link could not be fetched",
}


def words_of(refusal: Refusal) -> str:
    """One sentence for the person."""
    return _WORDS[refusal]


def is_public(address: str) -> bool:
    """Whether a literal address belongs to the open internet; one within another (IPv4 in IPv6, 6to4, NAT64) counts too.

    Not public are private and shared networks (RFC 1918, 4193, 6598), link-local, loopback, multicast and unspecified ones.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        within = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in _NAT64:
            within.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
        if any(inner is not None and not is_public(str(inner)) for inner in within):
            return False
        if found.ipv4_mapped is not None or found in _NAT64:
            return True
    return found.is_global and not found.is_multicast


def is_near(address: str) -> bool:
    """Whether a literal address is this computer's or of a private or shared network, where servers of one's own stand.

    Link-local ones are not: there a cloud's machines are told their secrets.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return is_near(str(found.ipv4_mapped))
    if found.is_loopback:
        return True
    if found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
        return False
    return found.is_private or found in _SHARED


def refusal_of(url: str, *, private_endpoint: bool) -> Refusal | None:
    """What can be said of a link before its host is looked up; None if it may be tried."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return Refusal.NO_HOST
    if parts.scheme not in {"http", "https"}:
        return Refusal.SERVER_PATH if parts.scheme == "file" else Refusal.NOT_WEB
    if not host:
        return Refusal.NO_HOST
    if parts.username is not None:
        return Refusal.HOLDS_PASSWORD
    return Refusal.NOT_HTTPS if parts.scheme != "https" and not private_endpoint else None
