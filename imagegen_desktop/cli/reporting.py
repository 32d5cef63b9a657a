"""The commands `jobs` and `spending`: what the ledger knows, as a table or as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from imagegen_desktop.cli.command_line import EXIT_FAILED, EXIT_OK
from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.price import dollars
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.links import Links
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.storage.spending import Spending

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from decimal import Decimal

    from imagegen_desktop.core.budget import Spent
    from imagegen_desktop.core.jobs import Job
    from imagegen_desktop.core.links import KeptLink
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.storage.spending import SpendingReport

LONGEST_PROMPT = 60


def jobs(arguments: argparse.Namespace, *, out: TextIO, err: TextIO) -> int:
    """Run the command `jobs`: the latest jobs, newest first."""
    ledger = _ledger()
    try:
        found, kept = ledger.jobs(arguments.limit), Links(ledger.database).kept()
    except ImagegenError as error:
        print(f"{error.title}. {error.advice}", file=err)
        return EXIT_FAILED
    if arguments.json:
        print(json.dumps([_job(job, kept) for job in found], ensure_ascii=False, indent=2), file=out)
        return EXIT_OK
    for job in found:
        moment = job.created.astimezone().strftime("%Y-%m-%d %H:%M")
        print(f"{moment}  {job.id}  {job.state:<9}  {_cost(job):>16}  {_short(job.request.prompt)}", file=out)
    for link in kept:
        print(f"Kept link of job {link.job}, until {link.expires.astimezone():%Y-%m-%d %H:%M}: {link.url}", file=out)
    if not found:
        print("No jobs yet.", file=err)
    return EXIT_OK


def spending(arguments: argparse.Namespace, *, out: TextIO, err: TextIO) -> int:
    """Run the command `spending`: today, this month, and the last 30 days by day, model and endpoint."""
    settings = SettingsFile(Folders.of_this_user()).load()
    try:
        report = Spending(_ledger().database).report(datetime.now(UTC))
    except ImagegenError as error:
        print(f"{error.title}. {error.advice}", file=err)
        return EXIT_FAILED
    if arguments.json:
        print(json.dumps(_report(report, settings), ensure_ascii=False, indent=2), file=out)
        return EXIT_OK
    totals = report.totals
    lines = [("Today", totals.today, settings.daily_budget), ("This month", totals.month, settings.monthly_budget)]
    for name, spent, budget in lines:
        limit = f" (budget {dollars(budget)})" if budget is not None else ""
        print(f"{name}: {_words(spent)}{limit}", file=out)
    for title, sums in (
        ("By day", [(day.isoformat(), spent) for day, spent in report.days if _is_something(spent)]),
        ("By model", report.models),
        ("By endpoint", report.endpoints),
    ):
        if sums:
            print(f"\n{title}, {report.first.isoformat()} to {report.last.isoformat()}", file=out)
        for name, spent in sums:
            print(f"  {name}: {_words(spent)}", file=out)
    return EXIT_OK


def _ledger() -> Ledger:
    return Ledger(Folders.of_this_user().data / "ledger.sqlite")


def _words(spent: Spent) -> str:
    jobs_of = f"{spent.paid} {'job' if spent.paid == 1 else 'jobs'}"
    parts = [f"{dollars(spent.known)} known, {jobs_of} charged"]
    if spent.unpriced:
        parts.append(f"{spent.unpriced} of unknown cost")
    if spent.uncertain:
        parts.append(f"{spent.uncertain} may have been charged")
    high = spent.unpriced_high + spent.uncertain_high
    if high:
        parts.append(f"up to {dollars(high)} more")
    return ", ".join(parts)


def _is_something(spent: Spent) -> bool:
    return bool(spent.paid or spent.uncertain or spent.unpriced or spent.known)


def _report(report: SpendingReport, settings: Settings) -> dict[str, object]:
    totals = report.totals
    return {
        "today": _sum(totals.today) | {"budget_usd": _text(settings.daily_budget)},
        "month": _sum(totals.month) | {"budget_usd": _text(settings.monthly_budget)},
        "on_the_way": {job: _text(high) for job, high in totals.on_the_way.items()},
        "first_day": report.first.isoformat(),
        "last_day": report.last.isoformat(),
        "days": [{"day": day.isoformat()} | _sum(spent) for day, spent in report.days],
        "models": _named("model", report.models),
        "endpoints": _named("endpoint", report.endpoints),
        "may_have_been_charged": [
            {"job": job.id, "time": job.moment.isoformat(), "model": job.model, "estimate_high_usd": _text(job.high)}
            for job in report.doubtful
        ],
    }


def _named(kind: str, sums: Iterable[tuple[str, Spent]]) -> list[dict[str, object]]:
    return [{kind: name} | _sum(spent) for name, spent in sums]


def _sum(spent: Spent) -> dict[str, object]:
    """Amounts are text, since a JSON number is no decimal."""
    return {
        "known_usd": _text(spent.known),
        "charged_jobs": spent.paid,
        "jobs_of_unknown_cost": spent.unpriced,
        "unknown_cost_high_usd": _text(spent.unpriced_high),
        "jobs_maybe_charged": spent.uncertain,
        "maybe_charged_high_usd": _text(spent.uncertain_high),
        "jobs_without_estimate": spent.unestimated,
    }


def _job(job: Job, kept: Iterable[KeptLink]) -> dict[str, object]:
    request = job.request
    return {
        "job": job.id,
        "created": job.created.isoformat(),
        "sent": job.sent.isoformat() if job.sent else None,
        "ended": job.ended.isoformat() if job.ended else None,
        "state": job.state,
        "charge": job.charge,
        "cost_usd": _text(job.cost),
        "words_cost_usd": _text(job.words_cost),
        "estimate_high_usd": _text(request.estimate.high if request.estimate else None),
        "model": request.model,
        "endpoint": request.endpoint.base_url,
        "size": request.size,
        "quality": request.quality,
        "count": request.count,
        "prompt": request.prompt,
        "error": job.error or None,
        "kept_links": [
            {"position": link.position, "url": link.url, "reason": link.reason, "expires": link.expires.isoformat()}
            for link in kept
            if link.job == job.id
        ],
    }


def _cost(job: Job) -> str:
    match job.charge:
        case ChargeState.FREE:
            return dollars(job.words_cost) if job.words_cost else "free"
        case ChargeState.PAID:
            return "unknown cost" if job.cost is None else dollars(job.cost + (job.words_cost or 0))
        case ChargeState.UNKNOWN:
            return "may be charged"


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _short(prompt: str) -> str:
    words = " ".join(prompt.split())
    return words if len(words) <= LONGEST_PROMPT else f"{words[: LONGEST_PROMPT - 1]}…"
