"""The resources folder is found in a checkout, an installed wheel and a frozen build."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from imagegen_desktop.core.resources import resources_folder

ROOT = Path(__file__).parents[2]
ASK = "from imagegen_desktop.core.resources import resources_folder as f; print(f())"


def test_a_checkout_has_it_beside_the_package() -> None:
    assert resources_folder() == ROOT / "resources"


def test_a_wheel_carries_it_inside_the_package(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {ASK}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    found = Path(done.stdout.strip())
    assert found == installed / "imagegen_desktop" / "resources"
    assert sorted(path.name for path in found.iterdir()) == sorted(path.name for path in (ROOT / "resources").iterdir())


def test_a_frozen_build_has_it_where_it_was_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "resources"
    folder.mkdir()
    (folder / "models.json").write_text("{}")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources_folder() == folder


def test_a_broken_installation_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    with pytest.raises(FileNotFoundError, match="looked in"):
        resources_folder()
