"""Copies hold the same pixels, tell what was asked and nothing else, and are read back to prove it."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.copies.contact_sheet import PER_PAGE, Cell, ContactSheet
from imagegen_desktop.imaging.copies.containers import stripped, telling
from imagegen_desktop.imaging.copies.inscription import Inscription, inscribed, xmp_packet
from imagegen_desktop.imaging.copies.making import Recipe, make_copy
from imagegen_desktop.imaging.decode import UndecodableError, decode, measure
from imagegen_desktop.imaging.foreign.reading import read
from imagegen_desktop.imaging.foreign.xmp import xmp_texts
from imagegen_desktop.imaging.sniff import sniff
from pictures import NOON

SECRET = "tell-nobody-7f3k9q"
WORDS = Inscription(
    prompt='A red kite,\nover dunes: "quoted" <b>&amp; 風景',
    typed="kite",
    negative="blurry, text",
    title="Kite",
    model="gpt-image-2.6-flare",
    seed=42,
    size="24x16",
    quality="high",
    created=NOON,
    source_type="trainedAlgorithmicMedia",
)
KINDS = [ImageFormat.PNG, ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.GIF]


def noise(mode: str = "RGB", size: tuple[int, int] = (24, 16)) -> Image.Image:
    dice = random.Random(7)  # noqa: S311 (pixels)
    bands = {"RGB": 3, "RGBA": 4, "L": 1, "CMYK": 4}[mode]
    return Image.frombytes(mode, size, dice.randbytes(size[0] * size[1] * bands))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def talkative(kind: ImageFormat) -> bytes:
    """A picture with a secret in every place that its format has for words."""
    image, exif = noise(), Image.Exif()
    exif[0x010E] = SECRET
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    match kind:
        case ImageFormat.PNG:
            info = PngImagePlugin.PngInfo()
            info.add_text("parameters", SECRET)
            info.add_text("Comment", SECRET, zip=True)
            info.add_itxt("Title", SECRET)
            info.add(b"prVt", SECRET.encode())
            return saved(image, "PNG", pnginfo=info, exif=exif) + SECRET.encode()
        case ImageFormat.JPEG:
            whole = saved(image, "JPEG", exif=exif, xmp=xmp, comment=SECRET.encode())
            jumbf = b"JP\0\1jumb" + SECRET.encode()
            extra = b"\xff\xeb" + (len(jumbf) + 2).to_bytes(2, "big") + jumbf
            return whole[:2] + extra + whole[2:] + SECRET.encode()
        case ImageFormat.WEBP:
            whole = saved(image, "WEBP", lossless=True, exif=exif, xmp=xmp)
            chunk = b"C2PA" + len(SECRET).to_bytes(4, "little") + SECRET.encode() + b"\0" * (len(SECRET) % 2)
            body = whole[8:] + chunk
            return b"RIFF" + len(body).to_bytes(4, "little") + body
        case _:
            return saved(image, "GIF", comment=SECRET.encode(), xmp=xmp) + SECRET.encode()


def pixels_in(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stripped_copy_has_the_same_pixels_and_tells_nothing(kind: ImageFormat) -> None:
    data = talkative(kind)
    assert telling(data, kind)
    copy = make_copy(data, Recipe())
    assert (copy.format, sniff(copy.data)) == (kind, kind)
    assert pixels_in(copy.data) == pixels_in(data)
    assert telling(copy.data, kind) == ()
    assert SECRET.encode() not in copy.data
    # And as another reader sees it.
    with Image.open(BytesIO(copy.data)) as image:
        assert dict(image.getexif()) == {}
        assert not image.info.keys() & {"parameters", "Comment", "comment", "Title", "xmp", "exif", "XML:com.adobe.xmp"}
    assert not read(copy.data).says_something


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_copy_has_the_same_pixels_and_tells_prompt_and_settings(kind: ImageFormat) -> None:
    data = talkative(kind)
    copy = make_copy(data, Recipe(words=WORDS))
    assert pixels_in(copy.data) == pixels_in(data)
    assert SECRET.encode() not in copy.data
    assert measure(copy.data) == measure(data)
    found = read(copy.data)
    assert found.prompt == WORDS.prompt
    assert (found.negative, found.model, found.seed) == (WORDS.negative, WORDS.model, 42)
    if kind is not ImageFormat.GIF:
        assert found.digital_source_type == "trainedAlgorithmicMedia"


@pytest.mark.parametrize("kind", [ImageFormat.JPEG, ImageFormat.WEBP])
def test_pillow_reads_exif_and_xmp_of_a_full_copy(kind: ImageFormat) -> None:
    copy = make_copy(talkative(kind), Recipe(words=WORDS))
    with Image.open(BytesIO(copy.data)) as image:
        comment = image.getexif().get_ifd(0x8769)[0x9286]
        assert image.getexif()[0x0131] == "Imagegen Desktop"
        xmp = image.info["xmp"]
    assert comment.startswith(b"UNICODE\0")
    assert comment[8:].decode("utf-16-be").startswith(WORDS.prompt)
    assert xmp_texts(xmp)["iptc:AISystemUsed"] == WORDS.model


def test_the_xmp_packet_names_the_fields_of_the_iptc() -> None:
    texts = xmp_texts(xmp_packet(WORDS))
    assert texts["iptc:AIPromptInformation"] == WORDS.prompt
    assert texts["iptc:AISystemUsed"] == WORDS.model
    assert texts["iptc:DigitalSourceType"].endswith("/digitalsourcetype/trainedAlgorithmicMedia")
    assert (texts["dc:title"], texts["dc:description"]) == ("Kite", "kite")


LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"]), min_size=1, max_size=80)


@given(prompt=LINE.map(str.strip).filter(bool), seed=st.integers(0, 2**32), kind=st.sampled_from(KINDS))
def test_any_prompt_is_read_back_as_it_was(prompt: str, seed: int, kind: ImageFormat) -> None:
    words = Inscription(prompt=prompt, seed=seed, size="24x16", model="m")
    plain = {ImageFormat.JPEG: "JPEG", ImageFormat.PNG: "PNG", ImageFormat.WEBP: "WEBP", ImageFormat.GIF: "GIF"}[kind]
    found = read(inscribed(saved(noise(), plain), kind, words))
    assert " ".join(found.prompt.split()) == " ".join(prompt.split())
    assert found.seed == seed


def test_what_another_program_told_stays_with_a_copy() -> None:
    told = (("Steps", "30"), ("Sampler", "Euler a"), ("Guidance", "6.5"), ("Version", "v1.10.1"))
    words = Inscription(prompt="A kite", seed=1, size="24x16", told=told)
    found = read(inscribed(saved(noise(), "PNG"), ImageFormat.PNG, words))
    assert (found.steps, found.sampler, found.guidance) == (30, "Euler a", 6.5)


@pytest.mark.parametrize("target", [ImageFormat.PNG, ImageFormat.JPEG, ImageFormat.WEBP])
@pytest.mark.parametrize("words", [None, WORDS])
def test_a_copy_in_another_format_and_size(target: ImageFormat, words: Inscription | None) -> None:
    data = saved(noise(size=(60, 40)), "PNG")
    copy = make_copy(data, Recipe(format=target, longest_edge=30, words=words))
    measured = measure(copy.data)
    assert (measured.format, measured.width, measured.height) == (target, 30, 20)
    assert bool(telling(copy.data, target)) == bool(words)


def test_a_small_picture_is_never_enlarged() -> None:
    copy = make_copy(saved(noise(), "PNG"), Recipe(format=ImageFormat.WEBP, longest_edge=4000))
    assert measure(copy.data).width == 24


def test_what_is_transparent_is_white_in_a_jpeg_and_stays_so_in_a_webp() -> None:
    data = saved(Image.new("RGBA", (8, 8), (200, 0, 0, 0)), "PNG")
    jpeg = decode(make_copy(data, Recipe(format=ImageFormat.JPEG)).data)
    assert all(value > 250 for value in jpeg.rgba)
    webp = decode(make_copy(data, Recipe(format=ImageFormat.WEBP)).data)
    assert set(webp.rgba[3::4]) == {0}


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colour_modes_become_plain_pictures(mode: str) -> None:
    copy = make_copy(saved(noise(mode), "JPEG"), Recipe(format=ImageFormat.PNG))
    assert (measure(copy.data).width, telling(copy.data, ImageFormat.PNG)) == (24, ())


def test_sixteen_bits_are_made_eight_and_not_white() -> None:
    deep = Image.new("I;16", (8, 8), 0x4000)
    copy = make_copy(saved(deep, "PNG"), Recipe(format=ImageFormat.JPEG))
    assert abs(decode(copy.data).rgba[0] - 0x40) < 3


def test_a_picture_that_lies_on_its_side_stands_upright_without_its_exif() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    copy = make_copy(saved(noise(), "JPEG", exif=exif), Recipe())
    assert (measure(copy.data).width, measure(copy.data).height) == (16, 24)
    assert telling(copy.data, ImageFormat.JPEG) == ()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("target", [None, ImageFormat.PNG, ImageFormat.JPEG, ImageFormat.WEBP])
def test_a_colour_profile_stays_since_without_it_the_colours_are_others(kind: str, target: ImageFormat | None) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    copy = make_copy(saved(noise(), kind, icc_profile=profile), Recipe(format=target))
    with Image.open(BytesIO(copy.data)) as image:
        assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("edge", [None, 10])
def test_an_animation_keeps_its_frames(kind: str, edge: int | None) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=200, loop=0)
    copy = make_copy(data, Recipe(longest_edge=edge, words=WORDS))
    measured = measure(copy.data)
    assert (measured.frames, measured.width) == (3, edge or 20)
    still = make_copy(data, Recipe(format=ImageFormat.JPEG))
    assert measure(still.data).frames == 1


SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="http://example.org/ink" width="40" height="20" ink:by="{SECRET}">
<!-- {SECRET} --><title>{SECRET}</title><desc>{SECRET}</desc><metadata>{SECRET}</metadata>
<ink:note>{SECRET}</ink:note><rect width="40" height="20" fill="red"/></svg>""".encode()


