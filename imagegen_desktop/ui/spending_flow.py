"""Joins the page of what was spent with the ledger, the top bar and a file for a spreadsheet."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.storage.spending import SpendingReport
from imagegen_desktop.studio.money import Exported

if TYPE_CHECKING:
    from imagegen_desktop.studio.money import Money
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.money_flow import MoneyFlow
    from imagegen_desktop.ui.settings_desk import SettingsDesk
    from imagegen_desktop.workers.runner import Run, Runner


class SpendingFlow(QObject):
    """`settled` comes when a person said what a doubtful charge was."""

    settled = Signal()

    def __init__(
        self, window: MainWindow, money: Money, runner: Runner, *, flow: MoneyFlow, settings: SettingsDesk
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = window.panels.spending_page
        self._money = money
        self._runner = runner
        self._flow = flow
        self._settings = settings
        self._report: SpendingReport | None = None
        window.panels.top_bar.money_requested.connect(self._toggle)
        self._page.closed.connect(self.close)
        self._page.export_requested.connect(self._choose_file)
        self._page.settled.connect(self._settle)
        flow.known.connect(self._known)
        settings.applied.connect(self._show)

    # ---- open and close ----

    @Slot()
    def open(self) -> None:
        self._page.show_status("", "none")
        self._window.show_spending()
        self._page.back.setFocus()
        self._read()

    @Slot()
    def close(self) -> None:
        self._window.go_back()
        self._window.panels.dock.focus_prompt()

    @Slot()
    def _toggle(self) -> None:
        if self._window.in_spending:
            self.close()
        else:
            self.open()

    # ---- the report ----

    def _read(self) -> None:
        self._listen(self._runner.start_latest("report", self._money.report))

    def _listen(self, run: Run) -> None:
        run.stepped.connect(self._stepped)
        run.ended.connect(self._ended)

    @Slot(object)
    def _known(self, _totals: object) -> None:
        if self._window.in_spending:
            self._read()

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case SpendingReport():
                self._report = step
                self._show(None)
            case Exported(path, rows):
                words = self.tr("1 job is in {file}") if rows == 1 else self.tr("{count} jobs are in {file}")
                count = self._page.locale().toString(rows)
                self._page.show_status(words.format(count=count, file=str(path)), "ok")
            case _:
                raise TypeError(f"not a step about money: {step!r}")

    @Slot(object)
    def _show(self, _settings: object) -> None:
        now = self._settings.settings
        if self._report is not None:
            self._page.show_report(self._report, now.daily_budget, now.monthly_budget)

    @Slot(object)
    def _ended(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._page.show_status(f"{error.title}. {error.advice}", "error")

    # ---- wishes ----

    @Slot(object, object)
    def _settle(self, job: object, charge: object) -> None:
        run = self._runner.start(partial(self._money.settle, str(job), ChargeState(str(charge))))
        self._listen(run)
        run.ended.connect(self._settled)

    @Slot(object)
    def _settled(self, error: object) -> None:
        if error is None:
            self._flow.refresh()
            self.settled.emit()

    @Slot(object)
    def _choose_file(self, free: object) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, self.tr("Export what was spent"), documents, self.tr("Tables (*.csv)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("imagegen-spending.csv")
        dialog.fileSelected.connect(partial(self.export, free=bool(free)))
        dialog.open()

    def export(self, file: str, *, free: bool) -> None:
        self._page.show_status(self.tr("Writing the table..."), "busy")
        path = Path(file)
        self._listen(self._runner.start(lambda cancel: self._money.export(path, free=free, cancel=cancel)))
