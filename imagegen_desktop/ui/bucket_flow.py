"""Joins the card in which a bucket is named with what can be done about it: test, begin, join, change, stop."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from imagegen_desktop.core.bucket_probe import Probed, ProbeEnded
from imagegen_desktop.core.errors import CancelledError, ImagegenError, StorageError
from imagegen_desktop.core.remote import RemoteEncryptedError, RemoteKind, RemoteSettings
from imagegen_desktop.storage.keychain import MemorySecrets
from imagegen_desktop.studio.syncing.line import Grip
from imagegen_desktop.studio.syncing.setting_up import Begun, Ended, Entry, Joined, Looked, Noted, OtherThere
from imagegen_desktop.ui.settings.settings_page import SettingsSection
from imagegen_desktop.ui.sync_words import error_words, time_words

if TYPE_CHECKING:
    from imagegen_desktop.studio.syncing.setting_up import SettingUp
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner, Work

TELL_MS: Final = 500
NOTE_NAME: Final = "imagegen-recovery-note.txt"


class BucketFlow(QObject):
    """`settled` carries the RemoteSettings that hold from now on, None where the library is kept nowhere else.

    `joined` comes when the library's folder holds the bucket's library now, and must be opened again. One piece of work at a
    time runs on `runner`'s thread.
    """

    settled = Signal(object)
    joined = Signal()

    def __init__(self, window: MainWindow, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._page = window.panels.settings_page
        self._form, self._card = self._page.bucket, self._page.sync
        self._runner = runner
        self._setting_up: SettingUp | None = None
        self._run: Run | None = None
        # Pressed when the last one had told its result, but was not over yet.
        self._next: tuple[Work, str] | None = None
        self._grip = Grip()
        self._other: Entry | None = None
        self._tested: Entry | None = None
        self._doing = ""
        self.settings: RemoteSettings | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=TELL_MS)
        self._timer.timeout.connect(self._tick)
        self._connect()

    def _connect(self) -> None:
        form, card = self._form, self._card
        form.test_requested.connect(self._test)
        form.begin_requested.connect(self._begin)
        form.join_requested.connect(self._join)
        form.cancel_requested.connect(self.cancel)
        form.closed.connect(self._show_cards)
        card.change_requested.connect(self._open_form)
        card.stop_requested.connect(self.end)
        card.pause_requested.connect(self.pause)
        card.note_requested.connect(self._ask_for_note)

    def use(self, setting_up: SettingUp) -> None:
        """Another library is open: read where it is kept."""
        self.drop()
        self._setting_up = setting_up
        self._do(setting_up.look)

    def drop(self) -> None:
        """End what is under way, and tell nothing of it any more."""
        if self._run is not None:
            self._run.stepped.disconnect(self._stepped)
            self._run.ended.disconnect(self._over)
            self.cancel()
            self._run = None
        self._setting_up = self._next = None
        self._grip.end()
        self._timer.stop()

    @Slot()
    def cancel(self) -> None:
        if self._run is not None:
            self._run.cancel()
            self._grip.end()

    def open_card(self) -> None:
        self._window.show_settings()
        self._page.open_at(SettingsSection.BUCKET)

    def open_form(self) -> None:
        """Where what was typed can be mended."""
        self._window.show_settings()
        self._open_form()

    @Slot()
    def end(self) -> None:
        """Stop syncing. Nothing is deleted, here or there."""
        if self._setting_up is not None:
            self._do(self._setting_up.end)

    @Slot(object)
    def pause(self, paused: object) -> None:
        if self.settings is not None and self._setting_up is not None:
            self._do(partial(self._setting_up.change, replace(self.settings, paused=bool(paused))))

    def begin_anew(self) -> None:
        """A person said that the place was emptied on purpose."""
        if self.settings is not None and self._setting_up is not None:
            self._do(partial(self._setting_up.begin_anew, self.settings))

    # ---- what the person asks for ----

    @Slot(object)
    def _test(self, entry: object) -> None:
        if isinstance(entry, Entry) and self._setting_up is not None:
            self._form.steps.clear()
            self._tested = entry
            self._start(partial(self._setting_up.test, entry), self.tr("Trying it with one small object"))

    @Slot(object)
    def _begin(self, entry: object) -> None:
        if isinstance(entry, Entry) and self._setting_up is not None:
            self._other = None
            self._grip = Grip()
            work = partial(self._setting_up.begin, entry, self._grip.reached)
            self._start(work, self.tr("Looking at what lies there"))

    @Slot()
    def _join(self) -> None:
        if self._other is not None and self._setting_up is not None:
            self._grip = Grip()
            work = partial(self._setting_up.join, self._other, self._grip.reached)
            self._start(work, self.tr("Opening the library that lies there"))

    @Slot()
    def _open_form(self) -> None:
        self._form.show_remote(self.settings)
        self._form.show()
        self._page.open_at(SettingsSection.BUCKET_FORM)

    def _start(self, work: Work, doing: str) -> None:
        """What a person waits for: one at a time, told with its time, and cancelled at a wish."""
        if self._run is not None:
            self._next = (work, doing)
            return
        self._doing = doing
        self._run = self._runner.start(work)
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._over)
        self._clock.start()
        self._timer.start()
        self._tell()

    def _do(self, work: Work) -> None:
        """What is done in a moment."""
        run = self._runner.start(work)
        run.stepped.connect(partial(self._done, self._setting_up))
        run.ended.connect(self._failed)

    def _done(self, of: SettingUp | None, step: object) -> None:
        """Of a library that is not open any more nothing is told."""
        if of is self._setting_up:
            self._stepped(step)

    # ---- what comes of it ----

    @Slot()
    def _tick(self) -> None:
        """Not over a result that is told already."""
        if self._form.is_busy:
            self._tell()

    def _tell(self) -> None:
        if self._run is not None:
            time = time_words(self._clock.elapsed() // 1000)
            words = self.tr("Stopping…") if self._run.token.cancelled else f"{self._doing}… {time}"
            self._form.show_status(words, "busy")

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Looked(settings):
                self._settle(settings)
            case Probed():
                self._form.steps.add(step.sentence, step.advice, ok=step.ok)
            case ProbeEnded():
                self._tell_test(step)
            case Begun(settings, place):
                self._begun(settings, place)
            case OtherThere(entry, can_join):
                self._tell_other(entry, can_join=can_join)
            case Joined():
                self._form.forget_secrets()
                self._form.show_status("", "none")
                self._window.panels.toast.tell(
                    self.tr("This is the bucket's library now. Its images are on their way.")
                )
                self.joined.emit()
            case Ended():
                self._form.show_status("", "none")
                self._settle(None)
                self._window.panels.toast.tell(self.tr("Syncing has stopped. Nothing was deleted, here or there."))
            case Noted(text):
                self._save_note(text)
            case _:
                raise TypeError(f"not a step of setting up: {step!r}")

    def _tell_test(self, ended: ProbeEnded) -> None:
        if not ended.ok:
            self._form.show_status(
                self.tr("This place can't keep the library as it is. See above what is missing."), "error"
            )
            return
        if self._tested is not None and ended.settings != self._tested.settings:
            # Region and addressing as they were found to be right.
            self._form.take_over(ended.settings)
        self._form.show_status(self.tr("This place can keep the library."), "ok")

    def _begun(self, settings: RemoteSettings, place: str) -> None:
        fresh = self.settings is None
        self._form.forget_secrets()
        self._form.show_status("", "none")
        self._form.steps.clear()
        self._settle(settings)
        if place:
            words = self.tr("Its secrets are kept here: {place}.").format(place=place)
            if place == MemorySecrets().place:
                words = self.tr("No keychain could keep its secrets: they are kept for this session only.")
            self._card.show_key_place(words)
        if settings.encrypted and fresh:
            self._window.panels.toast.tell(self.tr("Save the recovery note now, and keep it on paper."))
            self._card.note.setFocus()

    def _tell_other(self, entry: Entry, *, can_join: bool) -> None:
        self._other = entry if can_join else None
        words = self.tr(
            "Another library lies there, and this one has images of its own. Nothing was sent or fetched. Choose another "
            "prefix for this library, or open an empty folder as library and come back here."
        )
        if can_join:
            words = self.tr("A library lies there already. It can be opened here, in place of this empty one.")
        self._form.show_status(words, "warn")
        self._form.offer_join(can_join)

    def _settle(self, settings: RemoteSettings | None) -> None:
        self.settings = settings
        self._card.show_key_place("")
        if settings is not None:
            words = self.tr("{place} at {where}").format(place=settings.place, where=self._form.name_of(settings))
            if settings.kind is RemoteKind.FOLDER:
                words = settings.place
            if settings.encrypted:
                words = self.tr("{place}, encrypted").format(place=words)
            self._card.show_place(words, encrypted=settings.encrypted, shares=settings.kind is not RemoteKind.FOLDER)
            self._card.set_paused(paused=settings.paused)
        if settings != self._form.remote:
            # Else it is what a person may be typing into.
            self._form.show_remote(settings)
        self._show_cards()
        self.settled.emit(settings)

    @Slot()
    def _show_cards(self) -> None:
        self._form.setVisible(self.settings is None)
        self._card.setVisible(self.settings is not None)

    @Slot(object)
    def _over(self, error: object) -> None:
        self._run = None
        self._timer.stop()
        if isinstance(error, CancelledError) or (error is None and self._form.is_busy):
            self._form.show_status(self.tr("Cancelled. Nothing was changed."), "none")
        elif isinstance(error, ImagegenError):
            self._form.show_status(error_words(error), "error")
            if isinstance(error, RemoteEncryptedError):
                self._form.wish_passphrase()
        following, self._next = self._next, None
        if following is not None:
            self._start(*following)

    @Slot(object)
    def _failed(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._window.panels.toast.tell(error_words(error))

    # ---- the note ----

    @Slot()
    def _ask_for_note(self) -> None:
        if self.settings is not None and self._setting_up is not None:
            self._grip = Grip()
            self._do(partial(self._setting_up.note, self.settings, self._grip.reached))

    def _save_note(self, text: str) -> None:
        dialog = QFileDialog(self._window, self.tr("Save the recovery note"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(NOTE_NAME)
        dialog.fileSelected.connect(partial(self.write_note, text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write_note(self, text: str, file: str) -> None:
        """Save it, and open it in whatever shows texts here, to be printed."""
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            self._window.panels.toast.tell(error_words(StorageError(str(error))))
            return
        self._window.panels.toast.tell(self.tr("Saved. Print it, and write the passphrase on it by hand."))
        QDesktopServices.openUrl(QUrl.fromLocalFile(file))
