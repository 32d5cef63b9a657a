"""Which proxy, if any, stands between this computer and an address."""

from __future__ import annotations

import ipaddress
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from imagegen_desktop.core.errors import ChargeState, NotReachedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final = frozenset({"http_proxy", "https_proxy", "all_proxy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy. `login` is (name, password) as bytes, or None."""

    host: str
    port: int
    login: tuple[bytes, bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def proxies_for(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The same as an address by scheme, with its login, for libraries that take it so; empty for a direct way."""
    proxy = proxy_for(url, environ)
    if proxy is None:
        return {}
    if proxy.login is None:
        return {urlsplit(url).scheme: proxy.url}
    name, password = (quote(part, safe="") for part in proxy.login)
    return {urlsplit(url).scheme: proxy.url.replace("://", f"://{name}:{password}@", 1)}


def proxy_for(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy that `environ` names for `url`, by curl's rules; None for a direct way.

    HTTPS_PROXY or HTTP_PROXY, then ALL_PROXY, except where NO_PROXY says otherwise; small letters first.
    This computer itself is never reached through a proxy, which could not find it.
    Raises NotReachedError for a proxy that is not spoken to over plain HTTP (socks5, https).
    """
    target = urlsplit(url)
    host = (target.hostname or "").rstrip(".")
    if is_loopback(host) or _is_excepted(host, _value(environ, "no_proxy")):
        return None
    named = _value(environ, f"{target.scheme}_proxy") or _value(environ, "all_proxy")
    if not named:
        return None
    try:
        split = urlsplit(named if "://" in named else f"http://{named}")
        port = split.port or 80
    except ValueError:
        raise NotReachedError(
            title="The proxy in this computer's settings has no valid address",
            advice="Set HTTPS_PROXY to an HTTP proxy (http://host:port), or remove it.",
            charge=ChargeState.FREE,
        ) from None
    if split.scheme != "http" or not split.hostname:
        raise NotReachedError(
            f"proxy: {split.scheme}://{split.hostname}",
            title=f"The proxy in this computer's settings is of a kind that cannot be used here ({split.scheme})",
            advice="Set HTTPS_PROXY to an HTTP proxy (http://host:port), or except the endpoint with NO_PROXY.",
            charge=ChargeState.FREE,
        )
    login = None if split.username is None else (_bytes(split.username), _bytes(split.password or ""))
    return Proxy(host=split.hostname, port=port, login=login)


def with_system_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ`, and where it names no proxy those of the system's own settings (Windows' registry, macOS' network panel)."""
    found = dict(environ)
    # Elsewhere the environment is all there is, and the window waits for this.
    if any(name.lower() in _NAMES for name in found) or sys.platform not in {"win32", "darwin"}:
        return found
    import urllib.request  # noqa: PLC0415 (20 ms, which others need not wait for)

    return {**found, **{f"{scheme}_proxy": url for scheme, url in urllib.request.getproxies().items()}}


def is_loopback(host: str) -> bool:
    """True for this computer: "localhost", "127.0.0.1", "::1" and their like."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def is_private(host: str) -> bool:
    """True for this computer and for names and literal addresses of the local network. Names are not looked up."""
    if is_loopback(host) or host.lower().endswith((".local", ".lan", ".internal", ".home.arpa")):
        return True
    address = _address(host)
    return address is not None and not address.is_global


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _value(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper()) or ""


def _bytes(text: str) -> bytes:
    return unquote(text).encode()


def _is_excepted(host: str, no_proxy: str) -> bool:
    address = _address(host)
    for entry in filter(None, (part.strip() for part in no_proxy.split(","))):
        if entry == "*":
            return True
        if address is not None:
            try:
                if address in ipaddress.ip_network(entry, strict=False):
                    return True
            except ValueError:
                continue
        else:
            domain = entry.removeprefix("*").lstrip(".").lower().partition(":")[0]
            if host.lower() == domain or host.lower().endswith(f".{domain}"):
                return True
    return False
