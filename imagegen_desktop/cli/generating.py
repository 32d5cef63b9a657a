"""The command `generate`: its progress, its report and its exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO, assert_never

from imagegen_desktop.cli.command_line import EXIT_CANCELLED, EXIT_FAILED, EXIT_OK, EXIT_PARTLY, EXIT_USAGE
from imagegen_desktop.cli.interrupt import cancelled_by_interrupt
from imagegen_desktop.cli.session import Session
from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.errors import CancelledError, ChargeState, ImagegenError, StorageError
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.steps import Enhanced, Enhancing, Finished, Lost, Preview, Saved, Sent, Step

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest


def generate(arguments: argparse.Namespace, *, out: TextIO, err: TextIO) -> int:
    """Run the command `generate`. Paths or one JSON object go to `out`, all else to `err`; returns the exit code."""
    session = Session.open()
    try:
        request = session.request(arguments, err)
    except ValueError as error:
        print(f"imagegen-desktop generate: {error}", file=err)
        return EXIT_USAGE
    report = _Report()
    try:
        request = session.priced(request)
        session.check_price(request, arguments.max_cost, over_budget=arguments.over_budget)
        studio, folder = session.studio(arguments.library)
        with cancelled_by_interrupt() as cancel:
            for step in studio.generate(request, cancel):
                _tell(step, request, folder, err)
                report = report.with_step(step)
    except ImagegenError as error:
        _tell_error(error, err)
        report = replace(report, error=error)
    _print_report(report, request, folder=session.folder(arguments.library), as_json=arguments.json, out=out)
    return report.exit_code


@dataclass(frozen=True, slots=True)
class _Report:
    """What came of the command."""

    saved: tuple[ImageState, ...] = ()
    finished: Finished | None = None
    error: ImagegenError | None = None

    def with_step(self, step: Step) -> _Report:
        match step:
            case Saved(state) if not state.record.is_preview:
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
            _tell_sent(step, request, err)
        case Preview(position, number):
            print(f"Preview {number + 1} of picture {position + 1} of {request.count}", file=err)
        case Lost():
            _tell_error(step.error, err)
        case Saved(state) if state.record.is_preview:
            print(f"Kept the last preview of a picture that was lost: {folder / state.record.file}", file=err)
        case Saved(state):
            print(
                f"Saved picture {state.record.position + 1} of {request.count}: {folder / state.record.file}", file=err
            )
        case Finished():
            print(f"Done in {step.elapsed:.1f} s: {step.saved} saved, {_charged(step, request)}.", file=err)
        case _:
            assert_never(step)


def _tell_sent(sent: Sent, request: GenerationRequest, err: TextIO) -> None:
    where = "Drawing on this computer" if request.endpoint.is_sample else f"Sent to {request.endpoint.base_url}"
    print(f"{where}...", file=err)
    if sent.left_out:
        print(f"Not sent, since the endpoint or the model lacks it: {', '.join(sent.left_out)}.", file=err)


def _charged(finished: Finished, request: GenerationRequest) -> str:
    if finished.charge is ChargeState.PAID and request.endpoint.pricing is Pricing.UNKNOWN:
        return "charged if this service charges at all"
    return _charge_words(finished.charge)


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
            "seed": request.seed if state.record.seed is None else state.record.seed,
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
