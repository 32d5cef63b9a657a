"""Looks at a picture file and the text beside it, and tells what another program wrote there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.decode import UndecodableError, measure
from imagegen_desktop.imaging.foreign.blocks import Blocks, Reader, blocks_of
from imagegen_desktop.imaging.foreign.comfy import comfy
from imagegen_desktop.imaging.foreign.dialects import (
    as_object,
    described,
    dream,
    invoke,
    invoke_old,
    novel,
    parsed,
    plain,
)
from imagegen_desktop.imaging.foreign.exif import exif_texts, is_on_its_side
from imagegen_desktop.imaging.foreign.foreign import Foreign, model_word, moment, prose, word
from imagegen_desktop.imaging.foreign.iptc import iptc_texts
from imagegen_desktop.imaging.foreign.parameters import parameters
from imagegen_desktop.imaging.foreign.xmp import xmp_texts
from imagegen_desktop.imaging.parts import MAX_PIXELS
from imagegen_desktop.imaging.sniff import dimensions, sniff

if TYPE_CHECKING:
    from typing import BinaryIO

# A JPEG's size may stand behind some hundred kB of other segments.
LONGER_HEAD: Final = 4_000_000
LARGEST_SVG: Final = 20_000_000
LARGEST_SIDECAR: Final = 1_000_000
# What software writes by itself where a person wrote nothing.
_NO_WORDS: Final = frozenset({"", "Screenshot", "OLYMPUS DIGITAL CAMERA", "Created with GIMP", "charset=Ascii"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What a picture's header and words say. `width` and `height` are pixels."""

    format: ImageFormat
    width: int
    height: int
    foreign: Foreign


def look(stream: BinaryIO) -> Looked:
    """Read header and words, and no pixel. Raises UndecodableError in a sentence, OSError."""
    reader = Reader(stream)
    kind = sniff(reader.head)
    if not reader.head:
        raise UndecodableError("The file is empty")
    if kind is None:
        raise UndecodableError("This is not a picture of a kind that can be kept here")
    if kind is ImageFormat.SVG:
        data = reader.at(0, LARGEST_SVG + 1)
        if len(data) > LARGEST_SVG:
            raise UndecodableError(f"The drawing is larger than {LARGEST_SVG:,} bytes")
        measured = measure(data)
        return Looked(kind, measured.width, measured.height, Foreign())
    pair = dimensions(reader.head) or dimensions(reader.at(0, LONGER_HEAD))
    if pair is None:
        raise UndecodableError("The picture's header is broken or cut off")
    if pair[0] * pair[1] > MAX_PIXELS:
        raise UndecodableError(f"{pair[0]} x {pair[1]} pixels are more than {MAX_PIXELS:,}")
    blocks = blocks_of(reader)
    if not blocks.whole:
        raise UndecodableError("The picture is cut off before its end")
    width, height = reversed(pair) if is_on_its_side(blocks.exif) else pair
    return Looked(kind, width, height, _foreign(blocks))


def read(data: bytes) -> Foreign:
    """What is written into a picture's bytes; an empty Foreign where nothing is, or where these are no picture."""
    return _foreign(blocks_of(Reader(BytesIO(data))))


def sidecar(data: bytes) -> Foreign | None:
    """What a .json or .txt beside a picture says: one of the known forms of JSON, A1111's text, or a bare prompt."""
    text = data[: LARGEST_SIDECAR + 1].decode("utf-8-sig", "replace").strip()
    if len(text) > LARGEST_SIDECAR or not text or "\0" in text:
        return None
    facts = parsed(text)
    named = as_object(facts)
    if named:
        return described(named) or comfy(named, named)
    if facts is not None or text.startswith(("{", "[")):
        return None
    return parameters(text) or Foreign(prompt=prose(text))


def joined(best: Foreign, other: Foreign) -> Foreign:
    """`best`, with what it leaves open taken from `other`."""
    if not best.says_something:
        best, other = replace(other, has_content_credential=best.has_content_credential), best
    return replace(
        best,
        created=best.created or other.created,
        digital_source_type=best.digital_source_type or other.digital_source_type,
        has_content_credential=best.has_content_credential or other.has_content_credential,
    )


