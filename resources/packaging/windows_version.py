"""The version information that Windows shows of the program."""

from __future__ import annotations

from typing import Any


def version_resource(version: str, name: str, title: str, description: str) -> Any:  # noqa: ANN401 (its type is known on Windows alone)
    """PyInstaller's own object for it, which can be made on Windows alone."""
    from PyInstaller.utils.win32 import versioninfo as info  # noqa: PLC0415 (not there on other systems)

    numbers = four_numbers(version)
    words = {
        "CompanyName": title,
        "FileDescription": title,
        "FileVersion": version,
        "InternalName": name,
        "LegalCopyright": "MIT licence",
        "OriginalFilename": f"{name}.exe",
        "ProductName": title,
        "ProductVersion": version,
        "Comments": description,
    }
    table = info.StringTable("040904B0", [info.StringStruct(key, text) for key, text in words.items()])
    return info.VSVersionInfo(
        ffi=info.FixedFileInfo(filevers=numbers, prodvers=numbers, mask=0x3F, OS=0x40004, fileType=0x1),
        kids=[info.StringFileInfo([table]), info.VarFileInfo([info.VarStruct("Translation", [1033, 1200])])],
    )


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """Windows counts in four numbers: 1.2.3 is (1, 2, 3, 0). What follows the third, such as rc1, has no place there."""
    numbers = [int("".join(char for char in part if char.isdigit()) or 0) for part in version.split(".")[:3]]
    return (*[*numbers, 0, 0, 0][:3], 0)
