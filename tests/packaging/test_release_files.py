"""The recipes for installers are looked at as far as this computer can: by the tools that know their forms, and by hand."""

from __future__ import annotations

import io
import plistlib
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from recipes import PACKAGING, ROOT, script
from ruamel.yaml import YAML

from imagegen_desktop import __version__
from imagegen_desktop.app.window import DESKTOP_ENTRY

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
names = script("names")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _yaml(path: Path) -> Any:
    return YAML(typ="safe").load(_read(path))


# ---- workflows ----


def test_the_workflows_have_the_form_that_github_asks_for() -> None:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*checker, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(WORKFLOWS) == 2


def test_an_auditor_of_workflows_finds_nothing() -> None:
    auditor = Path(sys.executable).with_name("zizmor")
    command = [str(auditor), "--offline", "--no-progress", "--persona", "pedantic", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit_and_every_job_has_the_least_rights(path: Path) -> None:
    workflow = _yaml(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        rights = job["permissions"]
        assert rights.get("contents") == ("write" if name == "draft" else "read")
        assert set(rights) == ({"contents", "id-token", "attestations"} if name == "draft" else {"contents"})
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert used
        assert [one for one in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", one)] == []


def test_every_file_that_a_workflow_runs_is_there() -> None:
    named = {found for path in WORKFLOWS for found in re.findall(r"resources/packaging/[\w/.-]+", _read(path))}
    assert len(named) > 6
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_what_is_fetched_is_known_by_its_hash() -> None:
    text = _read(PACKAGING / "linux" / "appimage.sh")
    assert "releases/download/continuous" not in text
    assert re.search(r"^runtime_sha256=[0-9a-f]{64}$", text, re.MULTILINE)
    assert "sha256sum --check" in text


# ---- macOS ----


def test_the_plists_can_be_read_and_say_what_macos_asks_for() -> None:
    told = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert told["CFBundleDisplayName"] == names.TITLE
    assert told["LSMinimumSystemVersion"] == "13.0"
    assert told["NSHighResolutionCapable"] is True
    assert told["CFBundleDocumentTypes"][0]["LSHandlerRank"] == "Alternate"
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert rights == {"com.apple.security.cs.allow-unsigned-executable-memory": True}
    assert re.fullmatch(r"[A-Za-z0-9.-]+", names.MACOS_ID)


# ---- Windows ----


def _inno() -> dict[str, list[str]]:
    """The lines of each section, comments and empty ones left out."""
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for line in _read(PACKAGING / "windows" / "installer.iss").splitlines():
        if head := re.fullmatch(r"\[(\w+)\]", line.strip()):
            current = head[1]
            sections[current] = []
        elif line.strip() and not line.lstrip().startswith(";"):
            sections[current].append(line.strip())
    return sections


def test_the_installer_for_windows_needs_no_administrator_and_leaves_a_persons_things() -> None:
    sections = _inno()
    setup = dict(line.split("=", 1) for line in sections["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["AppVersion"] == "{#Version}"
    assert re.fullmatch(r"\{\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", setup["AppId"])
    assert "UninstallDelete" not in sections
    # The one thing that is ever deleted lies in the program's own folder.
    assert sections["InstallDelete"] == ['Type: filesandordirs; Name: "{app}\\_internal"']
    assert all(line.startswith("Root: HKA;") for line in sections["Registry"])


@pytest.mark.parametrize("section", ["Languages", "Tasks", "InstallDelete", "Files", "Icons", "Registry", "Run"])
def test_every_line_of_the_installer_is_a_list_of_parameters(section: str) -> None:
    one = r'\w+: (?:"(?:[^"]|"")*"|[^";]+)'
    for line in _inno()[section]:
        assert re.fullmatch(rf"{one}(?:; {one})*", line), line


def test_the_installer_uses_the_program_under_its_name() -> None:
    text = _read(PACKAGING / "windows" / "installer.iss")
    assert f'#define Program "{names.NAME}.exe"' in text
    assert f'#define Name "{names.TITLE}"' in text
    assert (ROOT / "LICENSE").is_file()


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.1.0", (0, 1, 0, 0)), ("1.22.333", (1, 22, 333, 0)), ("2.0", (2, 0, 0, 0))]
)
def test_windows_counts_versions_in_four_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert script("windows_version").four_numbers(version) == numbers


# ---- Linux ----


def test_the_desktop_finds_one_name_everywhere() -> None:
    entry = _read(PACKAGING / "linux" / "imagegen-desktop.desktop")
    metainfo = _read(PACKAGING / "linux" / "metainfo.xml")
    flatpak = _yaml(PACKAGING / "linux" / "flatpak.yml")
    assert names.APP_ID == DESKTOP_ENTRY == flatpak["id"]
    assert f"Icon={names.APP_ID}\n" in entry
    assert f"<id>{names.APP_ID}</id>" in metainfo
    kinds = re.findall(r"<mediatype>(.*)</mediatype>", metainfo)
    assert f"MimeType={';'.join(kinds)};" in entry


def test_the_version_stands_in_one_place() -> None:
    texts = [_read(path) for path in (*PACKAGING.rglob("*.*"), ROOT / "pyproject.toml") if path.suffix in KINDS]
    assert len(texts) > 10
    assert [text for text in texts if re.search(rf"(?<![\w.]){re.escape(__version__)}(?![\w.])", text)] == []


KINDS = {".py", ".iss", ".xml", ".yaml", ".yml", ".sh", ".ps1", ".plist", ".toml", ".desktop", ".1"}


def test_the_icon_is_drawn_in_every_size() -> None:
    icons = script("icons")
    for size in (16, 48, 512):
        with Image.open(io.BytesIO(icons.drawn(size))) as picture:
            assert picture.size == (size, size)
            # The corner is clear, the middle is not: something was drawn, and not on a white square.
            assert picture.getpixel((0, 0))[3] == 0
            assert picture.getpixel((size // 2, size // 2))[3] == 255


def test_the_icons_of_windows_and_macos_hold_all_sizes(tmp_path: Path) -> None:
    icons = script("icons")
    with Image.open(icons.write_ico(tmp_path / "a.ico")) as picture:
        assert {size for size, _ in picture.info["sizes"]} == set(icons.WINDOWS_SIZES)
    with Image.open(icons.write_icns(tmp_path / "a.icns")) as picture:
        assert {size[0] * size[2] for size in picture.info["sizes"]} >= {32, 256, 512, 1024}


# ---- what goes in ----


def _archive(items: dict[str, bytes]) -> bytes:
    """ICU's data as ICU lays them out."""
    header = struct.pack("<HBB", 32, 0xDA, 0x27) + bytes(8) + b"CmnD" + bytes(16)
    table, data = bytearray(), bytearray()
    start = 4 + 8 * len(items)
    text = b"".join(name.encode() + b"\0" for name in items)
    at = 0
    body = start + len(text)
    body += -body % 16
    for name, item in items.items():
        table += struct.pack("<II", start + at, body + len(data))
        at += len(name) + 1
        data += item + bytes(-len(item) % 16)
    head = struct.pack("<I", len(items)) + bytes(table) + text
    return header + head + bytes(-len(head) % 16) + bytes(data)


def test_of_icus_data_only_what_qt_asks_for_stays_and_that_unchanged() -> None:
    icu = script("icu_data")
    items = {
        "icudt73l/coll/root.res": b"sorting" * 5,
        "icudt73l/de.res": b"words" * 7,
        "icudt73l/nfc.nrm": b"folding" * 3,
        "icudt73l/unit/de.res": b"units",
    }
    small = icu.trimmed(_archive(items))
    kept = {name: item.rstrip(b"\0") for name, item in icu._items(small[32:])}
    assert kept == {name: items[name] for name in ("icudt73l/coll/root.res", "icudt73l/nfc.nrm")}
    assert icu.trimmed(small) == small
    with pytest.raises(ValueError, match="no archive"):
        icu.trimmed(bytes(64))


def test_a_large_part_without_a_reason_is_a_fault(tmp_path: Path) -> None:
    parts = script("parts")
    inside = tmp_path / "_internal"
    inside.mkdir()
    (inside / "libpython3.11.so.1.0").write_bytes(bytes(parts.MEGABYTE + 1))
    assert parts.faults(tmp_path) == []
    (inside / "surprise.bin").write_bytes(bytes(parts.MEGABYTE + 1))
    (inside / "loose").symlink_to("nowhere")
    surprise, loose = parts.faults(tmp_path)
    assert "surprise.bin" in surprise
    assert "loose leads nowhere" in loose


def test_what_is_installed_beside_the_program_is_left_out() -> None:
    trimming = script("trimming")
    left_out = trimming.excluded()
    assert {"pytest", "PyInstaller", "moto"} <= set(left_out)
    assert not {"openai", "boto3", "PIL", "numpy", "PySide6", "keyring", "cryptography"} & set(left_out)
    with pytest.raises(SystemExit, match="pytest"):
        trimming.check_modules([("pytest.main", "", "PYMODULE"), ("json", "", "PYMODULE")])


def test_the_list_of_parts_names_each_with_its_version() -> None:
    bill = script("sbom").bill()
    named = {part["name"]: part for part in bill["components"]}
    assert {"openai", "boto3", "cryptography", "Qt", "Python"} <= set(named)
    assert "pytest" not in named
    assert all(part["version"] and part["purl"].startswith("pkg:") for part in named.values())


def test_licences_are_collected_with_qts_duties_explained(tmp_path: Path) -> None:
    text = script("licences").write(tmp_path, ["openai", "pyside6-essentials"], []).read_text(encoding="utf-8")
    assert "you may put another build of them in their place" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "Apache License" in text
