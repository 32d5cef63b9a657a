"""The same core without a window: the command line, its progress and its exit codes."""

from __future__ import annotations

import argparse
import json
import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO, assert_never

from imagegen_desktop import __version__
from imagegen_desktop.core.addresses import AddressFault, fault_of
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.errors import CancelledError, ChargeState, ImagegenError, StorageError
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.models import Maker, ModelCatalogue
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, Endpoint, EnhanceRequest, GenerationRequest
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Settings
from imagegen_desktop.core.steps import Enhanced, Enhancing, Finished, Lost, Preview, Saved, Sent, Step
from imagegen_desktop.providers.proxies import with_system_proxies
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.instances import Instances
from imagegen_desktop.storage.keychain import credentials_of_this_user
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.model_data import load_models
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from imagegen_desktop.studio.makers import Makers

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTLY = 3
EXIT_CANCELLED = 130

EPILOG = """exit codes: 0 every picture was saved; 1 none was, and the sentence on stderr says why; 2 wrong arguments;
3 some of several were saved; 130 cancelled with Ctrl+C"""


def parser() -> argparse.ArgumentParser:
    """The whole command line. Without a command the window opens."""
    top = argparse.ArgumentParser(
        prog="imagegen-desktop", description="Make AI images with your own API key, and keep them."
    )
    top.add_argument("--version", action="version", version=f"Imagegen Desktop {__version__}")
    top.add_argument("--prompt", metavar="WORDS", help="open the window and generate this at once")
    top.add_argument("--library", metavar="DIR", help="use this library folder instead of the one in the settings")
    top.add_argument(
        "--self-test", action="store_true", help="open the window, make and find a sample, print JSON, end"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    generate = commands.add_parser(
        "generate",
        help="make pictures without a window",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    generate.add_argument("prompt", help="what the pictures show")
    generate.add_argument("--enhance", action="store_true", help="have the text model find better words first")
    generate.add_argument("--model", default="", help="the image model's id")
    generate.add_argument("--size", default="", help='such as 1024x1024, or "auto"')
    generate.add_argument("--quality", default="", help="such as low, medium or high")
    generate.add_argument("--count", type=int, default=1, help="how many pictures")
    generate.add_argument("--seed", type=int, help="for models that have seeds: the same seed gives the same picture")
    generate.add_argument("--endpoint", metavar="URL", help="the base URL of an OpenAI-compatible service")
    generate.add_argument("--library", metavar="DIR", default=argparse.SUPPRESS, help="save to this library folder")
    generate.add_argument("--json", action="store_true", help="print one JSON object instead of the paths")
    return top


def generate(arguments: argparse.Namespace, *, out: TextIO, err: TextIO) -> int:
    """Run the command `generate`. Paths or one JSON object go to `out`, all else to `err`; returns the exit code."""
    session = _Session.open()
    try:
        request = session.request(arguments, err)
    except ValueError as error:
        print(f"imagegen-desktop generate: {error}", file=err)
        return EXIT_USAGE
    report = _Report()
    try:
        studio, folder = session.studio(arguments.library)
        with _cancelled_by_interrupt() as cancel:
            for step in studio.generate(request, cancel):
                _tell(step, request, folder, err)
                report = report.with_step(step)
    except ImagegenError as error:
        _tell_error(error, err)
        report = replace(report, error=error)
    _print_report(report, request, folder=session.folder(arguments.library), as_json=arguments.json, out=out)
    return report.exit_code


@dataclass(frozen=True, slots=True)
class _Session:
    """The parts that one command needs."""

    folders: Folders
    settings: Settings
    catalogue: ModelCatalogue
    makers: Makers
    ledger: Ledger
    spools: Spools
    instances: Instances

    @classmethod
    def open(cls) -> _Session:
        folders = Folders.of_this_user()
        catalogue = load_models(resources_folder())
        instances = Instances(folders.data / "running")
        ledger = Ledger(folders.data / "ledger.sqlite", owner=instances.own)
        spools = Spools(folders.data / "spool", ledger)
        credentials = credentials_of_this_user(os.environ)
        makers = Makers(catalogue, credentials, with_system_proxies(os.environ), spools.sink)
        settings = SettingsFile(folders).load()
        return cls(folders, settings, catalogue, makers, ledger, spools, instances)

    def folder(self, chosen: str | None) -> Path:
        return self.folders.library(chosen or self.settings.library)

    def studio(self, chosen: str | None) -> tuple[Studio, Path]:
        library = open_library(self.folder(chosen), self.folders.data)
        data = self.folders.data
        studio = Studio(
            library,
            ledger=self.ledger,
            outbox=Outbox(data / "outbox.sqlite"),
            spools=self.spools,
            catalogue=self.catalogue,
            connect=self.makers.connect,
        )
        return studio, library.folder.path

    def request(self, arguments: argparse.Namespace, err: TextIO) -> GenerationRequest:
        """Raises ValueError with a sentence where the arguments can't be."""
        fault = fault_of(arguments.endpoint) if arguments.endpoint else None
        if fault is not None:
            raise ValueError(_fault_words(fault))
        endpoint = self._endpoint(arguments.endpoint, err)
        default = "sample" if endpoint.is_sample else self.settings.image_model or self.catalogue.default_image_model
        spec = self.catalogue.image_model("sample" if endpoint.is_sample else arguments.model or default)
        if not arguments.prompt.strip():
            raise ValueError("the prompt is empty: write what you want to see")
        if not 1 <= arguments.count <= spec.max_count:
            raise ValueError(f"{spec.label} makes 1 to {spec.max_count} pictures at a time, not {arguments.count}")
        if arguments.quality and arguments.quality not in spec.qualities:
            raise ValueError(
                f"{spec.label} has no quality {arguments.quality!r}; it has: {', '.join(spec.qualities) or 'none'}"
            )
        return GenerationRequest(
            id=new_id(),
            created=datetime.now(UTC),
            prompt=arguments.prompt,
            endpoint=endpoint,
            model=spec.id,
            size=arguments.size or spec.default_size,
            quality=arguments.quality or spec.default_quality,
            count=arguments.count,
            seed=arguments.seed,
            timeout=self.settings.timeout,
            enhance=self._enhance(arguments, endpoint),
        )

    def _endpoint(self, url: str | None, err: TextIO) -> Endpoint:
        if url:
            return Endpoint(maker=Maker.OPENAI, base_url=url)
        endpoint = self.makers.usable_endpoint(self.settings)
        if endpoint is None:
            print("No API key and no --endpoint: the sample engine draws this on your computer, free.", file=err)
            return SAMPLE_ENDPOINT
        return endpoint

    def _enhance(self, arguments: argparse.Namespace, endpoint: Endpoint) -> EnhanceRequest | None:
        if not arguments.enhance:
            return None
        chosen = self.settings.text_model or self.catalogue.default_text_model
        spec = self.catalogue.text_model("sample" if endpoint.is_sample else chosen)
        return EnhanceRequest(
            prompt=arguments.prompt,
            model=spec.id,
            instruction=self.settings.instruction,
            endpoint=endpoint,
            effort=spec.effort,
        )


@dataclass(frozen=True, slots=True)
class _Report:
    """What came of the command."""

    saved: tuple[ImageState, ...] = ()
    finished: Finished | None = None
    error: ImagegenError | None = None

    def with_step(self, step: Step) -> _Report:
        match step:
            case Saved(state):
                return replace(self, saved=(*self.saved, state))
            case Finished():
                return replace(self, finished=step)
            case _:
                return self

    @property
    def charge(self) -> ChargeState | None:
        if self.finished:
            return self.finished.charge
        return self.error.charge if self.error else None

    @property
    def exit_code(self) -> int:
        if isinstance(self.error, CancelledError):
            return EXIT_CANCELLED
        if self.error or (self.finished and self.finished.lost):
            return EXIT_PARTLY if self.saved else EXIT_FAILED
        return EXIT_OK


def _tell(step: Step, request: GenerationRequest, folder: Path, err: TextIO) -> None:
    match step:
        case Enhancing(model):
            print(f"Enhancing the prompt with {model}...", file=err)
        case Enhanced(prompt):
            print(f"Enhanced prompt: {prompt}", file=err)
        case Sent():
            where = "Drawing on this computer" if request.endpoint.is_sample else f"Sent to {request.endpoint.base_url}"
            print(f"{where}...", file=err)
        case Preview(position, number):
            print(f"Preview {number + 1} of picture {position + 1} of {request.count}", file=err)
        case Lost():
            _tell_error(step.error, err)
        case Saved(state):
            print(
                f"Saved picture {state.record.position + 1} of {request.count}: {folder / state.record.file}", file=err
            )
        case Finished():
            print(f"Done in {step.elapsed:.1f} s: {step.saved} saved, {_charge_words(step.charge)}.", file=err)
        case _:
            assert_never(step)


def _charge_words(charge: ChargeState) -> str:
    match charge:
        case ChargeState.FREE:
            return "nothing was charged"
        case ChargeState.PAID:
            return "charged by the service"
        case ChargeState.UNKNOWN:
            return "it may have been charged"
        case _:
            assert_never(charge)


def _fault_words(fault: AddressFault) -> str:
    match fault:
        case AddressFault.NO_SCHEME:
            return "the endpoint's address starts with https:// or http://"
        case AddressFault.NO_HOST:
            return "the endpoint's address names no host"
        case AddressFault.HOLDS_PASSWORD:
            return "an endpoint's address must not hold a password: it stands in every record"
        case _:
            assert_never(fault)


def _tell_error(error: ImagegenError, err: TextIO) -> None:
    charge = f" ({_charge_words(error.charge)})" if error.charge else ""
    print(f"{error.title}{charge}. {error.advice}", file=err)
    if isinstance(error, StorageError) and error.details:
        # Which file, and what the system said of it.
        print(error.details, file=err)
    if error.link:
        print(error.link, file=err)


def _print_report(report: _Report, request: GenerationRequest, *, folder: Path, as_json: bool, out: TextIO) -> None:
    if not as_json:
        for state in report.saved:
            print(folder / state.record.file, file=out)
        return
    error = report.error
    images = [
        {
            "path": str(folder / state.record.file),
            "id": state.id,
            "width": state.record.got.width,
            "height": state.record.got.height,
            "sha256": state.record.sha256,
            "revised_prompt": state.record.revised_prompt,
            "seed": state.record.seed,
        }
        for state in report.saved
    ]
    told = {
        "job": request.id,
        "engine": "sample" if request.endpoint.is_sample else request.endpoint.base_url,
        "model": request.model,
        "prompt": request.prompt,
        "enhanced_prompt": report.saved[0].record.enhanced_prompt if report.saved else None,
        "images": images,
        "charge": report.charge,
        "elapsed": report.finished.elapsed if report.finished else None,
        "error": {"title": error.title, "advice": error.advice} if error else None,
    }
    print(json.dumps(told, ensure_ascii=False, indent=2), file=out)


@contextmanager
def _cancelled_by_interrupt() -> Generator[CancelToken]:
    """Ctrl+C cancels the job, so that the ledger hears of it, instead of tearing the process down."""
    token = CancelToken()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: token.cancel())
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, before)
