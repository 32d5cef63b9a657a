"""Builds the JSON that asks one kind of server for pictures: every value where that server looks for it, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, assert_never, cast

from imagegen_desktop.core.dialects import Dialect, Parameter, SeedForm, SizeForm
from imagegen_desktop.core.errors import BadRequestError
from imagegen_desktop.core.fitting import SVG, fitted, previews_of
from imagegen_desktop.core.models import pixels_of, ratio_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.models import ModelSpec
    from imagegen_desktop.core.options import Options
    from imagegen_desktop.core.requests import GenerationRequest

# xAI knows two resolutions, 1k and 2k: what is nearer to 2048 by 2048 than to 1024 by 1024 is the larger one.
_LARGE: Final = 2_000_000
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class BuiltBody:
    """`body` is ready to be sent; `left_out` was chosen, but the endpoint or the model lacks it."""

    body: dict[str, Any]
    left_out: tuple[Parameter, ...]


def body_for(request: GenerationRequest, spec: ModelSpec, dialect: Dialect) -> BuiltBody:
    """The keys that are set, and no others: a null is refused by some servers, an unknown key by most.

    The endpoint's own fields come last, as they are. Raises BadRequestError, with charge FREE, if they are no JSON object.
    """
    found = fitted(request, spec, dialect)
    body: dict[str, Any] = {"model": request.model, "prompt": sendable(request.sent_prompt)}
    for parameter in found.sent:
        _set(body, parameter, request, spec, dialect)
    if dialect.response_format:
        body["response_format"] = dialect.response_format
    body |= extra_fields(request.endpoint.extra_body)
    return BuiltBody(body, found.left_out)


def sendable(text: str) -> str:
    """`text` without halves of surrogate pairs, which a cut or a paste can leave and no JSON can carry as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def extra_fields(text: str) -> dict[str, Any]:
    """The endpoint's own fields of every request. Raises BadRequestError for what is no JSON object."""
    if not text.strip():
        return {}
    try:
        fields: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_fields(str(error)) from None
    if not isinstance(fields, dict):
        raise _no_fields("it is no object, which stands in curly brackets")
    return cast("dict[str, Any]", fields)


def _no_fields(reason: str) -> BadRequestError:
    return BadRequestError(
        f"the extra fields of the endpoint: {reason}",
        title="The extra fields of this endpoint are not a JSON object",
        advice='Nothing was sent. Mend them in the settings: they look like {"steps": 20}.',
    )


def _set(
    body: dict[str, Any], parameter: Parameter, request: GenerationRequest, spec: ModelSpec, dialect: Dialect
) -> None:
    match parameter:
        case Parameter.SIZE:
            body |= _size(request.size, dialect)
        case Parameter.STREAM:
            body |= {"stream": True, "partial_images": previews_of(request, spec)}
        case Parameter.SEED:
            _set_seed(body, request.seed or 0, dialect.seed_form)
        case Parameter.N:
            body["n"] = 1 if request.options.output_format == SVG else request.count
        case Parameter.QUALITY:
            body["quality"] = request.quality
        case _:
            body[parameter.value] = _option(parameter, request.options, dialect)


def _option(parameter: Parameter, options: Options, dialect: Dialect) -> object:
    compression = _FULL if options.compression is None else options.compression
    values: dict[Parameter, object] = {
        Parameter.BACKGROUND: options.background,
        Parameter.OUTPUT_FORMAT: options.output_format,
        Parameter.OUTPUT_COMPRESSION: _FULL - compression if dialect.reversed_compression else compression,
        Parameter.MODERATION: options.moderation,
        Parameter.COMPLEXITY: options.complexity,
        Parameter.STYLE: options.style,
        Parameter.FRAME_COUNT: options.frames,
        Parameter.FRAME_DURATION_MS: options.frame_ms,
        Parameter.SVG: _svg(options),
    }
    return values[parameter]


def _svg(options: Options) -> dict[str, Any]:
    svg: dict[str, Any] = {"model": options.svg_model}
    return svg | {"reasoning": {"effort": options.svg_effort}} if options.svg_effort else svg


def _size(size: str, dialect: Dialect) -> dict[str, Any]:
    """`size` in the server's form; nothing for what can't be said in it."""
    pair = pixels_of(size)
    match dialect.size_form:
        case SizeForm.PIXELS:
            return {"size": size}
        case SizeForm.ASTERISK:
            return {"size": f"{pair[0]}*{pair[1]}"} if pair else {}
        case SizeForm.EDGES:
            return {"width": pair[0], "height": pair[1]} if pair else {}
        case SizeForm.RATIO:
            if pair is None:
                return {}
            resolution = "2k" if pair[0] * pair[1] > _LARGE else "1k"
            return {"aspect_ratio": _nearest(pair, dialect.ratios) or ratio_of(size), "resolution": resolution}
        case _:
            assert_never(dialect.size_form)


def _nearest(pair: tuple[int, int], ratios: Iterable[str]) -> str:
    """The ratio that bends the picture least; empty if there is none to choose from."""
    wanted = pair[0] / pair[1]

    def bend(ratio: str) -> float:
        across, _, down = ratio.partition(":")
        offered = float(across) / float(down)
        return max(wanted / offered, offered / wanted)

    return min(ratios, key=bend, default="")


def _set_seed(body: dict[str, Any], seed: int, form: SeedForm) -> None:
    match form:
        case SeedForm.FIELD:
            body["seed"] = seed
        case SeedForm.KWARGS:
            body["kwargs"] = json.dumps({"seed": seed})
        case SeedForm.SD_CPP:
            body["prompt"] += f'<sd_cpp_extra_args>{{"seed":{seed}}}</sd_cpp_extra_args>'
        case _:
            assert_never(form)
