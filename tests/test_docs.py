"""The documents say what the program has: each command, option and key stands in them."""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Written as code, so that an option is not found within another's name or in a sentence.
CODE = " ".join(re.findall(r"`([^`]+)`", README)) + " ".join(re.findall(r"^    .+$", README, re.MULTILINE))
KEYS = re.compile(r"(?:(?:Ctrl|Shift|Alt)\+)+\S+|F\d+")


def _parsers(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                yield from _parsers(inner, f"{name} {word}".strip())


PARSERS = dict(_parsers(cli.parser()))


@pytest.mark.parametrize("name", [name for name in PARSERS if name])
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert re.search(rf"\b{re.escape(name.rsplit(maxsplit=1)[-1])}\b", CODE), name


def _options() -> list[tuple[str, str]]:
    return [
        (name, option)
        for name, parser in PARSERS.items()
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help" and action.help != argparse.SUPPRESS
    ]


@pytest.mark.parametrize(("name", "option"), _options())
def test_every_option_stands_in_the_readme(name: str, option: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", CODE), f"{name} {option}"


def _key_sequences() -> set[str]:
    found: set[str] = set()
    for file in (ROOT / "imagegen_desktop").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEYS.fullmatch(node.value):
                found.add(node.value)
    return found


def test_there_are_keys_to_look_for() -> None:
    assert len(_key_sequences()) > 5


@pytest.mark.parametrize("keys", sorted(_key_sequences()))
def test_every_key_sequence_stands_in_the_readme(keys: str) -> None:
    assert keys in re.findall(r"`([^`]+)`", README)


def test_every_document_that_the_readme_names_is_there() -> None:
    names = re.findall(r"\]\(([\w/.-]+)\)", README)
    assert "docs/endpoints.md" in names
    assert [name for name in names if not (ROOT / name).exists()] == []
