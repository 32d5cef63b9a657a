"""All that is known of an image: written once with it, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum, auto

from imagegen_desktop.core.options import NO_OPTIONS, Options

RECORD_FORMAT = 1


class ImageFormat(StrEnum):
    """The formats that are recognised by their first bytes. The value is the file's extension."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    GIF = "gif"
    SVG = "svg"


class Origin(StrEnum):
    """Where an image came from.

    SAMPLE pictures are drawn on this computer and are not AI; a PREVIEW is the last of a picture whose finished form
    was lost on the way; ADOPTED files were found in the folder.
    """

    GENERATED = auto()
    SAMPLE = auto()
    PREVIEW = auto()
    ADOPTED = auto()
    IMPORTED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The parameters as they were chosen. `size` and `quality` are the service's words.

    `left_out` names those that were not sent, since the endpoint or the model lacks them (`core.dialects.Parameter`'s values).
    """

    endpoint: str
    model: str
    size: str
    quality: str = ""
    count: int = 1
    seed: int | None = None
    options: Options = NO_OPTIONS
    endpoint_name: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What came: `width` and `height` in pixels as shown, `size_bytes` and `frames` were measured; the rest was said."""

    format: ImageFormat
    width: int
    height: int
    size_bytes: int
    size: str = ""
    quality: str = ""
    background: str = ""
    frames: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of the whole request as the service counted them (openai `ImagesResponse.usage` and `svg_usage`).

    `author` is the text model that drew an SVG; its tokens are in no other count.
    """

    input_tokens: int = 0
    input_text_tokens: int = 0
    input_image_tokens: int = 0
    output_tokens: int = 0
    output_image_tokens: int | None = None
    output_text_tokens: int | None = None
    total_tokens: int = 0
    author: str = ""
    author_input_tokens: int = 0
    author_output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """One image. `file` is relative to the library, with forward slashes; `took` is seconds from click to last byte.

    `position` counts the images of one request from 0; `batch` is shared by those of one click that took several requests.
    `cost` is US dollars, None where it is not known. `sha256` is empty for a file that was taken in where it lay and is
    hashed later.

    Of an imported image: `original_name` is the name that its file had, `foreign` the program that made it, `settings` what
    that program wrote beside the words, as (name, value), `source_type` the IPTC's word for how it came to be, and
    `content_credential` whether the file carried a C2PA manifest when it came, valid or not.
    """

    id: str
    file: str
    sha256: str
    created: datetime
    origin: Origin
    prompt: str
    asked: Asked | None
    got: Got
    enhanced_prompt: str | None = None
    revised_prompt: str | None = None
    text_model: str = ""
    job: str = ""
    position: int = 0
    seed: int | None = None
    took: float | None = None
    usage: Usage | None = None
    cost: Decimal | None = None
    service_request_id: str = ""
    app_version: str = ""
    negative_prompt: str = ""
    original_name: str = ""
    foreign: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    source_type: str = ""
    content_credential: bool = False
    batch: str = ""
    format: int = RECORD_FORMAT

    @property
    def is_sample(self) -> bool:
        return self.origin is Origin.SAMPLE

    @property
    def is_preview(self) -> bool:
        """The finished picture never came; this is the last that was seen of it."""
        return self.origin is Origin.PREVIEW
