"""What of the libraries goes into the built program: read by build.spec, which hands over PyInstaller's lists.

An entry of such a list is (place in the bundle, source file, kind).
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

Entry = tuple[str, str, str]

LOCK = Path(__file__).with_name("requirements-run.lock")
# Qt's parts that the program does not use, as the libraries and modules are called after their Qt or Qt6.
UNUSED_QT = "Qml|Quick|Sql|Test|Designer|Help|UiTools|PrintSupport|Concurrent|Pdf|VirtualKeyboard|WebEngine|Lottie"
UNWANTED = re.compile(
    "|".join(
        (
            rf"PySide6/Qt(6|/lib/(lib)?Qt6?)?({UNUSED_QT})",
            rf"libQt6({UNUSED_QT})",
            # Plugins. TLS is Python's here; gtk3 brings half a desktop along and obeys no portal.
            r"plugins/(designer|egldeviceintegrations|generic|tls|sqldrivers|qmltooling|qmllint|printsupport)/",
            r"plugins/(vectorimageformats|wayland-graphics-integration-server)/",
            r"plugins/platforms/\w*(eglfs|linuxfb|minimal|vkkhrdisplay|vnc|direct2d)",
            r"plugins/platformthemes/libqgtk",
            r"plugins/platforminputcontexts/\w*virtualkeyboard",
            r"plugins/networkinformation/\w*(connman|glib)",
            # Shells of cars and of Wayland's first years, and the ways of servers that nobody runs a desktop on.
            r"plugins/wayland-shell-integration/lib(ivi|wl|fullscreen|qt)-shell",
            # Nothing here draws with OpenGL: widgets are painted in memory.
            r"plugins/(wayland-graphics-integration-client|xcbglintegrations)/",
            # Pictures are told by their first bytes and read by format: none of these is ever asked for.
            r"plugins/imageformats/\w*(tga|wbmp|icns|pdf|tiff|webp)",
            r"opengl32sw\.dll|qdirect2d\.dll",
            # The program speaks English yet; its own translations will come with Qt's of the same languages.
            r"PySide6/(Qt/)?translations/",
            # Of 400 services, S3 and what signs for it.
            r"botocore/data/(?!(s3|sts)/|[\w-]+\.json)",
            r"boto3/examples/|boto3/data/(?!s3/)",
            # certifi has the same list of trusted roots, and botocore takes that where it is there.
            r"botocore/cacert\.pem",
            # Time zones are the system's. Licences stand together in resources/licences.
            r"dateutil/zoneinfo/.*\.tar",
            r"\.dist-info/(licenses|sboms|RECORD|INSTALLER|REQUESTED|direct_url)",
            r"numpy-[\d.]+\.dist-info/",
            r"PIL/_(imagingtk|imagingcms|avif)|numpy/_core/_multiarray_tests|numpy/fft/",
        )
    )
)
# What every Linux desktop has, and where an older copy breaks drivers or the system's own parts
# (the excludelist of github.com/AppImageCommunity/pkg2appimage; libdbus wants its own libsystemd, Kerberos its own plugins).
OF_THE_SYSTEM = re.compile(
    r"lib(stdc\+\+|gcc_s|X11|X11-xcb|xcb|GL|EGL|GLX|GLdispatch|OpenGL|drm|gbm|wayland-client|wayland-egl|wayland-cursor"
    r"|fontconfig|freetype|harfbuzz|expat|z|uuid|com_err|dbus-1|systemd|glib-2\.0|gthread-2\.0|gssapi_krb5|krb5|k5crypto|krb5support|keyutils)\.so[.\d]*$"
)
# Qt has none.
WITH_SYMBOLS = re.compile(
    r"libpython|lib(crypto|ssl)\.|python[\d.]+/lib-dynload/|PIL/|pillow\.libs/lib(freetype|harfbuzz|xcb)"
    r"|cryptography/|numpy|msgspec/|jiter/|_cffi_backend|pyrage/"
)
# Pillow's wheel has 2 MB of nothing between the two parts of this library: the system's own is the same without it.
PADDED = re.compile(r"pillow\.libs/(libXau)-\w+\.so")
# Parts of Python and of the libraries that are imported only where somebody develops.
NEVER_IMPORTED = (
    *("tkinter", "curses", "readline", "unittest", "doctest", "pdb", "pydoc_data", "distutils", "lib2to3", "ensurepip"),
    *("idlelib", "numpy.f2py", "numpy.testing", "numpy.ma", "numpy.polynomial", "numpy.fft", "openai.cli"),
    *("PIL.AvifImagePlugin", "PIL._avif", "PIL.ImageTk", "PIL.ImageCms", "PIL.ImageQt"),
    # Of openai's services, those that the program asks for load none of these.
    *(
        f"openai.{kind}.{name}"
        for kind in ("types", "resources")
        for name in ("beta", "admin", "realtime", "live", "evals", "fine_tuning", "webhooks", "vector_stores", "skills")
    ),
)


def locked() -> set[str]:
    """The names of the distributions that the program runs with, as the lock file has them."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return {_plain(line.partition("==")[0]) for line in lines if "==" in line and not line.startswith(" ")}


