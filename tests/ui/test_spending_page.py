"""The page of what was spent says the sums, shows them by day, and tells what is in doubt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton

from imagegen_desktop.core.budget import Spent, Totals
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.opening import Theme
from imagegen_desktop.storage.spending import DoubtfulJob, SpendingReport
from imagegen_desktop.ui.money_words import doubt_words, known_words, on_the_way_words
from imagegen_desktop.ui.spending.day_chart import top_of
from imagegen_desktop.ui.spending.spending_page import SpendingPage
from imagegen_desktop.ui.text import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

LAST = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLAIN = Spent(known=Decimal("0.42"), paid=3)
DOUBT = Spent(known=Decimal("0.10"), paid=1, uncertain=1, uncertain_high=Decimal("0.17"))
UNKNOWN = Spent(paid=2, unpriced=2, unestimated=2)


def report(**changes: object) -> SpendingReport:
    first = LAST - timedelta(days=29)
    spent = {LAST: PLAIN, LAST - timedelta(days=1): DOUBT}
    fields: dict[str, object] = {
        "first": first,
        "last": LAST,
        "totals": Totals(day=LAST, today=PLAIN, month=DOUBT, on_the_way={"a": Decimal("0.3"), "b": None}),
        "days": tuple((first + timedelta(days=n), spent.get(first + timedelta(days=n), Spent())) for n in range(30)),
        "models": (("gpt-image-2", DOUBT), ("flux", UNKNOWN)),
        "endpoints": (("https://api.openai.com/v1", DOUBT),),
        "doubtful": (
            DoubtfulJob(
                id="j1", moment=NOON, prompt="<b>A fox</b>\nat dawn", model="gpt-image-2", high=Decimal("0.17")
            ),
            DoubtfulJob(id="j2", moment=NOON, prompt="A cat", model="flux", high=None),
        ),
        "doubtful_count": 3,
    }
    return SpendingReport(**(fields | changes))


@pytest.fixture
def page(qtbot: QtBot, appearance: Appearance, icons: Icons) -> SpendingPage:
    appearance.choose(Theme.LIGHT)
    made = SpendingPage(appearance, icons)
    qtbot.addWidget(made)
    made.resize(900, 1400)
    with qtbot.waitExposed(made):
        made.show()
        made.activateWindow()
    made.show_report(report(), Decimal(5), None)
    return made


def labels(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(PlainLabel) if label.isVisible()]


def buttons(page: SpendingPage, words: str) -> list[QPushButton]:
    return [one for one in page.findChildren(QPushButton) if one.text() == words and one.isVisible()]


# ---- words ----


@pytest.mark.parametrize(
    ("spent", "known", "doubt"),
    [
        (Spent(), "$0.00", ""),
        (PLAIN, "$0.42", ""),
        (DOUBT, "$0.10 and more", "1 job may have been charged: up to $0.17"),
        (UNKNOWN, "unknown", "2 jobs of unknown cost"),
        (
            Spent(paid=1, unpriced=1, uncertain=2, uncertain_high=Decimal("0.3"), unestimated=1),
            "unknown",
            "1 job of unknown cost, 2 jobs may have been charged: up to $0.30 (1 without an estimate)",
        ),
    ],
)
def test_what_is_unknown_is_said_and_never_nothing(spent: Spent, known: str, doubt: str) -> None:
    assert (known_words(spent), doubt_words(spent)) == (known, doubt)


def test_jobs_on_their_way_say_what_they_may_cost() -> None:
    assert on_the_way_words({}) == ""
    assert on_the_way_words({"a": Decimal("0.2")}) == "1 job is on its way: up to $0.20"
    told = on_the_way_words({"a": Decimal("0.2"), "b": None})
    assert told == "2 jobs are on their way: up to $0.20 (1 without an estimate)"


# ---- page ----


def test_every_control_has_a_name(page: SpendingPage, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(page) == []


def test_the_figures_stand_first(page: SpendingPage) -> None:
    assert labels(page.figures) == [
        "Today",
        "$0.42",
        "$4.58 left of the budget of $5.00",
        "This month",
        "$0.10 and more",
        "Not in it: 1 job may have been charged: up to $0.17",
        "No budget set",
        "2 jobs are on their way: up to $0.30 (1 without an estimate)",
    ]


def test_days_models_and_endpoints_are_tables(page: SpendingPage) -> None:
    assert page.days.rows() == [
        ("Sun, 22 Nov 2026", "3", "", "$0.42"),
        ("Sat, 21 Nov 2026", "2", "1 job may have been charged: up to $0.17", "$0.10 and more"),
    ]
    assert page.models.rows()[1] == ("flux", "2", "2 jobs of unknown cost", "unknown")
    assert page.endpoints.rows()[0][0] == "https://api.openai.com/v1"


def test_a_screen_reader_walks_the_tables(page: SpendingPage) -> None:
    found = QAccessible.queryAccessibleInterface(page.days)
    assert found is not None
    assert found.text(QAccessible.Text.Name) == "Spent by day"
    assert found.role() == QAccessible.Role.Table
    cells = [found.child(number).text(QAccessible.Text.Name) for number in range(found.childCount())]
    assert [one for one in cells if one] == [
        "Day",
        "Jobs",
        "Not in the sum",
        "Spent",
        # Each row is led by its name.
        *[cell or "Nothing" for row in page.days.rows() for cell in (row[0], *row)],
    ]


@pytest.mark.parametrize("width", [520, 900])
def test_no_column_is_crowded_out_and_no_figure_cut(page: SpendingPage, width: int) -> None:
    page.resize(width, 1400)
    for table in (page.days, page.models, page.endpoints):
        assert sum(table.columnWidth(column) for column in range(4)) == table.viewport().width()
        assert table.columnWidth(0) >= 80
        assert all(table.columnWidth(column) >= table.sizeHintForColumn(column) for column in (1, 3))


def test_nothing_spent_is_a_sentence_and_no_empty_table(page: SpendingPage) -> None:
    nothing = tuple((day, Spent()) for day, _ in report().days)
    totals = Totals(day=LAST, today=Spent(), month=Spent())
    page.show_report(
        report(totals=totals, days=nothing, models=(), endpoints=(), doubtful=(), doubtful_count=0), None, None
    )
    assert page.nothing.isVisible()
    assert not any(one.isVisible() for one in (page.chart, page.days, page.models, page.doubtful))


def test_a_doubtful_charge_can_be_settled(qtbot: QtBot, page: SpendingPage) -> None:
    told: list[tuple[str, ChargeState]] = []
    page.settled.connect(lambda job, charge: told.append((job, charge)))
    qtbot.mouseClick(buttons(page, "It was charged")[0], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(buttons(page, "It was not")[1], Qt.MouseButton.LeftButton)
    assert told == [("j1", ChargeState.PAID), ("j2", ChargeState.FREE)]


def test_a_doubtful_job_is_told_as_it_is(page: SpendingPage) -> None:
    words = "\n".join(labels(page.doubtful))
    assert "3 jobs may have been charged" in words
    assert "<b>A fox</b> at dawn\n" in words
    assert "up to $0.17" in words
    assert "flux, price unknown" in words
    assert "1 older one follows" in words
    assert buttons(page, "It was not")[1].accessibleName() == "It was not: A cat"


def test_a_new_report_takes_the_place_of_the_old(page: SpendingPage) -> None:
    page.show_report(report(doubtful=(), doubtful_count=0), None, None)
    assert buttons(page, "It was not") == []
    page.show_report(report(), None, None)
    assert len(buttons(page, "It was not")) == 2


def test_free_jobs_are_exported_only_when_asked(qtbot: QtBot, page: SpendingPage) -> None:
    told: list[bool] = []
    page.export_requested.connect(told.append)
    qtbot.mouseClick(page.export, Qt.MouseButton.LeftButton)
    page.free.setChecked(True)
    qtbot.mouseClick(page.export, Qt.MouseButton.LeftButton)
    assert told == [False, True]


def test_escape_and_back_leave_the_page(qtbot: QtBot, page: SpendingPage) -> None:
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page.export, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.closed):
        qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)


# ---- chart ----


@pytest.mark.parametrize(
    ("dearest", "top"),
    [("0", "0.01"), ("0.003", "0.01"), ("0.012", "0.02"), ("0.59", "1"), ("1", "1"), ("2.1", "5"), ("730", "1000")],
)
def test_the_chart_ends_at_a_round_amount(dearest: str, top: str) -> None:
    assert top_of(Decimal(dearest)) == Decimal(top)


def test_a_bar_is_as_high_as_what_was_spent(page: SpendingPage) -> None:
    known, doubt = page.chart.bar(29)
    before, before_doubt = page.chart.bar(28)
    assert doubt.height() == 0
    assert before.height() / known.height() == pytest.approx(0.10 / 0.42)
    assert before_doubt.height() / before.height() == pytest.approx(1.7)
    assert before_doubt.bottom() == pytest.approx(before.top())


def test_a_cent_beside_a_hundred_dollars_is_still_seen(page: SpendingPage) -> None:
    days = ((LAST - timedelta(days=1), Spent(known=Decimal("0.01"), paid=1)), (LAST, Spent(known=Decimal(100), paid=1)))
    page.chart.show_days(days)
    assert page.chart.bar(0)[0].height() == 2


def test_the_chart_is_painted_in_the_theme(page: SpendingPage, appearance: Appearance) -> None:
    for theme in (Theme.LIGHT, Theme.DARK):
        appearance.choose(theme)
        image = page.chart.grab().toImage()
        middle = page.chart.bar(29)[0].center().toPoint()
        assert image.pixelColor(middle).name().upper() == appearance.tokens.accent.upper()


def test_a_day_says_its_sum_under_the_pointer(page: SpendingPage) -> None:
    bar = page.chart.bar(28)[0]
    words = page.chart.words_at(QPointF(bar.center().x(), 10))
    assert words == "Sat 21 Nov: $0.10 and more; 1 job may have been charged: up to $0.17"
    assert page.chart.words_at(QPointF(0, 10)) == ""


def test_the_chart_says_its_dearest_day(page: SpendingPage) -> None:
    assert page.chart.accessibleDescription() == "Most on Sun 22 Nov: $0.42. The table below has each day"
