"""Why the built program is as large as it is: every part over 1 MB with its reason, and the most it may be on Linux."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from trimming import OF_THE_SYSTEM

MEGABYTE = 1_000_000
LARGEST_FOLDER = 165 * MEGABYTE
LARGEST_DEB = 62 * MEGABYTE
# (the part's path in the bundle as a pattern, why it is there). On Linux; other systems' parts are another list.
PARTS = (
    (r"imagegen-desktop", "the program: every Python module, compressed, of which openai, ours and pydantic are half"),
    (r"PySide6/Qt/lib/libQt6(Core|Gui|Widgets)\.so", "Qt: the window"),
    (r"PySide6/Qt/lib/libQt6Network\.so", "Qt: a second start speaks to the first (QLocalServer); the desktop portal"),
    (r"PySide6/Qt/lib/libQt6WaylandClient\.so", "Qt: windows on Wayland"),
    (r"PySide6/Qt(Core|Gui|Widgets|Network)\.abi3\.so", "Python's way into Qt"),
    (r"PySide6/Qt/lib/libicu(i18n|uc)\.so", "ICU, which Qt's core is linked with: sorting and folding of text"),
    (r"PySide6/Qt/lib/libicudata\.so", "ICU's data, of which icu_data.py keeps 2 of 32 MB"),
    (
        r"numpy\.libs/libscipy_openblas",
        "numpy's arithmetic: the sample engine paints with it; stripped it can't be loaded",
    ),
    (r"numpy\.libs/libgfortran", "asked for by OpenBLAS"),
    (r"numpy/_core/_multiarray_umath", "numpy itself"),
    (
        r"cryptography/hazmat/bindings/_rust",
        "encrypts the way to the Secret Service; checks who signed the news of an update",
    ),
    (r"pydantic_core/_pydantic_core", "asked for by openai"),
    (r"pyrage/pyrage", "encrypts what goes into a bucket"),
    (r"libpython3", "Python"),
    (r"libcrypto\.so", "OpenSSL: every connection"),
    (r"libsqlite3\.so", "the index, the journal of requests and the list of uploads"),
    (r"base_library\.zip", "the modules that Python needs to start"),
    (r"python3[\d.]*/lib-dynload/unicodedata", "Python's table of characters"),
    (r"python3[\d.]*/lib-dynload/(_decimal|_ssl|_ctypes)", "parts of Python that come unstripped from some builds"),
    (r"pillow\.libs/lib(harfbuzz|freetype)", "writes the words of a contact sheet"),
    (r"PIL/_imaging", "Pillow: reads and writes pictures"),
)


def large_parts(folder: Path) -> list[tuple[int, str]]:
    """(bytes, path in the bundle), the largest first."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    found = [(path.stat().st_size, path.relative_to(folder).as_posix().removeprefix("_internal/")) for path in files]
    return sorted((one for one in found if one[0] > MEGABYTE), reverse=True)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def reason_for(part: str) -> str:
    """Why a part is there; empty if nobody said."""
    return next((reason for pattern, reason in PARTS if re.match(pattern, part)), "")


def faults(folder: Path) -> list[str]:
    """What is wrong with the built folder, in sentences."""
    found = [
        f"{part} has {size:,} bytes and no reason in parts.py"
        for size, part in large_parts(folder)
        if not reason_for(part)
    ]
    if (size := size_of(folder)) > LARGEST_FOLDER:
        found.append(f"the folder has {size:,} bytes, more than {LARGEST_FOLDER:,}")
    found += [
        f"{path.relative_to(folder)} leads nowhere"
        for path in folder.rglob("*")
        if path.is_symlink() and not path.exists()
    ]
    if sys.platform == "linux":
        found += missing_libraries(folder)
    return found


def missing_libraries(folder: Path) -> list[str]:
    """Libraries that a binary of the bundle names, and that neither the bundle nor the systems' common stock has."""
    binaries = [path for path in folder.rglob("*") if path.is_file() and (".so" in path.name or path.parent == folder)]
    here = {path.name for path in folder.rglob("*")}
    libc = re.compile(r"lib(c|m|dl|pthread|rt|util|resolv)\.so\.\d|ld-linux")
    wanted: dict[str, str] = {}
    for path in binaries:
        told = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=False).stdout
        wanted |= dict.fromkeys(re.findall(r"NEEDED\s+(\S+)", told), path.relative_to(folder).as_posix())
    return [
        f"{asker} needs {name}, which is neither in the bundle nor on every system"
        for name, asker in sorted(wanted.items())
        if name not in here and not OF_THE_SYSTEM.match(name) and not libc.match(name)
    ]


def table(folder: Path) -> str:
    lines = [f"{size / MEGABYTE:7.1f} MB  {part:62}  {reason_for(part)}" for size, part in large_parts(folder)]
    return "\n".join([*lines, f"{size_of(folder) / MEGABYTE:7.1f} MB  in all, {LARGEST_FOLDER / MEGABYTE:.0f} at most"])


if __name__ == "__main__":
    print(table(Path(sys.argv[1])))
    sys.exit("\n".join(faults(Path(sys.argv[1]))) or 0)
