"""Makes copies that leave the library: files in a folder, one zip, a contact sheet, a table of records."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import LibraryMissingError, StorageError
from imagegen_desktop.core.exporting import (
    Container,
    CopyFormat,
    ExportChoice,
    Metadata,
    fault_in,
    name_for,
    unused_name,
)
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import ImageFormat, Origin
from imagegen_desktop.imaging.copies.contact_sheet import Cell, ContactSheet
from imagegen_desktop.imaging.copies.inscription import Inscription
from imagegen_desktop.imaging.copies.making import Copy, Recipe, make_copy
from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors, sync_file, sync_folder, write_durably
from imagegen_desktop.studio.export_steps import ExportDone, Exported, ExportProgress, ExportStep, NotExported
from imagegen_desktop.studio.record_tables import records_csv, records_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.imaging.decode import DrawSvg
    from imagegen_desktop.storage.library import Library

_FORMATS: Final = {
    CopyFormat.KEEP: None,
    CopyFormat.PNG: ImageFormat.PNG,
    CopyFormat.JPEG: ImageFormat.JPEG,
    CopyFormat.WEBP: ImageFormat.WEBP,
}
# IPTC's list of digital source types, 2025: https://cv.iptc.org/newscodes/digitalsourcetype/
_SOURCE_TYPES: Final = {
    Origin.GENERATED: "trainedAlgorithmicMedia",
    Origin.PREVIEW: "trainedAlgorithmicMedia",
    Origin.SAMPLE: "algorithmicMedia",
}


class Exporting:
    """The use cases on one open library. Each raises StorageError and its family for the place where copies go.

    What one image is at fault of is a step, and the rest goes on. A cancel leaves whole copies, and no half of a zip.
    """

    def __init__(self, library: Library, *, draw_svg: DrawSvg | None = None) -> None:
        self._library = library
        self._draw_svg = draw_svg

    def copy_of(self, state: ImageState, choice: ExportChoice) -> Copy:
        """The bytes of one copy. Raises UndecodableError, StorageError."""
        data = self._library.read(state)
        if choice.keeps_bytes:
            return Copy(data, state.record.got.format)
        words = inscription_of(state) if choice.metadata is Metadata.FULL else None
        wanted = _FORMATS[choice.format]
        recipe = Recipe(format=wanted, longest_edge=choice.longest_edge, quality=choice.quality, words=words)
        return make_copy(data, recipe, self._draw_svg)

    def save_as(self, state: ImageState, choice: ExportChoice, file: Path, cancel: CancelToken) -> Iterator[ExportStep]:
        """One copy at `file`, whose ending tells the format where the choice keeps it; what stood there is replaced."""
        kind = state.record.got.format
        asked = _format_of(file) or kind
        if asked is not kind:
            words = Metadata.FULL if choice.keeps_bytes else choice.metadata
            choice = replace(choice, format=_as_asked(asked), metadata=words)
        if choice.format is CopyFormat.KEEP and asked is not kind:
            yield NotExported(state, f"A picture can't be turned into {asked.value.upper()}: choose another ending.")
            yield ExportDone(file, 0, 1)
            return
        if cancel.cancelled:
            return
        try:
            copy = self.copy_of(state, choice)
        except UndecodableError as error:
            yield NotExported(state, str(error))
            yield ExportDone(file, 0, 1)
            return
        with storage_errors():
            write_durably(file, copy.data)
        yield Exported(state, file)
        yield ExportDone(file, 1, 0)

    def export(
        self, states: Sequence[ImageState], choice: ExportChoice, place: Path, cancel: CancelToken
    ) -> Iterator[ExportStep]:
        """Copies of `states` into the folder `place`, or into a zip that stands at `place` when all are in it.

        No file is ever replaced: a name that is taken gets a number. Raises ValueError for a choice that can't be.
        """
        fault = fault_in(choice)
        if fault is not None:
            raise ValueError(fault.value)
        if choice.container is Container.ZIP:
            yield from self._zip(states, choice, place, cancel)
        else:
            yield from self._folder(states, choice, place, cancel)

    def contact_sheet(
        self, states: Sequence[ImageState], title: str, file: Path, cancel: CancelToken
    ) -> Iterator[ExportStep]:
        """A PDF, or a PNG for each page: the second one is named "<name> (2).png". What stood there is replaced."""
        sheet, failed = ContactSheet(title, len(states), self._draw_svg), 0
        for done, state in enumerate(states, 1):
            if cancel.cancelled:
                return
            record = state.record
            model = record.asked.model if record.asked else record.foreign
            caption = " · ".join(word for word in (model, f"{record.created.astimezone():%Y-%m-%d}") if word)
            data = None
            try:
                data = self._library.read(state)
            except LibraryMissingError:
                raise
            except StorageError as error:
                failed += 1
                yield NotExported(state, f"{error.title}. {error.advice}")
            sheet.place(Cell(data, state.title or record.prompt, caption))
            yield ExportProgress(done, len(states))
        with storage_errors():
            if file.suffix.lower() == ".pdf":
                write_durably(file, sheet.pdf())
            else:
                for number, page in enumerate(sheet.pngs(), 1):
                    name = file.name if number == 1 else f"{file.stem} ({number}){file.suffix}"
                    write_durably(file.with_name(name), page)
        yield ExportDone(file, len(states) - failed, failed)

    def records(self, states: Sequence[ImageState], file: Path, cancel: CancelToken) -> Iterator[ExportStep]:
        """All that is known of `states` as CSV, or as JSON where the name ends so. What stood there is replaced."""
        if cancel.cancelled:
            return
        albums = {album.id: album.name for album in self._library.index.shelf().albums}
        table = records_json if file.suffix.lower() == ".json" else records_csv
        with storage_errors():
            write_durably(file, table(states, albums))
        yield ExportDone(file, len(states), 0)

    # ---- own ----

    def _copies(
        self, states: Sequence[ImageState], choice: ExportChoice, taken: set[str], cancel: CancelToken
    ) -> Iterator[tuple[ImageState, str, bytes] | NotExported]:
        for number, state in enumerate(states, 1):
            if cancel.cancelled:
                return
            try:
                copy = self.copy_of(state, choice)
            except LibraryMissingError:
                raise
            except UndecodableError as error:
                yield NotExported(state, str(error))
                continue
            except StorageError as error:
                yield NotExported(state, f"{error.title}. {error.advice}")
                continue
            name = unused_name(name_for(choice.pattern, state, number), copy.format.value, taken)
            taken.add(name)
            yield state, name, copy.data

    def _folder(
        self, states: Sequence[ImageState], choice: ExportChoice, place: Path, cancel: CancelToken
    ) -> Iterator[ExportStep]:
        with storage_errors():
            place.mkdir(parents=True, exist_ok=True)
            taken = {file.name for file in place.iterdir()}
        copies = failed = 0
        for copy in self._copies(states, choice, taken, cancel):
            if isinstance(copy, NotExported):
                failed += 1
                yield copy
            else:
                state, name, data = copy
                with storage_errors():
                    write_durably(place / name, data)
                copies += 1
                yield Exported(state, place / name)
            yield ExportProgress(copies + failed, len(states))
        yield ExportDone(place, copies, failed)

    def _zip(
        self, states: Sequence[ImageState], choice: ExportChoice, place: Path, cancel: CancelToken
    ) -> Iterator[ExportStep]:
        with storage_errors():
            place.parent.mkdir(parents=True, exist_ok=True)
            others = [file.name for file in place.parent.iterdir()]
        place = place.with_name(unused_name(place.stem, "zip", others))
        temporary = place.parent / f"{TEMPORARY_PREFIX}{new_id()}"
        copies = failed = 0
        try:
            # Pictures are packed already: to pack them again would cost time and save nothing.
            with storage_errors(), temporary.open("xb") as stream, zipfile.ZipFile(stream, "w") as archive:
                for copy in self._copies(states, choice, set(), cancel):
                    if isinstance(copy, NotExported):
                        failed += 1
                        yield copy
                    else:
                        state, name, data = copy
                        moment = state.record.created.astimezone()
                        # A zip knows no year before 1980.
                        entry = zipfile.ZipInfo(name, (max(1980, moment.year), *moment.timetuple()[1:6]))
                        archive.writestr(entry, data)
                        copies += 1
                        yield Exported(state, Path(name))
                    yield ExportProgress(copies + failed, len(states))
                if cancel.cancelled:
                    return
                archive.close()
                stream.flush()
                sync_file(stream.fileno())
            with storage_errors():
                temporary.replace(place)
                sync_folder(place.parent)
        finally:
            temporary.unlink(missing_ok=True)
        yield ExportDone(place, copies, failed)


def inscription_of(state: ImageState) -> Inscription:
    """What a full copy tells of an image."""
    record = state.record
    return Inscription(
        prompt=record.revised_prompt or record.enhanced_prompt or record.prompt,
        typed=record.prompt,
        negative=record.negative_prompt,
        title=state.title,
        model=record.asked.model if record.asked else "",
        seed=record.seed,
        size=f"{record.got.width}x{record.got.height}",
        quality=record.asked.quality if record.asked else "",
        created=record.created,
        source_type=_SOURCE_TYPES.get(record.origin, record.source_type),
        told=record.settings,
        program=f"Imagegen Desktop {record.app_version}".strip(),
    )


def _as_asked(kind: ImageFormat) -> CopyFormat:
    """KEEP for a format that nothing is turned into."""
    return next((ours for ours, theirs in _FORMATS.items() if theirs is kind), CopyFormat.KEEP)


def _format_of(file: Path) -> ImageFormat | None:
    ending = {"jpeg": "jpg"}.get(file.suffix[1:].lower(), file.suffix[1:].lower())
    return next((kind for kind in ImageFormat if kind.value == ending), None)
