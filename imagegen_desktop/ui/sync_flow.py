"""Tells in the window how the library's sync stands, and what a person has to decide about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.errors import ImagegenError, KeychainError, LibraryMissingError
from imagegen_desktop.core.remote import (
    RemoteChangedError,
    RemoteEmptiedError,
    RemoteEncryptedError,
    RemoteError,
    RemoteKeyLostError,
    RemoteMissingError,
    RemoteNotEncryptedError,
    RemotePassphraseError,
    RemoteRefusedError,
    RemoteUnreachableError,
    SyncBusyError,
)
from imagegen_desktop.studio.syncing.steps import (
    Damaged,
    Deletes,
    DeletesHeldBack,
    Received,
    Synced,
    ThumbnailsReceived,
)
from imagegen_desktop.ui.sync_state import SyncState
from imagegen_desktop.ui.sync_words import error_words, line_of, where_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.ui.bucket_flow import BucketFlow
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.sync_desk import SyncDesk

    Action = tuple[str, Callable[[], None]]

DELETES: Final = "sync deletes"
TROUBLE: Final = "sync trouble"
DAMAGE: Final = "sync damage"
# What the settings of the place can mend.
OF_SETTINGS: Final = (
    RemoteRefusedError,
    RemoteMissingError,
    RemotePassphraseError,
    RemoteEncryptedError,
    RemoteNotEncryptedError,
    RemoteKeyLostError,
    RemoteChangedError,
    KeychainError,
)
MOST_NAMED: Final = 3


class SyncFlow(QObject):
    """`compare_wanted` says that everything is to be compared with the bucket."""

    compare_wanted = Signal()

    def __init__(self, window: MainWindow, desk: SyncDesk, library: LibraryDesk, *, bucket: BucketFlow) -> None:
        super().__init__(window)
        self._window = window
        self._notices = window.panels.notices
        self._card = window.panels.settings_page.sync
        self._desk = desk
        self._library = library
        self._bucket = bucket
        self._damaged: dict[str, str] = {}
        self._asked: DeletesHeldBack | None = None
        desk.changed.connect(self._changed)
        desk.stepped.connect(self._stepped)
        desk.failed.connect(self._failed)
        desk.ended_well.connect(self._ended_well)
        window.panels.top_bar.sync_requested.connect(bucket.open_card)
        self._card.now_requested.connect(desk.sync_now)

    def forget(self) -> None:
        """Another library, or none, is synced from now on."""
        self._damaged = {}
        self._asked = None
        for topic in (DELETES, TROUBLE, DAMAGE):
            self._notices.clear(topic)

    # ---- one line ----

    @Slot(object)
    def _changed(self, state: object) -> None:
        if isinstance(state, SyncState):
            line = line_of(state)
            self._window.panels.sidebar.set_where(where_words(state))
            self._window.panels.top_bar.set_sync(line)
            self._card.show_state(line.full, line.kind)

    # ---- what comes ----

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Received():
                self._library.look_soon()
                if step.refused:
                    words = self.tr("{count} odd lines from other computers were left out.")
                    self._window.panels.toast.tell(words.format(count=step.refused))
            case ThumbnailsReceived(images):
                self._window.panels.library_page.grid.thumbnails_made(images)
            case Damaged(key, reason):
                self._tell_damage(key, reason)
            case DeletesHeldBack():
                self._ask(step)
            case Synced():
                self._notices.clear(TROUBLE)
            case _:
                pass

    @Slot()
    def _ended_well(self) -> None:
        self._notices.clear(TROUBLE)

    # ---- deletes ----

    def _ask(self, held: DeletesHeldBack) -> None:
        """Too many to believe unasked; nothing of it was done."""
        self._asked = held
        devices = ", ".join(held.devices[:MOST_NAMED]) or self.tr("another computer")
        words = self.tr(
            "{devices} wants {count} of {of} images in the trash or deleted. Nothing of it was done here. Is that right?"
        ).format(devices=devices, count=held.count, of=held.of)
        self._notices.tell(
            DELETES,
            words,
            [
                (self.tr("Do it"), partial(self._decide, Deletes.ACCEPT)),
                (self.tr("Keep them all"), partial(self._decide, Deletes.REFUSE)),
            ],
        )

    def _decide(self, deletes: Deletes) -> None:
        self._notices.clear(DELETES)
        self._desk.decide(deletes)
        kept = deletes is Deletes.REFUSE
        words = self.tr("They stay, here and on every other computer.") if kept else self.tr("They go.")
        self._window.panels.toast.tell(words)

    # ---- damage ----

    def _tell_damage(self, key: str, reason: str) -> None:
        """It is met again at every round, and told once."""
        if key in self._damaged:
            return
        self._damaged[key] = reason
        count = len(self._damaged)
        words = self.tr("{count} objects in the bucket can't be read and were passed over. Nothing here was changed.")
        if count == 1:
            words = self.tr("An object in the bucket can't be read and was passed over. Nothing here was changed.")
        self._notices.tell(
            DAMAGE,
            words.format(count=count),
            [
                (self.tr("Compare"), self._compare),
                (self.tr("Copy the list"), self._copy_damage),
                (self.tr("Close"), partial(self._notices.clear, DAMAGE)),
            ],
        )

    def _compare(self) -> None:
        self._notices.clear(DAMAGE)
        self._bucket.open_card()
        self.compare_wanted.emit()

    def _copy_damage(self) -> None:
        self._copy("\n".join(f"{key}: {reason}" for key, reason in self._damaged.items()))

    # ---- what needs a person ----

    @Slot(object)
    def _failed(self, error: object) -> None:
        """What passes by itself stands in the line alone."""
        passing = isinstance(error, SyncBusyError | LibraryMissingError)
        offline = isinstance(error, RemoteUnreachableError) and (
            # A disk that is not plugged in is as common as a network that is not there.
            error.title == RemoteUnreachableError.default_title or self._desk.state.is_folder
        )
        if not isinstance(error, ImagegenError) or passing or offline:
            self._notices.clear(TROUBLE)
            return
        self._notices.tell(TROUBLE, error_words(error), self._actions(error))

    def _actions(self, error: ImagegenError) -> list[Action]:
        actions: list[Action] = []
        if isinstance(error, RemoteEmptiedError):
            actions.append((self.tr("Send everything again"), self._begin_anew))
        elif isinstance(error, OF_SETTINGS):
            actions.append((self.tr("Open the settings"), self._bucket.open_form))
        if isinstance(error, RemoteChangedError):
            actions.append((self.tr("Stop syncing"), self._stop))
        else:
            actions.append((self.tr("Try again"), self._desk.sync_now))
        if error.details and not isinstance(error, RemoteChangedError):
            actions.append((self.tr("Copy details"), partial(self._copy, f"{error_words(error)}\n{error.details}")))
        if not isinstance(error, RemoteError | KeychainError):
            actions.append((self.tr("Close"), partial(self._notices.clear, TROUBLE)))
        return actions

    def _begin_anew(self) -> None:
        self._notices.clear(TROUBLE)
        self._bucket.begin_anew()

    def _stop(self) -> None:
        self._notices.clear(TROUBLE)
        self._bucket.end()

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._window.panels.toast.tell(self.tr("Copied"))
