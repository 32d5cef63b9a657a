"""The note to print for an encrypted library: what is needed to open it without this program."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from imagegen_desktop.core.remote import RemoteKind

if TYPE_CHECKING:
    from imagegen_desktop.core.remote import RemoteSettings


def recovery_note(settings: RemoteSettings, wrapped_key: bytes, *, passphrase: str = "") -> str:
    """Plain text of at most 80 columns. `wrapped_key` is what the object key.age holds; it needs the passphrase.

    Only give `passphrase` if the person wants it on the paper.
    """
    return _NOTE.format(
        place="\n".join(f"    {name + ':':<11}{value}" for name, value in _place(settings)),
        passphrase=passphrase or "_" * 56,
        key=_armoured(wrapped_key),
    )


def _place(settings: RemoteSettings) -> list[tuple[str, str]]:
    if settings.kind is RemoteKind.FOLDER:
        return [("Folder", settings.folder)]
    return [
        ("Endpoint", settings.endpoint or "Amazon S3"),
        ("Region", settings.region or "-"),
        ("Bucket", settings.bucket),
        ("Prefix", settings.prefix or "-"),
    ]


def _armoured(data: bytes) -> str:
    """As the age program reads it as well as the bytes themselves."""
    text = base64.b64encode(data).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN AGE ENCRYPTED FILE-----", *lines, "-----END AGE ENCRYPTED FILE-----"])


_NOTE = """\
RECOVERY NOTE for an encrypted image library

Keep this paper where you keep papers that matter. The library lies here,
encrypted; whoever keeps the disks of this place can read nothing of it:

{place}

It opens with this passphrase, and with nothing else. Nobody can reset it:

    {passphrase}

On a new computer: install Imagegen Desktop, set up the same place, and enter
the passphrase. All images, their prompts, tags and albums come back.

WITHOUT IMAGEGEN DESKTOP

You need the program age (https://age-encryption.org) and any program that
copies the objects of the place to a folder.

1. Get the library's key. It lies in the object key.age; a copy stands below.
   The command asks for the passphrase:

       age --decrypt --output library-key.txt key.age

2. With it, open any object:

       age --decrypt --identity library-key.txt --output opened OBJECT

Names are encrypted too, so look into what was opened: images are whole PNG,
JPEG or WebP files; texts (prompts, tags, albums) are gzip files of lines.
Delete library-key.txt afterwards: who has it needs no passphrase.

COPY OF key.age (useless without the passphrase)

If key.age is lost or damaged, put these lines, from BEGIN to END, into a file
of that name, and back to its place:

{key}
"""
