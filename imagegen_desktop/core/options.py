"""The finer choices of a picture, beside its prompt, model, size, quality and count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Empty and None mean: not chosen, so that the service's own default holds and nothing is sent.

    `compression` is 0 to 100 percent of quality as OpenAI counts it (100 is the best). `frames` and `frame_ms` (milliseconds a
    frame) are for GIF, `svg_model` and `svg_effort` for SVG. `previews` are the unfinished pictures to show on the way, 0 to 3.
    """

    background: str = ""
    output_format: str = ""
    compression: int | None = None
    moderation: str = ""
    complexity: str = ""
    style: str = ""
    frames: int | None = None
    frame_ms: int | None = None
    svg_model: str = ""
    svg_effort: str = ""
    previews: int | None = None


NO_OPTIONS = Options()
