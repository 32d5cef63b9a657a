"""Makes the key that signs the news of a newer version, and signs them: for whoever publishes a release.

python resources/packaging/update_news.py new-key KEYFILE
writes a private key to KEYFILE (keep it off every repository) and its public half to resources/updates.json
python resources/packaging/update_news.py sign --page URL [--key KEYFILE] [--version V] OUT
writes the news of this version, signed, to OUT; without --key the key is read from UPDATE_SIGNING_KEY
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from imagegen_desktop import __version__
from imagegen_desktop.providers.update_feed import signed_bytes, verified

SOURCE = Path(__file__).resolve().parents[1] / "updates.json"


def new_key(key_file: Path, source: Path = SOURCE) -> None:
    """Raises FileExistsError rather than write over a key."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with open(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:  # noqa: PTH123 (the mode)
        stream.write(pem)
    told = json.loads(source.read_text(encoding="utf-8"))
    public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    source.write_text(json.dumps(told | {"public_key": public}, indent=2) + "\n", encoding="utf-8")


def signed(pem: bytes, *, version: str, page: str, issued: datetime) -> bytes:
    """The file that is published. `page` is where the version is described and fetched."""
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit("this is no Ed25519 key")
    news = json.dumps({"version": version, "issued": issued.isoformat(), "page": page}).encode()
    told = {"news": base64.b64encode(news), "signature": base64.b64encode(key.sign(signed_bytes(news)))}
    return json.dumps({name: text.decode() for name, text in told.items()}, indent=2).encode() + b"\n"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new-key").add_argument("key_file", type=Path)
    signing = commands.add_parser("sign")
    signing.add_argument("out", type=Path)
    signing.add_argument("--page", required=True)
    signing.add_argument("--version", default=__version__)
    signing.add_argument("--key", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.command == "new-key":
        new_key(chosen.key_file)
        return 0
    pem = chosen.key.read_bytes() if chosen.key else os.environ["UPDATE_SIGNING_KEY"].encode()
    data = signed(pem, version=chosen.version, page=chosen.page, issued=datetime.now(UTC))
    # What the shipped program would refuse is not published: a key that is not the one whose public half it carries.
    verified(data, json.loads(SOURCE.read_text(encoding="utf-8"))["public_key"])
    chosen.out.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
