"""Draws the app's icon in every size and form that systems ask for, from resources/app-icon/imagegen-desktop.svg.

python resources/packaging/icons.py FOLDER writes them all: PNG files, .ico for Windows, .icns for macOS.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).resolve().parents[1] / "app-icon" / "imagegen-desktop.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
# Apple's icons are drawn for 16 to 512 points at one and two dots a point.
MACOS_SIZES = (16, 32, 64, 128, 256, 512, 1024)


def drawn(size: int) -> bytes:
    """The icon as a PNG of `size` pixels square."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    # The bytes live as long as this object: QBuffer keeps no reference of its own.
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):
        raise RuntimeError(f"Qt could not draw the icon at {size} pixels")
    return raw.data()


def write_pngs(folder: Path) -> dict[int, Path]:
    """One file for each size in SIZES."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {size: folder / f"imagegen-desktop-{size}.png" for size in SIZES}
    for size, path in made.items():
        path.write_bytes(drawn(size))
    return made


def write_ico(path: Path) -> Path:
    pictures = [Image.open(io.BytesIO(drawn(size))) for size in WINDOWS_SIZES]
    pictures[-1].save(path, sizes=[(size, size) for size in WINDOWS_SIZES], append_images=pictures[:-1])
    return path


def write_icns(path: Path) -> Path:
    pictures = [Image.open(io.BytesIO(drawn(size))) for size in MACOS_SIZES]
    pictures[-1].save(path, append_images=pictures[:-1])
    return path


def for_program(work: Path) -> Path:
    """The icon that PyInstaller puts into the program: .icns on macOS, else .ico."""
    work.mkdir(parents=True, exist_ok=True)
    if sys.platform == "darwin":
        return write_icns(work / "imagegen-desktop.icns")
    return write_ico(work / "imagegen-desktop.ico")


def main(folder: Path) -> None:
    write_pngs(folder)
    write_ico(folder / "imagegen-desktop.ico")
    write_icns(folder / "imagegen-desktop.icns")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
