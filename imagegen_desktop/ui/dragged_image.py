"""What a drag of one image carries: its file, and its pixels once a program asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QUrl

from imagegen_desktop.imaging.decode import UndecodableError, decode
from imagegen_desktop.ui.pictures import image_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QMetaType

# Qt's own name for pixels; each system has others, which Qt makes of it.
PIXELS: Final = "application/x-qt-image"


def dragged(paths: Sequence[Path]) -> QMimeData:
    """The files; with the pixels of a single one."""
    if len(paths) == 1 and paths[0].suffix != ".svg":
        return DraggedImage(paths[0])
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


class DraggedImage(QMimeData):
    """Most programs take the file; a picture is read only for one that takes pixels."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.setUrls([QUrl.fromLocalFile(str(path))])

    def formats(self) -> list[str]:
        return [*super().formats(), PIXELS]

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype == PIXELS or super().hasFormat(mimetype)

    def retrieveData(self, mimetype: str, preferredType: QMetaType | QMetaType.Type) -> object:  # noqa: N803 (Qt's name)
        if mimetype != PIXELS:
            return super().retrieveData(mimetype, preferredType)
        try:
            return image_of(decode(self._path.read_bytes()))
        except (OSError, UndecodableError):
            # The file went, or broke, since the drag began: there is nothing to give.
            return None