def _foreign(blocks: Blocks) -> Foreign:
    exif = exif_texts(blocks.exif) if blocks.exif else {}
    xmp = xmp_texts(blocks.xmp) if blocks.xmp else {}
    found = (
        _of_texts(blocks.texts)
        or _of_comment(xmp.get("exif:UserComment", ""))
        or _of_comment(exif.get("UserComment", ""))
        or _of_camera_fields(exif)
        or _of_comment(blocks.texts.get("Comment", ""))
        or _of_xmp(xmp)
        or _of_captions(exif, iptc_texts(blocks.iptc) if blocks.iptc else {}, blocks.texts)
        or Foreign()
    )
    if not xmp and not exif:
        # By far the most pictures of such programs.
        return replace(found, has_content_credential=True) if blocks.content_credential else found
    dates = (xmp.get("photoshop:DateCreated"), xmp.get("xmp:CreateDate"), exif.get("DateTimeOriginal"))
    return replace(
        found,
        created=found.created or next((date for date in map(moment, dates) if date), None),
        digital_source_type=word(xmp.get("iptc:DigitalSourceType", "").rsplit("/", 1)[-1]),
        has_content_credential=blocks.content_credential,
    )


def _of_texts(texts: dict[str, str]) -> Foreign | None:
    """PNG's text chunks, by the keys that each program has for itself."""
    found: Foreign | None = None
    if "invokeai_metadata" in texts:
        found = invoke(texts["invokeai_metadata"])
    if found is None and "sd-metadata" in texts:
        found = invoke_old(texts["sd-metadata"])
    if found is None and "Dream" in texts:
        found = dream(texts["Dream"])
    if found is None and "parameters" in texts:
        text = texts["parameters"]
        facts = as_object(parsed(text))
        if facts:
            found = plain(facts, "Fooocus") if "fooocus_scheme" in texts else described(facts)
        else:
            found = parameters(text) or Foreign(prompt=prose(text))
    if found is None and texts.get("Software") == "NovelAI":
        found = novel(texts)
    if found is None and ("prompt" in texts or "workflow" in texts):
        found = comfy(parsed(texts.get("prompt", "")), None) or comfy(None, parsed(texts.get("workflow", "")))
        if found is None and not texts.get("prompt", "{").startswith("{"):
            found = described(dict(texts))
    if found is None and ("negative_prompt" in texts or "Negative Prompt" in texts):
        found = described(dict(texts))
    return found


def _of_comment(text: str) -> Foreign | None:
    """EXIF UserComment and its like: A1111's text, or JSON."""
    facts = as_object(parsed(text))
    return (described(facts) or comfy(facts, facts)) if facts else parameters(text)


def _of_camera_fields(exif: dict[str, str]) -> Foreign | None:
    """ComfyUI writes its graphs into WebP files as camera maker and model, each after a word and a colon."""
    graphs = dict(text.split(":", 1) for text in exif.values() if text.startswith(("prompt:", "workflow:")))
    if not graphs:
        return None
    return comfy(parsed(graphs.get("prompt", "")), None) or comfy(None, parsed(graphs.get("workflow", "")))


def _of_xmp(xmp: dict[str, str]) -> Foreign | None:
    """The IPTC's fields for generated pictures (Photo Metadata Standard 2025.1)."""
    prompt, model = xmp.get("iptc:AIPromptInformation"), xmp.get("iptc:AISystemUsed")
    if not prompt and not model:
        return None
    version = word(xmp.get("iptc:AISystemVersionUsed"))
    return Foreign(
        prompt=prose(prompt or xmp.get("dc:description", "")),
        model=model_word(model),
        source=word(xmp.get("xmp:CreatorTool")),
        extras=(("AI system version", version),) if version else (),
    )


def _of_captions(exif: dict[str, str], iptc: dict[str, str], texts: dict[str, str]) -> Foreign | None:
    """A caption that a person or a program wrote is what the picture can be found by."""
    places = (
        texts.get("Description"),
        exif.get("ImageDescription"),
        iptc.get("Caption"),
        texts.get("Title"),
        exif.get("UserComment"),
        texts.get("Comment"),
    )
    prompt = next((text for place in places if (text := prose(place)) not in _NO_WORDS), "")
    source = word(exif.get("Software")) or word(texts.get("Software"))
    return Foreign(prompt=prompt, source=source) if prompt or source else None
