"""The words of a library's sync: one line of how it stands, what a comparison found, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication, QLocale

from imagegen_desktop.core.remote import RemoteUnreachableError, SyncBusyError
from imagegen_desktop.studio.syncing.steps import Finding
from imagegen_desktop.studio.syncing.whereabouts import Whereabouts
from imagegen_desktop.ui.sync_line import SyncLine
from imagegen_desktop.ui.sync_state import SyncPhase, SyncState

if TYPE_CHECKING:
    from imagegen_desktop.core.errors import ImagegenError
    from imagegen_desktop.studio.syncing.steps import Compared, Found
    from imagegen_desktop.ui.status_kind import StatusKind


def line_of(state: SyncState) -> SyncLine:
    """Empty words where the library is kept nowhere else."""
    match state.phase:
        case SyncPhase.OFF:
            line = SyncLine("", "", "cloud-off", "text3", "none")
        case SyncPhase.ASKING:
            line = _one(state, _tr("Asking the bucket"), _tr("Asking the folder"), "cloud-sync", "busy")
        case SyncPhase.RECEIVING:
            words = _tr("Receiving {done} of {of}").format(done=_number(state.done), of=_number(state.of))
            line = SyncLine(words, words, "cloud-download", "text2", "busy")
        case SyncPhase.SENDING:
            # The one that is being sent now counts.
            done = min(state.of, state.done + 1)
            words = _tr("Sending {done} of {of}").format(done=_number(done), of=_number(state.of))
            line = SyncLine(words, words, "cloud-upload", "text2", "busy")
        case SyncPhase.RESTING:
            line = _resting(state)
        case SyncPhase.PAUSED:
            full = _tr("Paused: nothing is sent or fetched by itself")
            line = SyncLine(_tr("Paused"), _joined(_waiting(state), full), "pause", "text2", "warn")
        case SyncPhase.OFFLINE | SyncPhase.TROUBLE:
            line = _troubled(state)
        case _:
            assert_never(state.phase)
    return line


def where_words(state: SyncState) -> str:
    """Where the whole of the library is kept, "" for this computer alone."""
    if not state.is_on:
        return ""
    return _tr("Here and in the folder") if state.is_folder else _tr("Here and in the bucket")


def _resting(state: SyncState) -> SyncLine:
    if state.failed:
        short = _tr("{count} could not be sent").format(count=_number(state.failed))
        return SyncLine(
            short, _tr("{words}; tried again in a minute").format(words=short), "cloud-alert", "warn", "warn"
        )
    if state.waiting:
        # They lie there already; the words about them are gathered for up to a minute.
        words = _tr("{count} on their way").format(count=_number(state.waiting))
        if state.waiting == 1:
            words = _tr("1 on its way")
        return SyncLine(words, words, "cloud-upload", "text2", "busy")
    return _one(state, _tr("Everything in the bucket"), _tr("Everything in the folder"), "cloud-check", "ok")


def _troubled(state: SyncState) -> SyncLine:
    error = state.error
    reason = error.title if error is not None else ""
    offline = state.phase is SyncPhase.OFFLINE
    if offline and (error is None or error.title == RemoteUnreachableError.default_title):
        reason = _tr("can't be reached")
        short = _tr("Can't be reached")
    elif isinstance(error, SyncBusyError):
        reason, short = _tr("another window or command is at it"), _tr("Busy elsewhere")
    else:
        short = _tr("Can't be reached") if offline else _tr("Bucket needs you")
        reason = reason[:1].lower() + reason[1:]
    full = [_waiting(state) or _tr("Nothing waits")]
    full.append(": " + reason)
    if state.seconds is not None:
        again = f"{state.seconds // 60}:{state.seconds % 60:02}"
        full.append(_tr(", tried again in {time}").format(time=again))
        if offline:
            short = f"{short} · {again}"
    icon = "cloud-off" if offline else "cloud-alert"
    return SyncLine(short, "".join(full), icon, "warn", "warn" if offline else "error")


def _waiting(state: SyncState) -> str:
    if not state.waiting:
        return ""
    one, many = _tr("1 waits for the bucket"), _tr("{count} wait for the bucket")
    if state.is_folder:
        one, many = _tr("1 waits for the folder"), _tr("{count} wait for the folder")
    return one if state.waiting == 1 else many.format(count=_number(state.waiting))


def _one(state: SyncState, bucket: str, folder: str, icon: str, kind: StatusKind) -> SyncLine:
    words = folder if state.is_folder else bucket
    return SyncLine(words, words, icon, "ok" if kind == "ok" else "text2", kind)


def _joined(*parts: str) -> str:
    return ". ".join(filter(None, parts))


def place_words(place: Whereabouts, reason: str = "") -> str:
    """Where an image's original lies; `reason` is why it could not be sent."""
    match place:
        case Whereabouts.BOTH:
            return _tr("In the bucket and on this computer")
        case Whereabouts.WAITING:
            return reason or _tr("Waits for the bucket")
        case Whereabouts.ELSEWHERE:
            return _tr("In the bucket alone")
        case Whereabouts.LOST:
            return _tr("Neither here nor in the bucket")
        case _:
            assert_never(place)


def found_words(found: Found) -> str:
    """One line of a list to copy."""
    words = f"{finding_words(found.finding)}: {found.what}"
    return _tr("{words} (mended)").format(words=words) if found.mended else words


def finding_words(finding: Finding) -> str:
    match finding:
        case Finding.NOT_THERE:
            return _tr("Not in the bucket")
        case Finding.NOT_HERE:
            return _tr("In the bucket, not on this computer")
        case Finding.LOST:
            return _tr("In neither place")
        case Finding.DIFFERS:
            return _tr("Other bytes in the bucket than those that came")
        case Finding.FOREIGN:
            return _tr("Not of this library")
        case Finding.DAMAGED:
            return _tr("Can't be read")
        case _:
            assert_never(finding)


def compared_words(compared: Compared) -> tuple[str, StatusKind]:
    """What a comparison says at its end, and how serious it is. What merely lies in the bucket alone is no fault."""
    sound = _number(compared.sound)
    words = [_tr("Right in the bucket: {count}.").format(count=sound)]
    if compared.read_back:
        words = [_tr("Read back and right: {count}.").format(count=sound)]
    words += [f"{finding_words(finding)}: {_number(count)}." for finding, count in compared.found.items()]
    if compared.mended:
        words.append(_tr("Mended: {count}.").format(count=_number(compared.mended)))
    faults = sum(count for finding, count in compared.found.items() if finding is not Finding.NOT_HERE)
    return " ".join(words), "ok" if faults <= compared.mended else "warn"


def error_words(error: ImagegenError) -> str:
    return f"{error.title}. {error.advice}"


def size_words(size_bytes: int) -> str:
    """Such as "3.2 MB"."""
    return QLocale().formattedDataSize(size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def time_words(seconds: int) -> str:
    """Such as "1:05"."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _number(count: int) -> str:
    return QLocale().toString(count)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sync", text)