def excluded() -> list[str]:
    """Modules to leave out: what is installed beside the program, for tests and packaging, must not change what is built."""
    ours = locked()
    beside = [
        module
        for module, names in packages_distributions().items()
        if not any(_plain(name) in ours for name in names) and module != "imagegen_desktop"
    ]
    return sorted({*beside, *NEVER_IMPORTED})


def check_modules(entries: list[Entry]) -> None:
    """Every module from outside the standard library belongs to a distribution of the lock. Raises SystemExit."""
    owners, ours = packages_distributions(), locked()
    strangers = {
        top
        for name, _, _ in entries
        if (top := name.partition(".")[0]) in owners and not any(_plain(one) in ours for one in owners[top])
    }
    if strangers := sorted(strangers - {"imagegen_desktop"}):
        raise SystemExit(f"Not of {LOCK.name}, but bundled: {', '.join(strangers)}")


def bundled_distributions(entries: list[Entry]) -> list[str]:
    """The distributions whose modules or files are among `entries`."""
    owners = packages_distributions()
    tops = {re.split(r"[./]", place.replace("\\", "/"))[0] for place, _, _ in entries}
    names = {_plain(one) for top in tops for one in owners.get(top, ())}
    known = {_plain(one.metadata["Name"]) for one in distributions()}
    return sorted(names & known & locked())


def wanted(entry: Entry) -> bool:
    """Only names without a folder can be the system's libraries."""
    place = entry[0].replace("\\", "/")
    if UNWANTED.search(place):
        return False
    return not (sys.platform == "linux" and "/" not in place and OF_THE_SYSTEM.match(place))


def needed(entries: list[Entry]) -> list[Entry]:
    """Leave out the shared libraries that came along only with what is unwanted: nothing that is left asks for them."""
    libraries = {Path(place).name: source for place, source, kind in entries if _is_library(place, kind)}
    open_ends = [source for place, source, kind in entries if not _is_library(place, kind)]
    asked_for: set[str] = set()
    while open_ends:
        for name in _asks_for(open_ends.pop()):
            if name in libraries and name not in asked_for:
                asked_for.add(name)
                open_ends.append(libraries[name])
    return [entry for entry in entries if not _is_library(entry[0], entry[2]) or Path(entry[0]).name in asked_for]


def without_loose_ends(entries: list[Entry], everything: list[Entry]) -> list[Entry]:
    """Leave out the links to what is not in the bundle. The source of a link is its target, seen from where the link lies."""
    places = {os.path.normpath(place) for place, _, _ in everything}
    return [
        (place, source, kind)
        for place, source, kind in entries
        if kind != "SYMLINK" or os.path.normpath(Path(place).parent / source) in places
    ]


def unpadded(entries: list[Entry]) -> list[Entry]:
    """The same list with the system's build of a library in the place of one that is mostly air."""
    own = {Path(place).name.partition(".")[0]: source for place, source, _ in entries if "/" not in place}
    return [
        (place, own.get(found[1], source) if (found := PADDED.match(place)) else source, kind)
        for place, source, kind in entries
    ]


def stripped(entry: Entry, work: Path) -> Entry:
    """The entry without the debugging symbols that some builds of Python and some wheels come with."""
    place, source, kind = entry
    if kind not in {"BINARY", "EXTENSION"} or not WITH_SYMBOLS.match(place):
        return entry
    copy = work / "stripped" / Path(place).name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, copy)
    subprocess.run(["strip", "--strip-unneeded", str(copy)], check=True)
    return (place, str(copy) if _can_be_loaded(copy) else source, kind)


def _can_be_loaded(library: Path) -> bool:
    """Whether its segments still lie as the loader wants them: strip breaks some that were patched for their wheel."""
    told = subprocess.run(["readelf", "-lW", str(library)], capture_output=True, text=True, check=True).stdout
    loads = re.findall(r"^\s+LOAD\s+(0x\w+) (0x\w+) .* (0x\w+)$", told, re.MULTILINE)
    return bool(loads) and all((int(at, 16) - int(to, 16)) % int(align, 16) == 0 for at, to, align in loads)


def packed(entry: Entry, work: Path) -> Entry:
    """The data of the S3 client, which reads them compressed as well."""
    place, source, kind = entry
    if not re.match(r"botocore[/\\]data[/\\].*\.json$", place):
        return entry
    copy = work / "packed" / f"{place}.gz"
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(gzip.compress(Path(source).read_bytes(), mtime=0))
    return (f"{place}.gz", str(copy), kind)


def _asks_for(binary: str) -> list[str]:
    """The libraries that a binary names itself."""
    told = subprocess.run(["objdump", "-p", binary], capture_output=True, text=True, check=False).stdout
    return re.findall(r"^\s+NEEDED\s+(\S+)", told, re.MULTILINE)


def _is_library(place: str, kind: str) -> bool:
    """A shared library at the top, in a wheel's own folder for them, or in Qt's; Python's extensions are none."""
    path = Path(place)
    if kind == "EXTENSION" or not path.name.startswith("lib") or path.name.startswith("libpython"):
        return False
    return str(path.parent) in {".", "PySide6/Qt/lib"} or path.parent.suffix == ".libs"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
