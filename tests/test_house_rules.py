"""The habits of the house, read from its source: sizes, names, first sentences, and calls that are never made."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}
# What people call the program that shows their folders.
FILE_MANAGER = {"file_manager", "FileManager"}
WINDOWS_HOLDS_FILES = ROOT / "imagegen_desktop" / "storage" / "files.py"
DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
CHANGING = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "discard", "clear"}
DIALOGS = {"QMessageBox", "QInputDialog", "QProgressDialog", "QErrorMessage"}
TOP_LEVEL = {"imagegen_desktop", "resources", "tests", "docs", "pyproject.toml", "build.spec", "dev.py", "LICENSE"}
# Written in pieces, so that this file does not hold what it looks for.
TRACES = (
    r"/(?:root|work|home/\w+|opt/pypi\w*)" + r"/[\w.]",
    r"\.pyenv" + r"/versions",
    r"(?:extra-)?index-url[ =]+\S*:" + r"//",
    r"://[\w.-]*(?:pypi|pythonhosted|artifactory|nexus|mirror)" + r"[\w.-]*/",
)


def _sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


PRODUCT = _sources("imagegen_desktop")
OURS = [*PRODUCT, ROOT / "dev.py", *_sources("tests")]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _place(path: Path, node: ast.AST | None = None) -> str:
    line = getattr(node, "lineno", 1)
    return f"{path.relative_to(ROOT)}:{line}"


def _nodes(paths: list[Path]) -> Iterator[tuple[Path, ast.AST]]:
    for path in paths:
        for node in ast.walk(_tree(path)):
            yield path, node


def _calls(paths: list[Path]) -> Iterator[tuple[Path, ast.Call, str]]:
    """(file, call, the called name without what stands before its last dot)."""
    for path, node in _nodes(paths):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
            yield path, node, name


def _expect_none(odd: list[str]) -> None:
    assert not odd, "\n" + "\n".join(odd)


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = [f"{_place(path)} {count}" for path in OURS if (count := _lines(path)) > LINES_OF_A_FILE]
    _expect_none(long)


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{_place(path, node)} {node.name}"
        for path, node in _nodes(OURS)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    _expect_none(long)


def test_every_module_opens_with_a_sentence() -> None:
    odd = [
        _place(path)
        for path in OURS
        if (path.name != "__init__.py" or path in PRODUCT or path.read_text(encoding="utf-8").strip())
        and not re.match(r"[A-Z].{9,}\.$", (ast.get_docstring(_tree(path)) or "").split("\n\n")[0], re.DOTALL)
    ]
    _expect_none(odd)


def test_nothing_is_called_a_drawer() -> None:
    modules = [
        _place(path)
        for path in OURS
        for part in path.relative_to(ROOT).with_suffix("").parts
        if DRAWERS & set(part.lower().split("_")) and part not in FILE_MANAGER
    ]
    classes = [
        f"{_place(path, node)} {node.name}"
        for path, node in _nodes(OURS)
        if isinstance(node, ast.ClassDef)
        and DRAWERS & {word.lower() for word in re.findall("[A-Z][a-z]*", node.name)}
        and node.name not in FILE_MANAGER
    ]
    _expect_none(modules + classes)


def test_no_state_is_kept_in_a_module() -> None:
    """A list, dict or set at a module's top is a constant in capitals, and nobody in the module changes it."""
    odd: list[str] = []
    for path in PRODUCT:
        top = {name: node for node in _tree(path).body for name in _assigned(node)}
        odd += [
            f"{_place(path, node)} {name}"
            for name, node in top.items()
            if isinstance(node.value, DISPLAYS) and not (name.isupper() or name == "__all__")
        ]
        odd += [
            f"{_place(path, node)} {name}" for node in ast.walk(_tree(path)) for name in _changed(node) if name in top
        ]
    odd += [f"{_place(path, node)} global" for path, node in _nodes(PRODUCT) if isinstance(node, ast.Global)]
    _expect_none(odd)


def _assigned(node: ast.stmt) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id


def _changed(node: ast.AST) -> Iterator[str]:
    """The plain names of which an item is set or deleted, or on which a changing method is called."""
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store | ast.Del)
        and isinstance(node.value, ast.Name)
    ):
        yield node.value.id
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id.isupper():
            yield owner.id


