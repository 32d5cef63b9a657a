"""What can be said of an endpoint's address before anything is sent to it."""

from __future__ import annotations

import ipaddress
from enum import Enum, auto
from urllib.parse import urlsplit


class AddressFault(Enum):
    """Why an address can't be taken."""

    NO_SCHEME = auto()
    NO_HOST = auto()
    HOLDS_PASSWORD = auto()


def fault_of(address: str) -> AddressFault | None:
    """What is wrong with a base URL; None if it can be tried."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return AddressFault.NO_HOST
    if parts.scheme.lower() not in {"http", "https"}:
        return AddressFault.NO_SCHEME
    if not host:
        return AddressFault.NO_HOST
    # The address stands in the settings and in every record: no place for a secret.
    return AddressFault.HOLDS_PASSWORD if parts.username or parts.password else None


def travels_in_clear(address: str) -> bool:
    """Whether a key sent there can be read on the way: plain http to a host that is not this computer."""
    if fault_of(address) in {AddressFault.NO_SCHEME, AddressFault.NO_HOST}:
        return False
    parts = urlsplit(address)
    return parts.scheme.lower() == "http" and not _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
