"""Lays out /usr as the packages install it, and packs it."""

from __future__ import annotations

import gzip
import os
import platform
import re
import shutil
import subprocess
import tarfile
import textwrap
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import icons
from names import APP_ID, DESCRIPTION, HOMEPAGE, MAINTAINER, NAME

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
NOT_IN_DEBIAN = "The program comes with a Python and a Qt of its own; their licences stand in\n{place}."


def lay_out(program: Path, tree: Path, version: str, changed: int) -> Path:
    """Fill `tree` with what goes below /usr. `changed` is the time of all files, in seconds since 1970."""
    if tree.exists():
        shutil.rmtree(tree)
    day = datetime.fromtimestamp(changed, UTC)
    words = {"VERSION": version, "DATE": day.date().isoformat()}
    library = tree / "lib" / NAME
    shutil.copytree(program, library, symlinks=True)
    (tree / "bin").mkdir()
    (tree / "bin" / NAME).symlink_to(f"../lib/{NAME}/{NAME}")
    share = tree / "share"
    _copy(HERE / "linux" / "imagegen-desktop.desktop", share / "applications" / f"{APP_ID}.desktop")
    _fill(HERE / "linux" / "metainfo.xml", share / "metainfo" / f"{APP_ID}.metainfo.xml", words)
    for size, path in icons.write_pngs(tree.parent / "icons").items():
        _copy(path, share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{APP_ID}.png")
    _copy(icons.SOURCE, share / "icons" / "hicolor" / "scalable" / "apps" / f"{APP_ID}.svg")
    man = _filled(HERE / "linux" / "imagegen-desktop.1", words)
    _pack_text(man, share / "man" / "man1" / f"{NAME}.1.gz")
    documents = share / "doc" / NAME
    _write(_copyright(library), documents / "copyright")
    _pack_text(_debian_changelog(version, day), documents / "changelog.gz")
    _copy(HERE / "linux" / "lintian-overrides", share / "lintian" / "overrides" / NAME)
    _same_times(tree, changed)
    return tree


def pack(kind: str, tree: Path, out: Path, version: str, *, quick: bool) -> Path:
    """`kind` is deb, rpm or tar; `quick` compresses little or not at all."""
    machine = platform.machine()
    if kind == "tar":
        return _tar(tree, out / f"{NAME}-{version}-linux-{machine}.tar.{'gz' if quick else 'xz'}")
    architecture = ARCHITECTURES.get(machine, machine)
    words = {
        "NAME": NAME,
        "ARCH": architecture,
        "VERSION": version,
        "MAINTAINER": MAINTAINER,
        "DESCRIPTION": DESCRIPTION,
        "HOMEPAGE": HOMEPAGE,
        "MTIME": datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "TREE": str(tree),
        "DEB_COMPRESSION": "none" if quick else "xz",
        "RPM_COMPRESSION": "gzip" if quick else "zstd",
    }
    recipe = out / "nfpm.yaml"
    _fill(HERE / "linux" / "nfpm.yaml", recipe, words)
    made = out / (f"{NAME}_{version}_{architecture}.deb" if kind == "deb" else f"{NAME}-{version}-1.{machine}.rpm")
    subprocess.run(["nfpm", "pkg", "-f", str(recipe), "-p", kind, "-t", str(made)], check=True)
    return made


def _tar(tree: Path, made: Path) -> Path:
    """A folder to unpack anywhere: the program, with the desktop's files beside it."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = int(os.environ["SOURCE_DATE_EPOCH"])
        return info

    top = made.name.partition(".tar")[0]
    # The same blocks on any number of cores, so the same file.
    way = ["gzip", "-1n"] if made.suffix == ".gz" else ["xz", "-6", "-T0", "--block-size=32MiB"]
    with made.open("wb") as out, subprocess.Popen([*way, "-c"], stdin=subprocess.PIPE, stdout=out) as packer:
        with tarfile.open(fileobj=packer.stdin, mode="w|", format=tarfile.GNU_FORMAT) as archive:
            for path in sorted(tree.rglob("*")):
                archive.add(path, f"{top}/{path.relative_to(tree).as_posix()}", recursive=False, filter=plain)
        packer.stdin.close()
    if packer.returncode != 0:
        raise RuntimeError(f"{way[0]} ended with {packer.returncode}")
    return made


def _copyright(library: Path) -> str:
    """Debian's machine-readable form for ours; the texts of all others stand in one file in the package."""
    ours = (ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    text = "\n".join(f" {line}" if line else " ." for line in ours.partition("\n\n")[2].splitlines())
    others = f"/usr/lib/{NAME}/{(library / '_internal/resources/licenses/third-party.txt').relative_to(library)}"
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        f"Upstream-Name: Imagegen Desktop\nSource: {HOMEPAGE}\n"
        "Comment: " + NOT_IN_DEBIAN.format(place=others).replace("\n", "\n ") + "\n\n"
        f"Files: *\nCopyright: 2026 The Imagegen Desktop authors\nLicense: Expat\n{text}\n"
    )


def _debian_changelog(version: str, day: datetime) -> str:
    """The newest section of CHANGELOG.md, as Debian writes it."""
    newest = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    points = re.findall(r"^- (.+(?:\n  .+)*)", newest, re.MULTILINE)
    lines = "\n".join(
        textwrap.fill(" ".join(point.split()), 78, initial_indent="  * ", subsequent_indent="    ") for point in points
    )
    return f"{NAME} ({version}) unstable; urgency=medium\n\n{lines}\n\n -- {MAINTAINER}  {format_datetime(day)}\n"


def _filled(source: Path, words: dict[str, str]) -> str:
    text = source.read_text(encoding="utf-8")
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    if left := re.findall(r"@[A-Z_]+@", text):
        raise ValueError(f"{source.name} still asks for {left}")
    return text


def _fill(source: Path, target: Path, words: dict[str, str]) -> None:
    _write(_filled(source, words), target)


def _write(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _pack_text(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _same_times(tree: Path, changed: int) -> None:
    """One time for all, and rights that do not depend on who built it."""
    for path in [tree, *tree.rglob("*")]:
        os.utime(path, (changed, changed), follow_symlinks=False)
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or (path.name == NAME and path.parent.name == NAME) else 0o644)
