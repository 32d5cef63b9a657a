"""The command `library`: search, show, tag, import, export, verify and rebuild without a window."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, assert_never

from imagegen_desktop.cli.command_line import EXIT_CANCELLED, EXIT_FAILED, EXIT_OK, EXIT_PARTLY, EXIT_USAGE
from imagegen_desktop.cli.interrupt import cancelled_by_interrupt
from imagegen_desktop.cli.library_desk import LibraryDesk
from imagegen_desktop.cli.library_export import export
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.organising import add_tag, remove_tag, tag_name
from imagegen_desktop.core.places import Place
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.studio.import_steps import Duplicate, Found, HashesFollowed, Imported, Progress, Refused, Way
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.studio.upkeep import Upkeep
from imagegen_desktop.studio.upkeep_steps import (
    Altered,
    FoundAgain,
    Hashed,
    Missing,
    Rebuilt,
    TornRecord,
    Unknown,
    UpkeepProgress,
    Verified,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.import_steps import ImportStep
    from imagegen_desktop.studio.upkeep_steps import UpkeepStep

WAYS = {"copy": Way.COPY, "move": Way.MOVE, "in-place": Way.IN_PLACE}


def library(arguments: argparse.Namespace, *, out: TextIO, err: TextIO) -> int:
    """Run the command `library`. Paths or JSON go to `out`, all else to `err`; returns the exit code."""
    folders = Folders.of_this_user()
    settings = SettingsFile(folders).load()
    actions: dict[str, Callable[[LibraryDesk], int]] = {
        "search": _search,
        "show": _show,
        "tag": _tag,
        "import": _import,
        "export": export,
        "verify": _verify,
        "rebuild": _rebuild,
    }
    try:
        with cancelled_by_interrupt() as cancel:
            opened = open_library(folders.library(arguments.library or settings.library), folders.data)
            code = actions[arguments.action](LibraryDesk(opened, arguments, cancel, out, err))
            return EXIT_CANCELLED if cancel.cancelled else code
    except ImagegenError as error:
        print(f"{error.title}. {error.advice}", file=err)
        return EXIT_FAILED


def _search(desk: LibraryDesk) -> int:
    place = Place.TRASH if desk.arguments.trash else Place.ALL
    states = desk.chosen(place, desk.arguments.limit)
    if desk.arguments.json:
        desk.print_json(desk.facts(states))
    else:
        for state in states:
            print(desk.library.path_of(state), file=desk.out)
    if not states:
        desk.tell("Nothing was found.")
    return EXIT_OK


def _show(desk: LibraryDesk) -> int:
    facts = desk.facts(desk.chosen())
    if desk.arguments.json:
        desk.print_json(facts)
        return EXIT_OK
    for one in facts:
        for name, value in one.items():
            if value not in (None, "", [], False):
                words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                print(f"{name:<16} {words}", file=desk.out)
        print(file=desk.out)
    if not facts:
        desk.tell("Nothing was found.")
    return EXIT_OK


def _tag(desk: LibraryDesk) -> int:
    tag = tag_name(desk.arguments.tag)
    if not tag:
        desk.tell("imagegen-desktop library tag: a tag needs a letter or a digit")
        return EXIT_USAGE
    if not desk.arguments.words:
        desk.tell("imagegen-desktop library tag: say which images: a search or ids")
        return EXIT_USAGE
    wanted = remove_tag if desk.arguments.remove else add_tag
    changed = desk.library.apply(wanted(desk.chosen(), tag)).states
    if desk.arguments.json:
        desk.print_json({"tag": tag, "changed": [state.id for state in changed]})
    else:
        desk.tell(f"{len(changed)} changed.")
    return EXIT_OK


class _Taken:
    """What one import told."""

    def __init__(self, desk: LibraryDesk) -> None:
        self._desk = desk
        self.states: list[ImageState] = []
        self.skipped: list[Duplicate] = []
        self.refused: list[Refused] = []

    def note(self, step: ImportStep) -> None:
        match step:
            case Imported(states):
                self.states += states
                if not self._desk.arguments.json:
                    for state in states:
                        print(self._desk.library.path_of(state), file=self._desk.out)
            case Duplicate():
                self.skipped.append(step)
                self._desk.tell(f"In the library already: {step.path}")
            case Refused():
                self.refused.append(step)
                self._desk.tell(f"Not taken in: {step.path}: {step.reason}")
            case Found(count):
                self._desk.tell(f"{count} files.")
            case Progress() | HashesFollowed():
                self._desk.tell(f"{step.done} of {step.of}")
            case _:
                assert_never(step)

    def facts(self) -> dict[str, object]:
        return {
            "imported": self._desk.facts(self.states),
            "duplicates": [{"file": str(one.path), "of": one.of} for one in self.skipped],
            "refused": [{"file": str(one.path), "reason": one.reason} for one in self.refused],
        }


def _import(desk: LibraryDesk) -> int:
    taken = _Taken(desk)
    paths = [Path(path).absolute() for path in desk.arguments.paths]
    for step in Importing(desk.library).files(paths, WAYS[desk.arguments.way], desk.cancel):
        taken.note(step)
    if desk.arguments.json:
        desk.print_json(taken.facts())
    if not taken.refused:
        return EXIT_OK
    return EXIT_PARTLY if taken.states or taken.skipped else EXIT_FAILED


def _verify(desk: LibraryDesk) -> int:
    report: dict[str, Any] = {
        "sound": None,
        "missing": [],
        "changed": [],
        "found_again": [],
        "unknown": [],
        "records": [],
    }
    ended: Verified | None = None
    for step in Upkeep(desk.library).verify(desk.cancel):
        _note(step, report, desk)
        if isinstance(step, Verified):
            ended = step
            report["sound"] = step.sound
    if desk.arguments.json:
        desk.print_json(report)
    elif ended is not None:
        print(
            f"{ended.sound} as they came, {ended.missing} missing, {ended.altered} changed, "
            f"{ended.found_again} found again, {ended.unknown} unknown files",
            file=desk.out,
        )
    return EXIT_FAILED if ended is None or ended.missing or ended.altered or ended.torn else EXIT_OK


def _note(step: UpkeepStep, report: dict[str, Any], desk: LibraryDesk) -> None:
    match step:
        case UpkeepProgress(done, of):
            desk.tell(f"{done} of {of}")
        case Missing(state):
            path = str(desk.library.path_of(state))
            report["missing"].append({"id": state.id, "file": path})
            desk.tell(f"Missing: {path}")
        case Altered(state, path, reason):
            report["changed"].append({"id": state.id, "file": str(path), "reason": reason})
            desk.tell(f"Changed: {path}: {reason}")
        case FoundAgain(state, path):
            report["found_again"].append({"id": state.id, "file": str(path)})
            desk.tell(f"Found again: {path}")
        case Unknown(paths):
            report["unknown"] += [str(path) for path in paths]
            for path in paths:
                desk.tell(f"Not in the library: {path}")
        case TornRecord(path, mended):
            report["records"].append({"file": str(path), "mended": mended})
            desk.tell(f"{'Mended' if mended else 'This record can not be read'}: {path}")
        case Hashed() | Verified() | Rebuilt():
            pass
        case _:
            assert_never(step)


def _rebuild(desk: LibraryDesk) -> int:
    for step in Upkeep(desk.library).rebuild(desk.cancel):
        if isinstance(step, Rebuilt):
            if desk.arguments.json:
                desk.print_json({"images": step.images})
            else:
                print(f"{step.images} images", file=desk.out)
    return EXIT_OK
