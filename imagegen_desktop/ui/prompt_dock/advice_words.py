"""The sentences of the prompt card about what can't be, and what Enhance does."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from imagegen_desktop.core.combinations import Conflict, Way
from imagegen_desktop.core.models import Maker


def conflict_words(conflict: Conflict) -> str:
    match conflict:
        case Conflict.TRANSPARENT_NEEDS_PNG_OR_WEBP:
            return QCoreApplication.translate("Advice", "A transparent background needs PNG or WebP.")
        case Conflict.COMPRESSION_NEEDS_JPEG_OR_WEBP:
            return QCoreApplication.translate("Advice", "Only JPEG and WebP are compressed.")
        case Conflict.ANIMATION_HAS_NO_PREVIEWS:
            return QCoreApplication.translate("Advice", "An animated GIF comes without previews.")
        case Conflict.DRAWING_HAS_NO_PREVIEWS:
            return QCoreApplication.translate("Advice", "An SVG comes without previews.")
        case Conflict.DRAWING_COMES_ALONE:
            return QCoreApplication.translate("Advice", "An SVG is drawn one at a time.")
        case Conflict.SIZE_NOT_TAKEN:
            return QCoreApplication.translate("Advice", "This model does not make pictures of this size.")
        case _:
            assert_never(conflict)


def fix_words(way: Way) -> str:
    """What the button does about it."""
    match way.conflict:
        case Conflict.TRANSPARENT_NEEDS_PNG_OR_WEBP:
            return QCoreApplication.translate("Advice", "Use PNG")
        case Conflict.COMPRESSION_NEEDS_JPEG_OR_WEBP:
            return QCoreApplication.translate("Advice", "Do not compress")
        case Conflict.ANIMATION_HAS_NO_PREVIEWS | Conflict.DRAWING_HAS_NO_PREVIEWS:
            return QCoreApplication.translate("Advice", "No previews")
        case Conflict.DRAWING_COMES_ALONE:
            return QCoreApplication.translate("Advice", "Make one")
        case Conflict.SIZE_NOT_TAKEN:
            return QCoreApplication.translate("Advice", "Use {size}").format(size=way.fixed.size.replace("x", " × "))
        case _:
            assert_never(way.conflict)


def enhance_words(maker: Maker) -> str:
    """What Enhance does, where it is done."""
    match maker:
        case Maker.SAMPLE:
            return QCoreApplication.translate(
                "Advice",
                "Adds setting, light and style to your words, on this computer. Your own words are kept.",
            )
        case Maker.OPENAI:
            return QCoreApplication.translate(
                "Advice",
                "A language model adds to your words before the picture is made. Your own words are kept.",
            )
        case _:
            assert_never(maker)
