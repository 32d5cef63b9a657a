"""Writes what is known of a picture into a copy of its file: the IPTC's fields for generated pictures, and A1111's text."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final, assert_never

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.copies.containers import Part, parts_in, riff, stripped
from imagegen_desktop.imaging.sniff import dimensions

XMP_KEY: Final = b"XML:com.adobe.xmp"
_XMP_MARK: Final = b"http://ns.adobe.com/xap/1.0/\x00"
# A JPEG's segment holds 65,533 bytes with its mark.
LARGEST_SEGMENT: Final = 65_000
# XML 1.0, 2.2: no other control signs, and no halves of a pair.
_NOT_IN_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SOURCES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_USER_COMMENT, _EXIF_IFD, _SOFTWARE = 0x9286, 0x8769, 0x0131
_GIF_BLOCK: Final = 255
# A1111's names, and those under which an import keeps the same.
_TOLD: Final = {"Steps": "Steps", "Sampler": "Sampler", "CFG scale": "Guidance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inscription:
    """`prompt` are the words that were sent, `typed` the person's own; `source_type` is the IPTC's word for how it came to be.

    Of `told`, the settings that another program wrote, those are written that A1111's text has a name for.
    """

    prompt: str
    typed: str = ""
    negative: str = ""
    title: str = ""
    model: str = ""
    seed: int | None = None
    size: str = ""
    quality: str = ""
    created: datetime | None = None
    source_type: str = ""
    told: tuple[tuple[str, str], ...] = ()
    program: str = "Imagegen Desktop"


def parameters_text(words: Inscription) -> str:
    """Prompt, negative prompt, and one line of settings, as AUTOMATIC1111's web UI writes them and many programs read."""
    told = dict(words.told)
    settings = {name: told.get(ours, "") for name, ours in _TOLD.items()} | {
        "Seed": "" if words.seed is None else str(words.seed),
        "Size": words.size,
        "Model": words.model,
        "Quality": words.quality,
        "Version": "imagegen",
    }
    line = ", ".join(f"{name}: {_quoted(value)}" for name, value in settings.items() if value)
    lines = [words.prompt.strip()]
    if words.negative.strip():
        lines.append(f"Negative prompt: {words.negative.strip()}")
    return "\n".join([*lines, line])


def xmp_packet(words: Inscription) -> bytes:
    """IPTC Photo Metadata Standard 2025.1: AI Prompt Information, AI System Used, Digital Source Type; with dc and xmp."""
    plain = {
        "Iptc4xmpExt:AIPromptInformation": words.prompt,
        "Iptc4xmpExt:AISystemUsed": words.model,
        "Iptc4xmpExt:DigitalSourceType": f"{_SOURCES}{words.source_type}" if words.source_type else "",
        "xmp:CreatorTool": words.program,
        "xmp:CreateDate": words.created.isoformat(timespec="seconds") if words.created else "",
    }
    lists = {"dc:title": words.title, "dc:description": words.typed or words.prompt}
    body = "".join(f"<{name}>{_xml(value)}</{name}>" for name, value in plain.items() if value)
    body += "".join(
        f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{_xml(value)}</rdf:li></rdf:Alt></{name}>'
        for name, value in lists.items()
        if value
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        f'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">{body}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    ).encode()


def inscribed(data: bytes, kind: ImageFormat, words: Inscription) -> bytes:
    """The same pixels with `words` and nothing else that tells. Raises UndecodableError."""
    clean = stripped(data, kind)
    match kind:
        case ImageFormat.PNG:
            header, *rest = parts_in(clean, kind)
            texts = _itxt(b"parameters", parameters_text(words).encode()) + _itxt(XMP_KEY, xmp_packet(words))
            return clean[:8] + header.raw + texts + b"".join(part.raw for part in rest)
        case ImageFormat.JPEG:
            return _jpeg(clean, words)
        case ImageFormat.WEBP:
            return _webp(clean, words)
        case ImageFormat.GIF:
            head, *rest = parts_in(clean, kind)
            # 87a knows no extensions.
            comment = b"!\xfe" + _gif_blocks(parameters_text(words).encode())
            return b"GIF89a" + head.raw[6:] + comment + b"".join(part.raw for part in rest)
        case ImageFormat.SVG:
            return data
        case _:
            assert_never(kind)


def _jpeg(clean: bytes, words: Inscription) -> bytes:
    start, *rest = parts_in(clean, ImageFormat.JPEG)
    # JFIF wants to stand first.
    first = [part for part in rest if part.name == "E0"]
    others = [part for part in rest if part.name != "E0"]
    exif = b"Exif\0\0" + _exif(words)
    told = [_segment(block) for block in (exif, _XMP_MARK + xmp_packet(words)) if len(block) <= LARGEST_SEGMENT]
    return b"".join([_raw(start), *map(_raw, first), *told, *map(_raw, others)])


def _raw(part: Part) -> bytes:
    return part.raw


def _segment(data: bytes) -> bytes:
    return b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data


def _webp(clean: bytes, words: Inscription) -> bytes:
    """Exif and XMP need the extended header, WebP container specification, "Extended File Format"."""
    parts = parts_in(clean, ImageFormat.WEBP)
    if parts[0].name == "VP8X":
        header, parts = bytearray(parts[0].raw), parts[1:]
    else:
        width, height = dimensions(clean) or (1, 1)
        alpha = 0x10 if parts[0].name == "VP8L" and parts[0].raw[12] & 0x10 else 0
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        header = bytearray(b"VP8X" + (10).to_bytes(4, "little") + bytes([alpha, 0, 0, 0]) + size)
    chunks = b"".join(part.raw for part in parts)
    chunks += _chunk(b"EXIF", _exif(words)) + _chunk(b"XMP ", xmp_packet(words))
    whole = bytearray(riff(bytes(header) + chunks))
    whole[20] |= 0b1100
    return bytes(whole)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


def _exif(words: Inscription) -> bytes:
    """Exif 2.32, 4.6.5: UserComment in Unicode, where JPEG and WebP files hold A1111's text; and the program."""
    comment = b"UNICODE\0" + parameters_text(words).encode("utf-16-be", "replace")
    software = words.program.encode("ascii", "replace") + b"\0"
    inner_at = 8 + 2 + 2 * 12 + 4
    inner_end = inner_at + 2 + 12 + 4
    entries = struct.pack(">HHII", _SOFTWARE, 2, len(software), inner_end)
    entries += struct.pack(">HHII", _EXIF_IFD, 4, 1, inner_at)
    padded = software + b"\0" * (len(software) % 2)
    inner = struct.pack(">HHHII", 1, _USER_COMMENT, 7, len(comment), inner_end + len(padded)) + b"\0" * 4
    return b"MM\0*" + struct.pack(">IH", 8, 2) + entries + b"\0" * 4 + inner + padded + comment


def _itxt(key: bytes, text: bytes) -> bytes:
    """PNG specification, third edition, 11.3.3.4: UTF-8, not compressed, no language."""
    data = key + b"\0\0\0\0\0" + text
    body = b"iTXt" + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def _gif_blocks(data: bytes) -> bytes:
    pieces = (data[at : at + _GIF_BLOCK] for at in range(0, len(data), _GIF_BLOCK))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def _quoted(value: str) -> str:
    """A1111 quotes what holds a comma, a colon or a line's end."""
    if not set(value) & set(',:\n"'):
        return value
    kept = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{kept}"'


def _xml(text: str) -> str:
    # Not XML's own function: with its module comes all that speaks HTTP, 5 MB.
    return escape(_NOT_IN_XML.sub("", text), quote=False)
