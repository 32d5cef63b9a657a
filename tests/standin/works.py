"""Makes the pictures of an order, whole or spoilt as the fault says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standin.answers import b64
from standin.faults import Fault
from standin.order import Order
from standin.pictures import MEDIA_TYPES, draw
from standin.records import StoredFile

if TYPE_CHECKING:
    from collections.abc import Callable

NO_PICTURE = b"<!doctype html><title>No picture</title><p>This is not a picture."


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """`salt` makes the pictures of one request unlike those of another; `image_bytes` fills them up."""

    order: Order
    fault: Fault | None
    salt: str
    image_bytes: int

    @property
    def count(self) -> int:
        return max(1, self.order.count - 1) if self.fault is Fault.PARTIAL_N else self.order.count

    @property
    def by_url(self) -> bool:
        """Whether the answer names a URL, which a stream cannot."""
        return self.order.by_url or (self.fault is not None and self.fault.answers_by_url)

    def pictures(self) -> list[bytes]:
        """The finished pictures, exactly as the client is to find them after decoding."""
        return [self._picture(position) for position in range(self.count)]

    def preview(self, position: int, number: int) -> str:
        """base64 of an unfinished picture."""
        return b64(self._draw(f"{position} preview {number}", self.order.output_format, 0))

    def _draw(self, salt: str, output_format: str, at_least: int) -> bytes:
        return draw(
            f"{self.salt} {self.order.prompt} {salt}",
            (self.order.width, self.order.height),
            output_format=output_format,
            transparent=self.order.background == "transparent",
            at_least=at_least,
            frames=(self.order.frames, self.order.frame_ms),
        )

    def _picture(self, position: int) -> bytes:
        output_format = self.order.output_format
        match self.fault:
            case Fault.NOT_AN_IMAGE | Fault.URL_NOT_AN_IMAGE:
                return NO_PICTURE
            case Fault.WRONG_FORMAT:
                output_format = "png" if output_format == "webp" else "webp"
            case _:
                pass
        picture = self._draw(str(position), output_format, self.image_bytes)
        return picture[: len(picture) // 2] if self.fault is Fault.TRUNCATED_IMAGE else picture

    def encoded(self, picture: bytes) -> str:
        """The field `b64_json`."""
        text = b64(picture)
        match self.fault:
            case Fault.BAD_BASE64:
                # Forgiving decoders skip foreign signs, so what is left must be of an impossible length too.
                text = text[: len(text) // 4 * 4 - 3]
                middle = len(text) // 2
                return f"{text[:middle]}!!!{text[middle:]}"
            case Fault.B64_WITH_PREFIX:
                return f"data:{self.media_type};base64,{text}"
            case _:
                return text

    @property
    def media_type(self) -> str:
        return "text/html" if self.fault is Fault.URL_NOT_AN_IMAGE else MEDIA_TYPES[self.order.output_format]

    def entry(self, picture: bytes, store: Callable[[StoredFile], str]) -> dict[str, Any]:
        """An `openai.types.Image`; `store` keeps a file and gives its URL."""
        found: dict[str, Any] = {}
        if self.fault is Fault.URL_IS_DATA:
            found["url"] = f"data:{self.media_type};base64,{b64(picture)}"
        elif self.by_url:
            file = StoredFile(
                data=picture,
                media_type=self.media_type,
                expired=self.fault is Fault.URL_EXPIRED,
                failures=int(self.fault is Fault.URL_FAILS_ONCE),
            )
            found["url"] = store(file)
        else:
            found["b64_json"] = self.encoded(picture)
        if self.order.model == "dall-e-3":
            found["revised_prompt"] = f"A detailed picture: {self.order.prompt}, in natural light."
        return found
