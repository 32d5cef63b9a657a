"""The sentences of the command line about addresses and choices that can't be."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from imagegen_desktop.core.addresses import AddressFault
from imagegen_desktop.core.combinations import Conflict, Way

if TYPE_CHECKING:
    import argparse

    from imagegen_desktop.core.models import ModelSpec


def fault_words(fault: AddressFault) -> str:
    match fault:
        case AddressFault.NO_SCHEME:
            return "the endpoint's address starts with https:// or http://"
        case AddressFault.NO_HOST:
            return "the endpoint's address names no host"
        case AddressFault.HOLDS_PASSWORD:
            return "an endpoint's address must not hold a password: it stands in every record"
        case _:
            assert_never(fault)


def conflict_words(way: Way, arguments: argparse.Namespace, spec: ModelSpec) -> str:
    match way.conflict:
        case Conflict.TRANSPARENT_NEEDS_PNG_OR_WEBP:
            return f"a transparent background needs png or webp, not {arguments.format}"
        case Conflict.COMPRESSION_NEEDS_JPEG_OR_WEBP:
            return "--compression is for jpeg and webp: name one of them with --format"
        case Conflict.ANIMATION_HAS_NO_PREVIEWS | Conflict.DRAWING_HAS_NO_PREVIEWS:
            return f"a {arguments.format} comes without previews"
        case Conflict.DRAWING_COMES_ALONE:
            return "one svg is made at a time: leave --count away"
        case Conflict.SIZE_NOT_TAKEN:
            return f"{spec.label} has no size {arguments.size}: the nearest is {way.fixed.size}"
        case _:
            assert_never(way.conflict)
