"""Makes the client of boto3's for one bucket, from what was said in the settings and from nothing else."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.remote import KeySource, RemoteUnreachableError
from imagegen_desktop.sync.bucket_errors import remote_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.core.remote import RemoteSettings
    from imagegen_desktop.core.secret import Secret

# As many as are ever used at once: what is above is opened anew each time.
CONNECTIONS: Final = 64
CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 30
TRIES: Final = 4
# Debian and what comes of it, Fedora and what comes of it, openSUSE.
_ROOTS: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)
_ADDRESS: Final = "It begins with https:// and holds no blanks: copy it from your provider's page."


@dataclass(frozen=True, slots=True)
class BucketClient:
    """`s3` is a client of boto3's, which has no type of its own before it is made."""

    s3: Any
    bucket: str
    prefix: str


def bucket_client(
    settings: RemoteSettings,
    secret: Secret | None,
    *,
    proxies: Mapping[str, str] | None = None,
    certificates: str | None = None,
    expects: bool = False,
    tries: int = TRIES,
) -> BucketClient:
    """`proxies` are by scheme; `certificates` is a file of trusted roots, None for the settings' own.

    `expects` has a server refuse a wrong key before the bytes are sent, which costs a round trip for each object.
    Raises RemoteError and its family for settings that no client can be made of.
    """
    import botocore.handlers  # noqa: PLC0415 (300 ms, and only for those who sync)
    from boto3.session import Session  # noqa: PLC0415 (the same)

    # Neither of the two says what types it has.
    make: Any = Session
    handlers: Any = botocore.handlers
    keys: dict[str, Any] = {}
    if settings.keys is KeySource.KEYCHAIN:
        keys = {
            "aws_access_key_id": settings.access_key.strip(),
            "aws_secret_access_key": secret.reveal().strip() if secret else "",
            # Said, so that no token of the environment is sent along.
            "aws_session_token": None,
        }
    try:
        with remote_errors():
            s3: Any = make(botocore_session=_session(settings)).client(
                "s3",
                endpoint_url=settings.endpoint or None,
                region_name=settings.region or "us-east-1",
                verify=certificates or settings.certificates or system_roots() or True,
                config=_config(settings, proxies or {}, tries),
                **keys,
            )
    except ValueError as error:
        raise RemoteUnreachableError(str(error), title="The endpoint is no web address", advice=_ADDRESS) from error
    if not expects:
        # With it each upload takes two round trips instead of one.
        s3.meta.events.unregister("before-call.s3", handlers.add_expect_header)
    return BucketClient(s3, settings.bucket, settings.prefix)


def system_roots() -> str | None:
    """A file of the roots that this system trusts: SSL_CERT_FILE, OpenSSL's own, or where Linux systems keep theirs.

    None where there is no such file (Windows and macOS keep them elsewhere): boto3's own copy of Mozilla's holds then.
    """
    told = ssl.get_default_verify_paths().cafile
    return told or next((place for place in _ROOTS if Path(place).is_file()), None)


def _session(settings: RemoteSettings) -> Any:  # noqa: ANN401 (it has no type of its own)
    """Of one of the person's AWS profiles if that was chosen, and else of nothing that lies around."""
    from botocore.session import Session  # noqa: PLC0415 (with the client)

    begin: Any = Session
    if settings.keys is KeySource.PROFILE:
        return begin(profile=settings.profile)
    # Neither the environment nor ~/.aws may say anything that the person did not choose: these variables have a value,
    # and no place in the environment or in a file that it would be looked for at.
    nowhere = {"profile": None, "config_file": os.devnull, "credentials_file": os.devnull, "ca_bundle": None}
    return begin(session_vars={name: (None, None, value, None) for name, value in nowhere.items()})


def _config(settings: RemoteSettings, proxies: Mapping[str, str], tries: int) -> Any:  # noqa: ANN401 (the same)
    from botocore.config import Config  # noqa: PLC0415 (with the client)

    return Config(
        # R2, B2 and others refuse the checksums that boto3 adds since 1.36 (trailers over TLS).
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        signature_version="s3v4",
        s3={
            "addressing_style": "path" if settings.path_style else "virtual",
            "us_east_1_regional_endpoint": "regional",
        },
        retries={"mode": "standard", "total_max_attempts": tries},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=CONNECTIONS,
        proxies=dict(proxies),
        tcp_keepalive=True,
        ignore_configured_endpoint_urls=True,
    )
