"""The command `library export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from imagegen_desktop.cli.command_line import EXIT_FAILED, EXIT_OK, EXIT_PARTLY, EXIT_USAGE
from imagegen_desktop.core.exporting import Container, CopyFormat, ExportChoice, Metadata, fault_in
from imagegen_desktop.studio.export_steps import ExportDone, Exported, ExportProgress, NotExported
from imagegen_desktop.studio.exporting import Exporting

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from imagegen_desktop.cli.library_desk import LibraryDesk
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.export_steps import ExportStep


def export(desk: LibraryDesk) -> int:
    arguments = desk.arguments
    try:
        choice = _choice(arguments)
    except ValueError as error:
        desk.tell(f"imagegen-desktop library export: {error}")
        return EXIT_USAGE
    states, exporting = desk.chosen(), Exporting(desk.library)
    told = _Told(desk, choice)
    for step in exporting.export(states, choice, Path(arguments.to).absolute(), desk.cancel):
        told.note(step)
    _export_beside(desk, exporting, states)
    told.print_end()
    if told.failed:
        return EXIT_PARTLY if told.copies else EXIT_FAILED
    return EXIT_OK


class _Told:
    """What one export told."""

    def __init__(self, desk: LibraryDesk, choice: ExportChoice) -> None:
        self._desk = desk
        self._in_zip = choice.container is Container.ZIP
        self.copies: list[Exported] = []
        self.failed: list[NotExported] = []
        self.place: Path | None = None

    def note(self, step: ExportStep) -> None:
        match step:
            case Exported():
                self.copies.append(step)
                if not self._desk.arguments.json and not self._in_zip:
                    print(step.path, file=self._desk.out)
            case NotExported():
                self.failed.append(step)
                self._desk.tell(f"No copy of {step.state.id}: {step.reason}")
            case ExportProgress(done, of):
                self._desk.tell(f"{done} of {of}")
            case ExportDone():
                self.place = step.place
            case _:
                assert_never(step)

    def print_end(self) -> None:
        if self._desk.arguments.json:
            copies = [{"id": one.state.id, "file": str(one.path)} for one in self.copies]
            failed = [{"id": one.state.id, "reason": one.reason} for one in self.failed]
            place = None if self.place is None else str(self.place)
            self._desk.print_json({"place": place, "copies": copies, "failed": failed})
        elif self._in_zip and self.place is not None:
            print(self.place, file=self._desk.out)


def _export_beside(desk: LibraryDesk, exporting: Exporting, states: Sequence[ImageState]) -> None:
    """The contact sheet and the records, where they are wanted."""
    works: list[Iterator[ExportStep]] = []
    words = " ".join(desk.arguments.words) or "Imagegen Desktop"
    if desk.arguments.contact_sheet:
        file = Path(desk.arguments.contact_sheet).absolute()
        works.append(exporting.contact_sheet(states, words, file, desk.cancel))
    if desk.arguments.records:
        works.append(exporting.records(states, Path(desk.arguments.records).absolute(), desk.cancel))
    for work in works:
        for step in work:
            if isinstance(step, ExportDone):
                desk.tell(f"Written: {step.place}")


def _choice(arguments: argparse.Namespace) -> ExportChoice:
    """Raises ValueError with a sentence."""
    changed = arguments.format is not None or arguments.longest_edge is not None
    told = Metadata(arguments.metadata) if arguments.metadata else None
    choice = ExportChoice(
        metadata=told or (Metadata.NONE if changed else Metadata.ORIGINAL),
        format=CopyFormat(arguments.format) if arguments.format else CopyFormat.KEEP,
        quality=arguments.quality,
        longest_edge=arguments.longest_edge,
        pattern=arguments.name,
        container=Container.ZIP if arguments.to.lower().endswith(".zip") else Container.FOLDER,
    )
    fault = fault_in(choice)
    if fault is not None:
        raise ValueError(fault.value.replace("_", " "))
    return choice