def test_nobody_turns_the_event_loop_by_hand() -> None:
    _expect_none([_place(path, call) for path, call, name in _calls(OURS) if name == "processEvents"])


def test_nobody_sleeps() -> None:
    """Waiting is for an event with a time limit. Benchmarks may, and the stand-in server, which plays a slow one.

    The one sleep in the product is for Windows, where another program may hold a file for a moment and nothing tells
    when it lets go.
    """
    awake = [path for path in OURS if not {"benchmarks", "standin"} & set(path.parts) and path != WINDOWS_HOLDS_FILES]
    _expect_none([_place(path, call) for path, call, name in _calls(awake) if name in {"sleep", "msleep", "usleep"}])


def test_no_label_guesses_whether_its_text_is_markup() -> None:
    ui = [path for path in PRODUCT if path != ROOT / "imagegen_desktop" / "ui" / "text.py"]
    made = [_place(path, call) for path, call, name in _calls(ui) if name == "QLabel"]
    derived = [
        _place(path, node)
        for path, node in _nodes(ui)
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "QLabel" for base in node.bases)
    ]
    _expect_none(made + derived)


def test_no_tooltip_shows_outside_text_as_markup() -> None:
    """A literal, also translated, is ours; anything else goes through plain_tooltip."""
    odd = [
        _place(path, call)
        for path, call, name in _calls(PRODUCT)
        if name == "setToolTip" and not _is_ours(call.args[0])
    ]
    _expect_none(odd)


def _is_ours(text: ast.expr) -> bool:
    if isinstance(text, ast.IfExp):
        return _is_ours(text.body) and _is_ours(text.orelse)
    if isinstance(text, ast.Call):
        name = getattr(text.func, "attr", "") or getattr(text.func, "id", "")
        return name == "plain_tooltip" or (name in {"tr", "translate"} and all(map(_is_ours, text.args)))
    return isinstance(text, ast.Constant)


def test_no_modal_dialog_stands_in_the_way() -> None:
    _expect_none([_place(path, call) for path, call, name in _calls(PRODUCT) if name in DIALOGS])


def test_nothing_catches_all_exceptions_but_the_borders_of_threads() -> None:
    """Where a thread ends, all that was raised is handed on. Cleaning up and raising again is no catching."""
    borders = {"imagegen_desktop/workers/runner.py", "imagegen_desktop/storage/keychain/limited.py"}
    odd = [
        _place(path, node)
        for path, node in _nodes(PRODUCT)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
        and path.relative_to(ROOT).as_posix() not in borders
    ]
    _expect_none(odd)


def test_every_exemption_from_a_rule_has_a_reason() -> None:
    odd: list[str] = []
    for path in OURS:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for mark in re.finditer(r"#\s*(?:noqa|pyright:\s*\w+|type:\s*ignore)", line):
                exemption = line[mark.start() :]
                if not re.match(r"# (?:noqa: [A-Z0-9, ]+|pyright: ignore\[[\w, ]+\]) +(?:# )?\(\w.+\)", exemption):
                    odd.append(f"{path.relative_to(ROOT)}:{number} {exemption}")
    _expect_none(odd)


def test_no_two_test_modules_share_a_name() -> None:
    """Pytest imports them by their bare names."""
    names = Counter(path.name for path in _sources("tests") if path.name.startswith("test_"))
    _expect_none([name for name, count in names.items() if count > 1])


def test_no_file_names_a_machine_or_a_registry() -> None:
    traces = re.compile("|".join(TRACES))
    odd: list[str] = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        odd += [f"{path.relative_to(ROOT)}: {found.group()}" for found in traces.finditer(text)]
    _expect_none(odd)


def test_the_top_level_holds_only_what_it_should() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in _tracked()}
    _expect_none([name for name in sorted(names - TOP_LEVEL) if not name.startswith(".") and not name.endswith(".md")])


def _tracked() -> list[Path]:
    """All files that belong to the project; where there is no git, all that a fresh checkout would hold."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        folders = [ROOT / name for name in sorted(TOP_LEVEL)]
        files = [file for folder in folders for file in ([folder] if folder.is_file() else folder.rglob("*"))]
        return [file for file in files if file.is_file() and "__pycache__" not in file.parts]
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
