"""A start of the window reads its own options alone; what else is typed is for the whole command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from imagegen_desktop.window_options import window_arguments


def test_a_start_with_nothing_typed_opens_the_usual_library() -> None:
    arguments = window_arguments([])
    assert arguments is not None
    assert (arguments.prompt, arguments.library, arguments.open, arguments.self_test) == (None, None, [], False)


def test_a_prompt_a_library_and_pictures_are_read() -> None:
    arguments = window_arguments(["--library", "/pictures", "--prompt", "generate a cat", "--open", "a.png", "b.png"])
    assert arguments is not None
    assert (arguments.prompt, arguments.library) == ("generate a cat", "/pictures")
    assert arguments.open == ["a.png", "b.png"]


@pytest.mark.parametrize(
    "typed",
    [["generate", "A cat"], ["--help"], ["--librery", "x"], ["--library"], ["--library", "x", "library", "show"]],
)
def test_commands_help_and_mistakes_are_left_to_the_whole_command_line(typed: list[str]) -> None:
    assert window_arguments(typed) is None


def test_the_windows_options_import_no_command() -> None:
    code = (
        "import sys; from imagegen_desktop.window_options import window_arguments; window_arguments(['--prompt', 'x']);"
        "print([name for name in sys.modules if name.startswith('imagegen_desktop.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "['imagegen_desktop.window_options']"
