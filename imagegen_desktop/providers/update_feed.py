"""Fetches the news of a newer version and believes them only if the makers of this program signed them."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.updates import UpdateError, UpdateNews, UpdateRefusedError, UpdateSource, version_numbers
from imagegen_desktop.providers.reachable import is_public

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.providers.reachable import Resolve

LIMIT: Final = 16_000
# Neither the version nor the system is told.
USER_AGENT: Final = "imagegen-desktop"
# So that nothing else that this key may ever sign can be taken for news.
PURPOSE: Final = b"imagegen-desktop news of a version\n"


def fetch_news(
    source: UpdateSource,
    environ: Mapping[str, str],
    cancel: CancelToken,
    *,
    roots: Callable[[], ssl.SSLContext] | None = None,
    public: Callable[[str], bool] = is_public,
    resolve: Resolve | None = None,
) -> UpdateNews:
    """Over https alone, bare of cookies and of anything about this computer. None for `roots` and `resolve`: the system's.

    Raises UpdateError where nothing came, UpdateRefusedError for what is not to be believed.
    """
    if urlsplit(source.address).scheme != "https":
        raise UpdateError(f"not an https address: {source.address}")
    from imagegen_desktop.providers.fetch import ResultFetcher, system_addresses  # noqa: PLC0415 (100 ms, for those who look)
    from imagegen_desktop.providers.openai_transport import trusted_roots  # noqa: PLC0415 (the same)

    fetcher = ResultFetcher(
        base_url=source.address,
        environ=environ,
        user_agent=USER_AGENT,
        roots=roots or trusted_roots,
        pauses=(),
        limit=LIMIT,
        public=public,
        resolve=resolve or system_addresses,
    )
    try:
        data = fetcher.fetch(source.address, cancel)
    except ImagegenError as error:
        raise UpdateError(error.details) from error
    return verified(data, source.public_key)


def signed_bytes(news: bytes) -> bytes:
    """What the signature is made over."""
    return PURPOSE + news


def verified(data: bytes, public_key: str) -> UpdateNews:
    """The news in a published file. Raises UpdateRefusedError for one that is not whole, not ours, or makes no sense."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (for those who look)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 (the same)

    try:
        told = _object(data)
        news = base64.b64decode(_text(told, "news"), validate=True)
        signature = base64.b64decode(_text(told, "signature"), validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(signature, signed_bytes(news))
        return _read(_object(news))
    except InvalidSignature:
        raise UpdateRefusedError("the signature does not fit") from None
    except (ValueError, binascii.Error) as error:
        raise UpdateRefusedError(str(error)) from error


def _read(told: dict[str, object]) -> UpdateNews:
    news = UpdateNews(
        version=_text(told, "version"),
        issued=datetime.fromisoformat(_text(told, "issued")),
        page=_text(told, "page"),
    )
    version_numbers(news.version)
    if news.issued.tzinfo is None:
        raise ValueError("its time names no zone")
    if urlsplit(news.page).scheme != "https":
        raise ValueError("its page is no https address")
    return news


def _object(data: bytes) -> dict[str, object]:
    told: object = json.loads(data)
    match told:
        case {"news": str(news), "signature": str(signature)}:
            return {"news": news, "signature": signature}
        case {"version": str(version), "issued": str(issued), "page": str(page)}:
            return {"version": version, "issued": issued, "page": page}
        case _:
            raise ValueError("it is not of the form that was agreed")


def _text(told: dict[str, object], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str):
        raise ValueError(f"it says no {name}")  # noqa: TRY004 (told like any other fault of the file)
    return found