def _draw(_data: bytes, edge: int | None) -> Pixels:
    width = edge or 40
    return Pixels(width, width // 2, b"\xff\0\0\xff" * (width * (width // 2)))


def test_a_drawing_is_copied_without_what_it_tells() -> None:
    copy = make_copy(SVG, Recipe())
    assert SECRET.encode() not in copy.data
    assert b"rect" in copy.data
    assert measure(copy.data) == measure(SVG)
    full = make_copy(SVG, Recipe(words=WORDS))
    assert SECRET.encode() not in full.data
    assert b"AIPromptInformation" in full.data
    assert measure(full.data) == measure(SVG)


def test_a_drawing_becomes_pixels_by_whoever_can_draw() -> None:
    copy = make_copy(SVG, Recipe(format=ImageFormat.PNG, longest_edge=20), _draw)
    assert (measure(copy.data).width, measure(copy.data).height) == (20, 10)
    with pytest.raises(UndecodableError, match="only the window"):
        make_copy(SVG, Recipe(format=ImageFormat.PNG))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_off_is_told_and_never_loops(kind: ImageFormat) -> None:
    data = talkative(kind).removesuffix(SECRET.encode())
    for end in range(12, len(data) - 2, max(1, len(data) // 60)):
        try:
            make_copy(data[:end], Recipe(words=WORDS))
        except UndecodableError:
            continue
        # A decoder may be content with less; then the copy is a picture.
        assert measure(make_copy(data[:end], Recipe()).data).width == 24


@given(st.binary(max_size=200), st.sampled_from(KINDS), st.integers(0, 2000))
def test_mutated_files_end_in_a_copy_or_a_sentence(noise_bytes: bytes, kind: ImageFormat, at: int) -> None:
    data = talkative(kind)
    at %= len(data)
    broken = data[:at] + noise_bytes + data[at + len(noise_bytes) :]
    try:
        kept = stripped(broken, kind)
    except UndecodableError:
        return
    assert telling(kept, kind) == ()


def _cells(count: int) -> list[Cell]:
    return [
        Cell(saved(noise(), "PNG"), f"Picture {number} " * 9, "gpt-image-2 · 2026-11-22") for number in range(count)
    ]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (PER_PAGE, 1), (PER_PAGE + 1, 2)])
def test_a_contact_sheet_has_as_many_pages_as_it_needs(count: int, pages: int) -> None:
    sheet = ContactSheet("All kites", count)
    for cell in _cells(count):
        sheet.place(cell)
    made = sheet.pdf()
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") == pages
    pngs = list(sheet.pngs())
    assert [(measure(png).width, measure(png).height) for png in pngs] == [(1240, 1754)] * pages


def _ink(png: bytes) -> int:
    with Image.open(BytesIO(png)) as image:
        return sum(value < 128 for value in image.convert("L").tobytes())


def test_a_contact_sheet_shows_pictures_and_words_and_leaves_a_place_for_what_is_broken() -> None:
    empty, filled = ContactSheet("", 2), ContactSheet("Kites", 2)
    for sheet, data in ((empty, None), (filled, saved(Image.new("RGB", (50, 50), "black"), "PNG"))):
        sheet.place(Cell(data, "", ""))
        sheet.place(Cell(b"no picture", "", ""))
    (without,), (with_words,) = list(empty.pngs()), list(filled.pngs())
    assert _ink(with_words) > _ink(without) + 50 * 50
