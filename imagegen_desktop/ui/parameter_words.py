"""A person's words for what a request can ask."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from imagegen_desktop.core.dialects import Parameter


def parameter_words(parameter: Parameter) -> str:
    """A person's word for what a request can ask."""
    words = {
        Parameter.N: QCoreApplication.translate("Parameter", "number of pictures"),
        Parameter.SIZE: QCoreApplication.translate("Parameter", "size"),
        Parameter.QUALITY: QCoreApplication.translate("Parameter", "quality"),
        Parameter.BACKGROUND: QCoreApplication.translate("Parameter", "background"),
        Parameter.OUTPUT_FORMAT: QCoreApplication.translate("Parameter", "format"),
        Parameter.OUTPUT_COMPRESSION: QCoreApplication.translate("Parameter", "compression"),
        Parameter.MODERATION: QCoreApplication.translate("Parameter", "moderation"),
        Parameter.STREAM: QCoreApplication.translate("Parameter", "previews"),
        Parameter.COMPLEXITY: QCoreApplication.translate("Parameter", "planning"),
        Parameter.STYLE: QCoreApplication.translate("Parameter", "style"),
        Parameter.FRAME_COUNT: QCoreApplication.translate("Parameter", "frames"),
        Parameter.FRAME_DURATION_MS: QCoreApplication.translate("Parameter", "frame time"),
        Parameter.SVG: QCoreApplication.translate("Parameter", "SVG drawings"),
        Parameter.SEED: QCoreApplication.translate("Parameter", "seed"),
    }
    return words[parameter]
