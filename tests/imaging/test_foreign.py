"""What other programs wrote into their pictures is read, and nothing that a file holds makes the reading fail."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from foreign_pictures import (
    A1111,
    COMFY,
    COMFY_WINDOW,
    INVOKE,
    XMP,
    png,
    samples,
    webp_with_chunk,
    with_chunk,
    with_comment,
    with_segment,
    with_xmp,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.imaging.foreign.comfy import comfy
from imagegen_desktop.imaging.foreign.dialects import described, dream
from imagegen_desktop.imaging.foreign.foreign import PROMPT_LENGTH, Foreign, moment
from imagegen_desktop.imaging.foreign.parameters import parameters
from imagegen_desktop.imaging.foreign.reading import look, read, sidecar
from imagegen_desktop.imaging.foreign.xmp import xmp_texts
from pictures import picture

SAMPLES = samples()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
NODE_INPUTS = st.dictionaries(
    st.sampled_from(["positive", "negative", "text", "seed", "steps", "model", "cfg", "guider", "width", "images"]),
    st.tuples(st.sampled_from(["1", "2", "3", "4"]), st.integers(0, 2)).map(list) | JSON,
)
GRAPH = st.dictionaries(
    st.sampled_from(["1", "2", "3", "4"]),
    st.fixed_dictionaries(
        {
            "class_type": st.sampled_from(["KSampler", "SaveImage", "CLIPTextEncode", "ControlNetApplyAdvanced", "x"]),
            "inputs": NODE_INPUTS,
        }
    ),
)


def test_the_words_of_the_web_ui_are_read_with_all_their_settings() -> None:
    found = read(png({"parameters": A1111}))
    assert found.prompt == "A lighthouse at dusk, (stormy:1.2)\nsecond line"
    assert (found.negative, found.model, found.sampler) == ("blurry, ugly", "dream_v8", "Euler a")
    assert (found.seed, found.steps, found.guidance, found.size) == (1234567890123, 20, 7.5, "512x768")
    assert found.source == "Stable Diffusion web UI"
    assert found.extras == (("Model hash", "abc"), ("Lora hashes", "one: 1, two: 2"))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
@pytest.mark.parametrize(
    "comment",
    [
        b"UNICODE\0" + A1111.encode("utf-16-be"),
        b"UNICODE\0" + A1111.encode("utf-16-le"),
        b"ASCII\0\0\0" + A1111.encode(),
    ],
    ids=["big", "little", "ascii"],
)
def test_an_exif_comment_is_read_in_every_letter_form(kind: str, comment: bytes) -> None:
    assert read(with_comment(kind, comment)) == read(png({"parameters": A1111}))


def test_a_sentence_is_not_taken_for_settings() -> None:
    assert parameters("A sign that says: open, and a cat") is None
    assert read(png({"parameters": "Only a prompt: nothing else"})).prompt == "Only a prompt: nothing else"


def test_a_graph_is_followed_from_the_saved_image_to_the_words() -> None:
    found = read(png({"prompt": json.dumps(COMFY), "workflow": "{}"}))
    assert (found.prompt, found.negative) == ("a red fox in snow", "watermark")
    assert (found.seed, found.steps, found.guidance, found.sampler) == (42, 25, 6.5, "dpmpp_2m")
    assert (found.model, found.size, found.source) == ("juggernaut.safetensors", "1024x576", "ComfyUI")
    assert found.extras == (("scheduler", "karras"), ("denoise", "1.0"))


def test_a_graph_in_the_form_of_the_window_is_read_too() -> None:
    found = read(png({"workflow": json.dumps(COMFY_WINDOW)}))
    assert (found.prompt, found.negative, found.model) == ("a green door", "people", "flux.safetensors")
    assert (found.seed, found.steps, found.sampler) == (7, 12, "euler")


def test_a_graph_with_a_guider_is_followed_through_it() -> None:
    graph = {
        "1": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["2", 0], "guider": ["3", 0]}},
        "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": 5}},
        "3": {"class_type": "BasicGuider", "inputs": {"model": ["4", 0], "conditioning": ["5", 0]}},
        "4": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
        "5": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a paper boat"}},
    }
    found = read(png({"prompt": json.dumps(graph)}))
    assert (found.prompt, found.negative, found.seed) == ("a paper boat", "", 5)
    assert (found.model, found.guidance) == ("flux1-dev.safetensors", 3.5)


def test_a_webp_of_comfyui_hides_its_graph_in_the_camera_fields() -> None:
    exif = Image.Exif()
    exif[0x0110] = f"prompt:{json.dumps(COMFY)}"
    stream = BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "WEBP", exif=exif)
    assert read(stream.getvalue()).prompt == "a red fox in snow"


def test_invokeai_is_read_in_its_three_forms() -> None:
    newest = read(png({"invokeai_metadata": json.dumps(INVOKE, ensure_ascii=False)}))
    assert (newest.prompt, newest.negative, newest.model) == ("a café at night", "rain", "Juggernaut XL")
    assert (newest.size, newest.seed, newest.sampler, newest.source) == ("832x1216", 99, "euler_a", "InvokeAI")
    old = {
        "model_weights": "sd-1.5",
        "image": {"prompt": [{"prompt": "a cat [dog]", "weight": 1}], "seed": 3, "steps": 9},
    }
    older = read(png({"sd-metadata": json.dumps(old)}))
    assert (older.prompt, older.negative, older.seed, older.model) == ("a cat", "dog", 3, "sd-1.5")
    oldest = dream('"a cat [dog]" -s 50 -S 1 -W 512 -H 448 -C 7.5 -A k_lms')
    assert oldest == Foreign(
        prompt="a cat",
        negative="dog",
        seed=1,
        steps=50,
        sampler="k_lms",
        guidance=7.5,
        size="512x448",
        source="InvokeAI",
    )


def test_swarmui_fooocus_novelai_and_easy_diffusion_are_told_apart() -> None:
    swarm = {"sui_image_params": {"prompt": "x", "cfgscale": 3.5, "model": "Flux/dev", "date": "2024-08-07"}}
    fooocus = {
        "prompt": "p",
        "negative_prompt": "n",
        "base_model": "b.safetensors",
        "seed": "7",
        "version": "Fooocus v2.5",
    }
    novel = {"prompt": "girl", "uc": "bad", "steps": 28, "scale": 5.0, "seed": 8, "sampler": "k_euler"}
    found = [
        read(png({"parameters": json.dumps(swarm)})),
        read(png({"parameters": json.dumps(fooocus), "fooocus_scheme": "fooocus"})),
        read(
            png({"Software": "NovelAI", "Description": "girl", "Source": "Diffusion V4", "Comment": json.dumps(novel)})
        ),
        read(png({"prompt": "a bee", "negative_prompt": "wasp", "seed": "4", "use_stable_diffusion_model": "m/sd15"})),
    ]
    assert [(one.source, one.prompt, one.model, one.seed) for one in found] == [
        ("SwarmUI", "x", "dev", None),
        ("Fooocus", "p", "b.safetensors", 7),
        ("NovelAI", "girl", "Diffusion V4", 8),
        ("Easy Diffusion", "a bee", "sd15", 4),
    ]
    assert found[0].created is not None
    assert [one.negative for one in found] == ["", "n", "bad", "wasp"]


def test_draw_things_writes_json_into_xmp() -> None:
    facts = json.dumps({"c": "a hill", "uc": "fog", "model": "m.ckpt", "seed": 5, "scale": 4, "size": "512x512"})
    packet = XMP.replace(
        "<Iptc4xmpExt:AISystemUsed>",
        f"<exif:UserComment xmlns:exif='http://ns.adobe.com/exif/1.0/'><rdf:Alt><rdf:li>{facts}</rdf:li></rdf:Alt>"
        "</exif:UserComment><Iptc4xmpExt:AISystemUsed>",
    )
    found = read(png({"XML:com.adobe.xmp": packet}))
    assert (found.source, found.prompt, found.negative, found.size) == ("Draw Things", "a hill", "fog", "512x512")


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_the_iptc_fields_for_generated_pictures_are_read(kind: str) -> None:
    found = read(with_xmp(kind, XMP))
    assert (found.prompt, found.model) == ("a quiet sea, oil on canvas", "Painter 3")
    assert (found.digital_source_type, found.source) == ("trainedAlgorithmicMedia", "Some Program 2")
    assert found.created == datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)


def test_an_old_caption_is_a_prompt() -> None:
    found = read(SAMPLES[-1])
    assert found.prompt == "caption"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (with_chunk(b"caBX", b"jumb"), True),
        (with_segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x40jumb\0\0\0\x20jumdc2pa"), True),
        (webp_with_chunk(b"C2PA", b"jumb"), True),
        (picture(), False),
        (picture(kind="JPEG"), False),
        (with_segment(0xEB, b"HDR"), False),
    ],
    ids=["png", "jpeg", "webp", "plain png", "plain jpeg", "other app11"],
)
def test_a_content_credential_is_seen(data: bytes, expected: bool) -> None:  # noqa: FBT001 (a table's column)
    assert read(data).has_content_credential is expected


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_plain_picture_says_nothing_but_its_format_and_size(kind: str) -> None:
    looked = look(BytesIO(picture(kind=kind)))
    assert looked.format is ImageFormat[kind]
    assert (looked.width, looked.height, looked.foreign) == (24, 16, Foreign())


def test_words_behind_the_pixels_are_found() -> None:
    whole = picture(size=(600, 600))
    text = with_chunk(b"tEXt", b"parameters\0" + A1111.encode())[33 : -(len(png({})) - 33)]
    assert read(whole[:-12] + text + whole[-12:]).steps == 20


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "not a picture"),
        (picture(size=(300, 300))[:200], "cut off"),
        (picture(size=(300, 300), kind="WEBP")[:-4], "cut off"),
        (picture(kind="JPEG")[:40], "broken or cut off"),
        (with_chunk(b"tEXt", b"").replace(b"\0\0\0\x18\0\0\0\x10", b"\0\1\x86\xa0\0\1\x86\xa0"), "64,000,000"),
    ],
)
def test_what_can_not_be_kept_is_refused_in_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason):
        look(BytesIO(data))


def test_sidecars_of_several_programs_are_read() -> None:
    assert sidecar(A1111.encode()) == parameters(A1111)
    assert sidecar("just a café".encode()) == Foreign(prompt="just a café")
    named = sidecar(b'{"prompt": "a pot", "model": "gpt-image-1", "size": "1024x1024", "quality": "high"}')
    assert named == Foreign(prompt="a pot", model="gpt-image-1", size="1024x1024", extras=(("quality", "high"),))
    nested = sidecar(b'{"id": 1, "params": {"prompt": "deep", "seed": [5, 6]}}')
    assert nested is not None
    assert (nested.prompt, nested.seed) == ("deep", 5)
    assert sidecar(b"[1, 2]") is None
    assert sidecar(b"\x00\x01") is None
    assert sidecar(b'{"tags": ["x"]}') is None


def test_a_document_type_in_xmp_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + XMP[XMP.index("<x:") :].replace(
        "a quiet sea", "&b;"
    )
    assert xmp_texts(bomb.encode()) == {}
    assert xmp_texts(b"<a>" * 100 + b"</a>" * 100) == {}


def test_a_text_that_unpacks_to_a_gigabyte_is_passed_over() -> None:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    bombs = (with_chunk(b"zTXt", b"parameters\0\0" + data), with_chunk(b"iTXt", b"parameters\0\1\0\0\0" + data))
    assert [read(bomb) for bomb in bombs] == [Foreign(), Foreign()]


def test_what_is_kept_is_bounded_and_can_be_written_down() -> None:
    found = read(
        png({"parameters": json.dumps({"prompt": "a\ud800\0\x1b" * 100_000, "model": "m" * 5000, "steps": 10**400})})
    )
    assert len(found.prompt) <= PROMPT_LENGTH
    assert set(found.prompt) == {"a"}
    assert len(found.model) <= 300
    assert found.steps is None
    found.prompt.encode()


def test_nesting_without_end_is_no_json() -> None:
    assert read(png({"prompt": '{"a":' * 200_000})).prompt == ""
    assert sidecar(b'{"a":' * 100_000) is None


def test_a_graph_that_runs_in_circles_ends() -> None:
    knot = {
        str(number): {"class_type": "SaveImage KSampler", "inputs": {name: [str((number + step) % 300), step % 3]
        for step, name in enumerate(("positive", "negative", "text", "seed", "steps", "model", "cfg", "a", "b"), start=1)}}
        for number in range(300)
    }  # fmt: skip
    found = comfy(knot, None)
    assert found is not None
    assert found.prompt == ""


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00", "2024-13-01", "2999-01-01", "2024-02-30 10:00:00", "soon", "9999-12-31T23:59:59-12:00"],
)
def test_a_date_that_can_not_be_is_none(text: str) -> None:
    assert moment(text) is None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_no_change_of_bytes_makes_reading_fail(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 8))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    cut = bytes(broken[: draw.draw(st.integers(0, len(broken)))])
    for one in (bytes(broken), cut):
        assert isinstance(read(one), Foreign)
        try:
            looked = look(BytesIO(one))
        except UndecodableError:
            # Refused in a sentence; anything else fails the test.
            continue
        assert isinstance(looked.format, ImageFormat)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.text(max_size=10) | st.sampled_from(["prompt", "seed", "model", "params", "c", "uc"]), JSON),
    GRAPH,
)
def test_no_json_makes_reading_fail(facts: dict[str, object], graph: dict[str, object]) -> None:
    described(facts)
    comfy(graph, facts)
    found = sidecar(json.dumps(facts).encode())
    assert found is None or isinstance(found, Foreign)


@settings(max_examples=300, deadline=None)
@given(
    st.text()
    | st.lists(st.sampled_from(["Steps: ", "Negative prompt:", "\n", ",", '"', "\\", "5", " -s ", "[", "]", "x"])).map(
        "".join
    )
)
def test_no_text_makes_reading_fail(text: str) -> None:
    parameters(text)
    dream(text)
    xmp_texts(text.encode("utf-8", "replace"))
    found = sidecar(text.encode("utf-8", "replace"))
    assert found is None or isinstance(found, Foreign)


def test_a_picture_on_its_side_is_measured_as_it_is_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = BytesIO()
    Image.new("RGB", (24, 16)).save(stream, "JPEG", exif=exif)
    looked = look(BytesIO(stream.getvalue()))
    assert (looked.width, looked.height) == (16, 24)
