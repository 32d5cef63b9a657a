"""The .deb on a bare Debian without Python: it starts, keeps keys, is upgraded and removed, and leaves what is a person's."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bare_system import BareSystem, session, why_not
from journeys.desktop import App, Desktop

from standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "imagegen-desktop"
OLDER, NEWER = "0.0.1", "99.0.0"
PROMPT = "A lighthouse on a cliff at dusk, 灯台"
REASON = why_not()

pytestmark = [
    pytest.mark.skipif(bool(REASON), reason=REASON or "it runs"),
    pytest.mark.timeout(600),
]


def _dev(*words: str) -> None:
    """As a maintainer types it; what it prints is told where it fails."""
    done = subprocess.run([sys.executable, "dev.py", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareSystem]:
    """Begins to be made while the package is built."""
    # Sets up what packing needs, debootstrap among it.
    _dev("package", "--help")
    with BareSystem(tmp_path_factory.mktemp("systems") / "bare") as system:
        yield system


@pytest.fixture(scope="module")
def packages(system: BareSystem) -> dict[str, Path]:
    """One program as a package of two versions: apt goes by the package's."""
    assert system.root.is_dir()
    _dev("package", "--quick", "--formats", "deb", "--versions", f"{OLDER},{NEWER}")
    made = {version: list((ROOT / "dist").glob(f"{PROGRAM}_{version}_*.deb")) for version in (OLDER, NEWER)}
    return {version: found[0] for version, found in made.items()}


@pytest.fixture(scope="module")
def bare(system: BareSystem, packages: dict[str, Path]) -> BareSystem:
    """The bare system, without Python, with the older package in it."""
    system.wait_made()
    assert system.run("sh", "-c", "command -v python3").returncode != 0
    system.install(packages[OLDER])
    return system


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The home that all tests of this module share: what one test leaves there, the next one finds."""
    home = tmp_path_factory.mktemp("person")
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    folders = {
        "CONFIG_HOME": ".config",
        "DATA_HOME": ".local/share",
        "CACHE_HOME": ".cache",
        "PICTURES_DIR": "Pictures",
    }
    places = {f"XDG_{name}": str(home / folder) for name, folder in folders.items()}
    return places | {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}


@pytest.fixture(autouse=True)
def at_home(person: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, place in person.items():
        monkeypatch.setenv(name, place)


def _tried(bare: BareSystem, environment: dict[str, str], **variables: str) -> dict[str, Any]:
    done = bare.run(PROGRAM, "--self-test", **(session(environment) | variables))
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _open(bare: BareSystem, desktop: Desktop) -> App:
    return App(desktop, bare.command(PROGRAM, **session(desktop.environment)), {})


def _files(folder: str) -> dict[str, str]:
    """Every file below a folder with its hash; what only a running program holds is left out."""
    found = [path for path in Path(folder).rglob("*") if path.is_file() and "run" not in path.relative_to(folder).parts]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_the_package_has_what_a_desktop_looks_for(packages: dict[str, Path]) -> None:
    listed = subprocess.run(["dpkg-deb", "-c", packages[OLDER]], capture_output=True, text=True, check=True).stdout
    name = "io.github.imagegen_desktop.ImagegenDesktop"
    sizes = (16, 22, 24, 32, 48, 64, 128, 256, 512)
    wanted = [f"icons/hicolor/{size}x{size}/apps/{name}.png" for size in sizes] + [
        f"icons/hicolor/scalable/apps/{name}.svg",
        f"applications/{name}.desktop",
        f"metainfo/{name}.metainfo.xml",
        "man/man1/imagegen-desktop.1.gz",
        "doc/imagegen-desktop/copyright",
        "doc/imagegen-desktop/changelog.gz",
    ]
    assert [place for place in wanted if f"./usr/share/{place}\n" not in listed] == []
    assert "./usr/bin/imagegen-desktop -> ../lib/imagegen-desktop/imagegen-desktop" in listed
    assert "resources/licenses/third-party.txt" in listed


def test_it_tries_itself_without_a_display_and_says_that_there_is_no_keychain(bare: BareSystem) -> None:
    told = _tried(bare, dict(os.environ), QT_QPA_PLATFORM="offscreen")
    assert told["platform"] == "offscreen"
    assert told["saved"]
    assert set(told["parts"].values()) == {"works"}
    assert told["keychain"] == "This computer has no keychain that can be used"


def test_it_tries_itself_in_a_real_window_and_the_desktops_keyring_keeps_what_it_is_given(bare: BareSystem) -> None:
    with Desktop(keyring=True) as desktop:
        told = _tried(bare, desktop.environment)
    assert told["platform"] == "xcb"
    assert told["window_shown"]
    assert told["found_again"]
    assert told["keychain"] == "this desktop's keyring (Secret Service)"
    assert told["keychain_keeps"] == "works"


def test_a_person_with_a_screen_reader_makes_a_picture_and_stores_a_key(
    bare: BareSystem, person: dict[str, str]
) -> None:
    with StandIn() as standin, Desktop(keyring=True) as desktop, _open(bare, desktop) as app:
        app.sees("Make your first picture", "label")
        app.finds_every_control_named()
        app.presses("Settings", "push button")
        app.types("Base URL", standin.base_url)
        app.writes("Key", standin.key)
        app.presses("Save and test")
        app.sees("Key accepted*")
        app.sees("In this desktop's keyring*")
        app.presses("Back")
        app.writes("Prompt", PROMPT)
        app.presses("Generate 1")
        app.sees(f"Picture: {PROMPT}")
        app.closes_the_window()
        (picture,) = Path(person["XDG_PICTURES_DIR"]).rglob("*.png")
        assert picture.read_bytes() == standin.images[0]
        assert "deng-tai" in picture.name


def test_an_upgrade_leaves_library_settings_and_keys(
    bare: BareSystem, packages: dict[str, Path], person: dict[str, str]
) -> None:
    before = _files(person["HOME"])
    said = bare.install(packages[NEWER])
    assert f"({NEWER}) over ({OLDER})" in said
    assert _files(person["HOME"]) == before
    with Desktop(keyring=True) as desktop, _open(bare, desktop) as app:
        app.sees(f"Image 1 of 1: {PROMPT}*", "list item", state="selected")
        app.presses("Settings", "push button")
        app.sees("In this desktop's keyring*")
        app.closes_the_window()


def test_a_library_of_a_newer_version_is_refused_in_words_and_left_as_it_is(
    bare: BareSystem, person: dict[str, str]
) -> None:
    library = Path(person["XDG_PICTURES_DIR"]) / "Imagegen"
    mark = library / ".imagegen" / "library.json"
    ours = mark.read_bytes()
    newer = json.loads(ours)
    mark.write_text(json.dumps(newer | {"format": newer["format"] + 1}), encoding="utf-8")
    before = _files(str(library))
    with Desktop(keyring=True) as desktop, _open(bare, desktop) as app:
        app.sees("This library was made by a newer version", "label")
        app.closes_the_window()
    assert _files(str(library)) == before
    mark.write_bytes(ours)


def test_removing_it_leaves_library_settings_and_keys(bare: BareSystem, person: dict[str, str]) -> None:
    before = _files(person["HOME"])
    bare.remove(PROGRAM)
    assert _files(person["HOME"]) == before
    assert any(name.endswith(".keyring") for name in before)
    assert any(name.endswith("settings.json") for name in before)
    left = bare.run("find", "/usr", "/opt", "/etc", "/var/lib", "-iname", "*imagegen*")
    assert [line for line in left.stdout.splitlines() if "/dpkg/" not in line] == []
