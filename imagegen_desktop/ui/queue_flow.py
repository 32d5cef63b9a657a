"""Joins the queue's panel, its button and the notices with the desks that send jobs and remember them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.steps import Recovered
from imagegen_desktop.studio.waiting import Activity

if TYPE_CHECKING:
    from imagegen_desktop.studio.waiting import Past
    from imagegen_desktop.ui.job_flow import JobFlow
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.past_desk import PastDesk
    from imagegen_desktop.ui.queue_desk import QueueDesk
    from imagegen_desktop.ui.window_panels import WindowPanels

HELD, LEFT, LOST = "held", "left", "lost"
SHORT = 60


class QueueFlow(QObject):
    def __init__(
        self,
        panels: WindowPanels,
        desk: QueueDesk,
        past: PastDesk,
        *,
        jobs: JobFlow,
        library: LibraryFlow,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panels = panels
        self._desk = desk
        self._past = past
        self._library = library
        self._known: tuple[Past, ...] = ()
        self._lost: set[str] = set()
        self._saved_free = 0
        self._connect(jobs)
        self._changed()

    def _connect(self, jobs: JobFlow) -> None:
        desk, past, panel = self._desk, self._past, self._panels.queue
        desk.changed.connect(self._changed)
        desk.progressed.connect(self._changed)
        desk.failed.connect(self._tell_failure)
        past.activity.connect(self._activity)
        past.recovered.connect(self._recovered)
        past.failed.connect(self._tell_failure)
        self._panels.top_bar.queue_requested.connect(self.toggle)
        panel.cancelled.connect(self._cancel)
        panel.removed.connect(self._cancel)
        panel.chosen.connect(jobs.follow)
        panel.moved.connect(self._move)
        panel.paused.connect(self._pause)
        panel.waiting_cancelled.connect(desk.cancel_waiting)
        panel.all_cancelled.connect(desk.cancel_all)
        panel.picture_chosen.connect(self._show_picture)
        panel.settled.connect(self._settle)
        panel.closed.connect(self._seen)

    @Slot()
    def toggle(self) -> None:
        self._panels.queue.toggle(self._panels.top_bar.queue_button)

    # ---- what the desks tell ----

    @Slot()
    @Slot(object)
    def _changed(self, _news: object = None) -> None:
        queue, flights = self._desk.queue, self._desk.flights
        self._panels.queue.show_queue(queue, flights)
        self._show_button()
        self._tell_held()
        left = len(queue.parked)
        if left:
            words = (
                self.tr("1 job was waiting when the app ended")
                if left == 1
                else self.tr("{count} jobs were waiting when the app ended").format(count=left)
            )
            actions = [
                (self.tr("Go on"), self._desk.go_on_with_parked),
                (self.tr("Remove it") if left == 1 else self.tr("Remove them"), self._desk.cancel_parked),
            ]
            self._panels.notices.tell(LEFT, words, actions)
        else:
            self._panels.notices.clear(LEFT)

    def _tell_held(self) -> None:
        entry = self._desk.queue.held
        if entry is None or entry.held is None:
            self._panels.notices.clear(HELD)
            return
        once = [(self.tr("Allow once"), partial(self._desk.allow, entry.id))] if entry.held.allow_once else []
        remove = (self.tr("Remove"), partial(self._desk.cancel_click, entry.id))
        self._panels.notices.tell(HELD, entry.held.words, [*once, (self.tr("Ask again"), self._desk.resume), remove])

    def _show_button(self) -> None:
        queue = self._desk.queue
        running, waiting = len(self._desk.flights), len(queue.waiting)
        unread = any(not past.job.seen for past in self._known)
        summary = self._panels.queue.summary(running, waiting, paused=queue.paused)
        self._panels.top_bar.set_queue(running + waiting, summary, unread=unread)

    @Slot(object)
    def _activity(self, activity: object) -> None:
        if not isinstance(activity, Activity):
            return
        self._known = activity.past
        self._panels.queue.show_past(activity.past)
        self._show_button()
        self._tell_lost()

    @Slot(object)
    def _recovered(self, recovered: object) -> None:
        """An interrupted job of an earlier run is closed."""
        if not isinstance(recovered, Recovered):
            return
        if recovered.saved:
            self._saved_free += recovered.saved
            words = (
                self.tr("1 picture was saved from last time, free")
                if self._saved_free == 1
                else self.tr("{count} pictures were saved from last time, free").format(count=self._saved_free)
            )
            self._panels.toast.tell(words)
        elif recovered.charge is ChargeState.UNKNOWN:
            self._lost.add(recovered.job)

    def _tell_lost(self) -> None:
        """Jobs whose end nobody knows stay on a card until a person says what the usage page tells."""
        open_ones = [
            past.job
            for past in self._known
            if past.job.id in self._lost
            and past.job.state is JobState.UNKNOWN
            and past.job.charge is ChargeState.UNKNOWN
        ]
        if not open_ones:
            self._panels.notices.clear(LOST)
            return
        job = open_ones[0]
        prompt = job.request.prompt if len(job.request.prompt) <= SHORT else f"{job.request.prompt[:SHORT].rstrip()}..."
        words = self.tr(
            "The app ended before “{prompt}” was here, and it may have been charged: look at the service's usage page."
        )
        actions = [
            (self.tr("It was charged"), partial(self._past.settle, job.id, ChargeState.PAID)),
            (self.tr("It was not"), partial(self._past.settle, job.id, ChargeState.FREE)),
            (self.tr("Later"), partial(self._later, job.id)),
        ]
        self._panels.notices.tell(LOST, words.format(prompt=prompt), actions)

    def _later(self, job: str) -> None:
        """The activity list keeps the question."""
        self._lost.discard(job)
        self._tell_lost()

    @Slot(object)
    def _tell_failure(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._panels.toast.tell(f"{error.title}. {error.advice}")

    # ---- what the person does ----

    @Slot(object)
    def _cancel(self, job: object) -> None:
        self._desk.cancel(str(job))

    @Slot(object)
    def _move(self, told: object) -> None:
        job, steps = cast("tuple[str, int]", told)
        queue = self._desk.queue
        ids = [one.id for one in queue.waiting]
        if job not in ids:
            return
        here = ids.index(job)
        there = {-2: 0, -1: here - 1, 1: here + 1, 2: len(ids)}[steps]
        self._desk.arrange(queue.move(job, there))

    @Slot(object)
    def _pause(self, paused: object) -> None:
        if paused:
            self._desk.pause()
        else:
            self._desk.resume()

    @Slot(object)
    def _settle(self, told: object) -> None:
        job, charge = cast("tuple[str, ChargeState]", told)
        self._past.settle(job, charge)

    @Slot(object)
    def _show_picture(self, image: object) -> None:
        self._panels.queue.close_panel()
        if not self._library.go_to(str(image)):
            self._panels.toast.tell(self.tr("That picture is not in this library any more"))

    @Slot()
    def _seen(self) -> None:
        """Whoever closes the list has read it; a question about money stays open."""
        unread = (past.job for past in self._known if not past.job.seen)
        self._past.see(tuple(job.id for job in unread if job.charge is not ChargeState.UNKNOWN))
