"""Pictures with words in them, made the way other programs make them."""

from __future__ import annotations

import json
import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from PIL.PngImagePlugin import PngInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

USER_COMMENT = 0x9286
ORIENTATION = 0x0112
EXIF_FOLDER = 0x8769

A1111 = """A lighthouse at dusk, (stormy:1.2)
second line
Negative prompt: blurry, ugly
Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 1234567890123, Size: 512x768, Model hash: abc, Model: dream_v8, \
Lora hashes: "one: 1, two: 2", Version: v1.10.1"""

COMFY = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 42, "steps": 25, "cfg": 6.5, "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 1.0,
            "model": ["10", 0], "positive": ["11", 0], "negative": ["11", 1], "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "SDXL\\juggernaut.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 1024, "height": 576, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["12", 0], "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "watermark", "clip": ["4", 1]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "x"}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "l.safetensors", "model": ["4", 0], "clip": ["4", 1]}},
    "11": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["6", 0], "negative": ["7", 0]}},
    "12": {"class_type": "PrimitiveString", "inputs": {"value": "a red fox in snow"}},
}  # fmt: skip

COMFY_WINDOW = {
    "nodes": [
        {
            "id": 3, "type": "KSampler", "widgets_values": [7, "randomize", 12, 3.0, "euler", "simple", 1.0],
            "inputs": [
                {"name": "model", "link": 1}, {"name": "positive", "link": 2}, {"name": "negative", "link": 3},
            ],
        },
        {"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["flux.safetensors"], "inputs": []},
        {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["a green door"], "inputs": []},
        {"id": 7, "type": "CLIPTextEncode", "widgets_values": ["people"], "inputs": []},
    ],
    "links": [[1, 4, 0, 3, 0, "MODEL"], [2, 6, 0, 3, 1, "C"], [3, 7, 0, 3, 2, "C"]],
}  # fmt: skip

INVOKE = {
    "generation_mode": "txt2img", "positive_prompt": "a café at night", "negative_prompt": "rain", "seed": 99,
    "steps": 30, "scheduler": "euler_a", "cfg_scale": 7, "width": 832, "height": 1216,
    "model": {"key": "k", "name": "Juggernaut XL", "base": "sdxl"},
}  # fmt: skip

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmp:CreatorTool="Some Program 2" xmp:CreateDate="2024-05-06T07:08:09+02:00"
 Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">A described &amp; quiet sea</rdf:li></rdf:Alt></dc:description>
<Iptc4xmpExt:AIPromptInformation>a quiet sea, oil on canvas</Iptc4xmpExt:AIPromptInformation>
<Iptc4xmpExt:AISystemUsed>Painter 3</Iptc4xmpExt:AISystemUsed>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def png(texts: Mapping[str, str], *, size: tuple[int, int] = (24, 16)) -> bytes:
    """Plain text chunks where ASCII suffices, international ones where not."""
    info = PngInfo()
    for key, text in texts.items():
        if text.isascii():
            info.add_text(key, text)
        else:
            info.add_itxt(key, text)
    stream = BytesIO()
    Image.new("RGB", size, (9, 99, 199)).save(stream, "PNG", pnginfo=info)
    return stream.getvalue()


def with_chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG with a chunk before its pixels."""
    whole = png({})
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return whole[:33] + chunk + whole[33:]


def with_comment(kind: str, comment: bytes) -> bytes:
    """A JPEG, WebP or PNG whose Exif UserComment is `comment`."""
    exif = Image.Exif()
    exif[ORIENTATION] = 1
    exif.get_ifd(EXIF_FOLDER)[USER_COMMENT] = comment
    stream = BytesIO()
    Image.new("RGB", (24, 16), (9, 99, 199)).save(stream, kind, exif=exif)
    return stream.getvalue()


def with_xmp(kind: str, packet: str) -> bytes:
    stream = BytesIO()
    picture = Image.new("RGB", (24, 16), (9, 99, 199))
    if kind == "PNG":
        return png({"XML:com.adobe.xmp": packet})
    picture.save(stream, kind, xmp=packet.encode())
    return stream.getvalue()


def with_segment(marker: int, data: bytes) -> bytes:
    """A JPEG with a segment right behind its start."""
    stream = BytesIO()
    Image.new("RGB", (24, 16), (9, 99, 199)).save(stream, "JPEG")
    return b"\xff\xd8\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data + stream.getvalue()[2:]


def webp_with_chunk(kind: bytes, data: bytes) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (24, 16), (9, 99, 199)).save(stream, "WEBP")
    body = stream.getvalue()[8:] + kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def samples() -> list[bytes]:
    """One of each kind, to be broken by the property tests."""
    return [
        png({"parameters": A1111}),
        png({"prompt": json.dumps(COMFY), "workflow": json.dumps(COMFY_WINDOW)}),
        png({"invokeai_metadata": json.dumps(INVOKE, ensure_ascii=False)}),
        with_comment("JPEG", b"UNICODE\0" + A1111.encode("utf-16-be")),
        with_comment("WEBP", b"ASCII\0\0\0" + json.dumps({"prompt": "x", "steps": 3}).encode()),
        with_xmp("JPEG", XMP),
        with_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x78\0\x07caption"),
    ]
