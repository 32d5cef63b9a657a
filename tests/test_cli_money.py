"""Without a window: what jobs cost is told, and nothing is sent that may cost more than was said."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from settled import settings_at

from imagegen_desktop import cli
from imagegen_desktop.cli import session
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Maker, Pricing
from imagegen_desktop.core.price import PriceRange
from imagegen_desktop.core.requests import Endpoint
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.keychain import Credentials, MemorySecrets
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.settings_file import SettingsFile
from pictures import request
from standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imagegen_desktop.core.requests import GenerationRequest


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    parsed = cli.parser().parse_args(arguments)
    return cli.run(parsed, out=out, err=err), out.getvalue(), err.getvalue()


def ledger() -> Ledger:
    return Ledger(Folders.of_this_user().data / "ledger.sqlite")


def pay(cost: str | None = "0.42", charge: ChargeState = ChargeState.PAID) -> GenerationRequest:
    asked = replace(request("A fox"), estimate=PriceRange(low=Decimal(0), high=Decimal("0.5")))
    books = ledger()
    books.stage([asked], library="lib")
    books.sent(asked.id, ChargeState.UNKNOWN)
    state = JobState.UNKNOWN if charge is ChargeState.UNKNOWN else JobState.SAVED
    books.close(asked.id, state, charge, cost=None if cost is None else Decimal(cost))
    return asked


def configure(standin: StandIn, **changes: Any) -> None:
    file = SettingsFile(Folders.of_this_user())
    file.save(settings_at(standin.base_url, image_model="gpt-image-2", **changes))


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    secrets = MemorySecrets()

    def credentials(environ: Mapping[str, str]) -> Credentials:
        return Credentials(secrets, MemorySecrets(), environ)

    monkeypatch.setattr(session, "credentials_of_this_user", credentials)
    with StandIn() as running:
        endpoint = Endpoint(maker=Maker.OPENAI, base_url=running.base_url)
        secrets.put(endpoint.secret_name, Secret(running.key))
        configure(running, pricing=Pricing.OPENAI_LIST)
        yield running


# ---- jobs ----


def test_no_jobs_are_no_error() -> None:
    assert run("jobs") == (cli.EXIT_OK, "", "No jobs yet.\n")


def test_jobs_are_listed_newest_first_with_their_cost() -> None:
    pay("0.42")
    pay(None)
    pay(None, ChargeState.UNKNOWN)
    code, out, _ = run("jobs")
    lines = out.splitlines()
    assert code == cli.EXIT_OK
    assert [words in line for words, line in zip(("may be charged", "unknown cost", "$0.42"), lines, strict=True)] == [
        True
    ] * 3
    assert all(line.endswith("A fox") for line in lines)


def test_jobs_as_json_are_whole() -> None:
    first, last = pay("0.42"), pay(None)
    told = json.loads(run("jobs", "--json")[1])
    assert [one["job"] for one in told] == [last.id, first.id]
    assert (told[0]["cost_usd"], told[1]["cost_usd"], told[1]["estimate_high_usd"]) == (None, "0.42", "0.5")
    assert [one["job"] for one in json.loads(run("jobs", "--json", "--limit", "1")[1])] == [last.id]


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1000000"])
def test_a_limit_is_a_number_of_jobs(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args(["jobs", f"--limit={limit}"])
    assert ended.value.code == cli.EXIT_USAGE
    assert "a number from 1 to 100,000" in capsys.readouterr().err


# ---- spending ----


def test_spending_says_what_is_known_and_what_is_not() -> None:
    pay("0.42")
    pay(None)
    pay(None, ChargeState.UNKNOWN)
    code, out, _ = run("spending")
    words = "$0.42 known, 2 jobs charged, 1 of unknown cost, 1 may have been charged, up to $1.00 more"
    assert code == cli.EXIT_OK
    assert out.startswith(f"Today: {words}\nThis month: {words}\n")
    assert f"  gpt-image-2: {words}\n" in out


def test_spending_as_json_has_exact_amounts() -> None:
    asked = pay("0.4200001")
    doubtful = pay(None, ChargeState.UNKNOWN)
    told = json.loads(run("spending", "--json")[1])
    assert told["today"]["known_usd"] == "0.4200001"
    assert told["month"]["budget_usd"] is None
    assert [one["model"] for one in told["models"]] == [asked.model]
    assert [one["job"] for one in told["may_have_been_charged"]] == [doubtful.id]
    assert told["days"][-1]["day"] == datetime.now(UTC).astimezone().date().isoformat()


@pytest.mark.parametrize("command", ["jobs", "spending"])
def test_a_ledger_that_can_not_be_read_is_said_in_a_sentence(command: str) -> None:
    path = Folders.of_this_user().data / "ledger.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"not a database" * 99)
    code, out, err = run(command)
    assert (code, out) == (cli.EXIT_FAILED, "")
    assert err.endswith(".\n")


# ---- generate ----


def test_what_may_cost_more_than_was_said_is_not_sent(standin: StandIn) -> None:
    code, out, err = run("generate", "A cat", "--quality", "high", "--max-cost", "0.10")
    assert (code, out) == (cli.EXIT_FAILED, "")
    assert "This may cost up to $0.21, more than $0.10 (nothing was charged). Nothing was sent." in err
    assert ledger().jobs() == ()
    assert standin.requests == []


def test_what_costs_less_than_was_said_is_sent(standin: StandIn) -> None:
    code, _, _ = run("generate", "A cat", "--quality", "low", "--max-cost", "0.10")
    (job,) = ledger().jobs()
    assert (code, job.state) == (cli.EXIT_OK, JobState.SAVED)
    assert job.request.estimate is not None
    assert standin.requests


def test_an_unknown_price_can_not_be_kept_to_a_limit(standin: StandIn) -> None:
    configure(standin)
    code, _, err = run("generate", "A cat", "--max-cost", "5")
    assert code == cli.EXIT_FAILED
    assert "What this costs is not known, so it can't be kept to $5.00" in err


def test_what_is_free_is_within_any_limit(standin: StandIn) -> None:
    configure(standin, pricing=Pricing.FREE, daily_budget=Decimal(0))
    assert run("generate", "A cat", "--max-cost", "0")[0] == cli.EXIT_OK


def test_a_budget_holds_without_a_window_and_is_gone_over_only_when_asked(standin: StandIn) -> None:
    configure(standin, pricing=Pricing.OPENAI_LIST, daily_budget=Decimal("0.50"))
    pay("0.45")
    code, _, err = run("generate", "A cat", "--quality", "high")
    assert code == cli.EXIT_FAILED
    assert "go over today's budget of $0.50: $0.45 counts as spent today" in err
    assert "--over-budget allows it this once." in err
    assert standin.requests == []
    assert run("generate", "A cat", "--quality", "high", "--over-budget")[0] == cli.EXIT_OK


def test_a_refusal_is_in_the_json_too(standin: StandIn) -> None:
    code, out, _ = run("generate", "A cat", "--quality", "high", "--max-cost", "0.10", "--json")
    told = json.loads(out)
    assert (code, told["images"], told["charge"]) == (cli.EXIT_FAILED, [], "free")
    assert told["error"]["title"] == "This may cost up to $0.21, more than $0.10"
    assert standin.requests == []


def test_a_limit_that_is_no_amount_is_a_wrong_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args(["generate", "A cat", "--max-cost", "cheap"])
    assert ended.value.code == cli.EXIT_USAGE
    assert "An amount is in dollars and cents" in capsys.readouterr().err
