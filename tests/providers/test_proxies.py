"""The proxy of an address is chosen as curl chooses it."""

from __future__ import annotations

import pytest

from imagegen_desktop.core.errors import ChargeState, NotReachedError
from imagegen_desktop.providers.proxies import is_private, proxy_for

PROXY = "http://proxy.test:3128"


@pytest.mark.parametrize(
    ("url", "environ", "found"),
    [
        ("https://a.test/v1", {}, None),
        ("https://a.test/v1", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://a.test/v1", {"https_proxy": PROXY, "HTTPS_PROXY": "http://other.test:1"}, PROXY),
        ("https://a.test/v1", {"HTTP_PROXY": PROXY}, None),
        ("http://a.test/v1", {"HTTP_PROXY": PROXY}, PROXY),
        ("https://a.test/v1", {"ALL_PROXY": PROXY}, PROXY),
        ("https://a.test/v1", {"HTTPS_PROXY": PROXY, "ALL_PROXY": "socks5://s.test"}, PROXY),
        ("https://a.test/v1", {"HTTPS_PROXY": "proxy.test:3128"}, PROXY),
        ("https://a.test/v1", {"HTTPS_PROXY": "http://proxy.test"}, "http://proxy.test:80"),
        ("https://a.test/v1", {"HTTPS_PROXY": "http://[fd00::1]:3128"}, "http://[fd00::1]:3128"),
        ("https://a.test/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, None),
        ("https://a.test/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": "b.test, a.test"}, None),
        ("https://api.a.test/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": ".a.test"}, None),
        ("https://api.a.test/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*.a.test:443"}, None),
        ("https://aa.test/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": "a.test"}, PROXY),
        ("https://192.168.1.7/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": "x.test,192.168.0.0/16"}, None),
        ("https://10.0.0.1/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": "192.168.0.0/16"}, PROXY),
        ("http://localhost:8080/v1", {"HTTP_PROXY": PROXY}, None),
        ("http://127.0.0.1:8080/v1", {"ALL_PROXY": PROXY}, None),
        ("http://[::1]:8080/v1", {"ALL_PROXY": PROXY}, None),
    ],
)
def test_the_proxy_is_the_one_that_the_environment_means(url: str, environ: dict[str, str], found: str | None) -> None:
    proxy = proxy_for(url, environ)
    assert (None if proxy is None else proxy.url) == found


def test_a_proxys_login_is_decoded_and_not_shown() -> None:
    proxy = proxy_for("https://a.test", {"HTTPS_PROXY": "http://me:p%40ss@proxy.test:1"})
    assert proxy is not None
    assert proxy.login == (b"me", b"p@ss")
    assert "p@ss" not in repr(proxy)
    assert "me" not in proxy.url


@pytest.mark.parametrize("named", ["socks5://proxy.test:1080", "https://proxy.test"])
def test_a_proxy_of_another_kind_is_told_and_its_login_is_not(named: str) -> None:
    with pytest.raises(NotReachedError) as caught:
        proxy_for("https://a.test", {"HTTPS_PROXY": named.replace("://", "://me:hunter2@")})
    assert caught.value.charge is ChargeState.FREE
    assert named.partition(":")[0] in caught.value.title
    assert "hunter2" not in caught.value.details


@pytest.mark.parametrize(
    "host", ["localhost", "127.9.9.9", "::1", "10.1.2.3", "169.254.169.254", "nas.local", "fe80::1"]
)
def test_hosts_of_this_computer_and_the_local_network_are_private(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize("host", ["api.openai.com", "1.1.1.1", "2606:4700::1111", "localhost.example.com"])
def test_hosts_of_the_world_are_not_private(host: str) -> None:
    assert not is_private(host)
