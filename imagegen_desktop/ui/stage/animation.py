"""Plays an animated picture on the stage: a worker decodes, the main thread only swaps pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Slot

from imagegen_desktop.imaging.animation import Frame, Frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.ui.stage.stage import Stage
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.workers.runner import Runner

UNSEEN_MS = 500


class Player(QObject):
    """Asks for one frame ahead of the one that is shown, and for no more: a long picture takes no more memory than a short one.

    It plays by itself unless the person wishes for less motion, and pauses when asked. `runner` is for this alone.
    """

    def __init__(self, stage: Stage, appearance: Appearance, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._appearance = appearance
        self._runner = runner
        self._frames: Frames | None = None
        self._ahead: Frame | None = None
        self._playing = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._due)
        stage.animation_changed.connect(self._changed)
        stage.play_requested.connect(self._toggle)

    @property
    def playing(self) -> bool:
        return self._playing

    @Slot(object)
    def _changed(self, frames: object) -> None:
        before = self._frames
        if before is not None and before is not frames:
            # On the worker, which may be reading it right now.
            self._runner.start(lambda _cancel: _closing(before))
        self._frames = frames if isinstance(frames, Frames) else None
        self._ahead = None
        self._timer.stop()
        self._play(self._frames is not None and not self._appearance.reduced_motion)

    @Slot()
    def _toggle(self) -> None:
        if self._frames is not None:
            self._play(not self._playing)

    def _play(self, playing: bool) -> None:  # noqa: FBT001 (a state, not a mode)
        self._playing = playing
        self._stage.show_playing(playing if self._frames is not None else None)
        if not playing:
            self._timer.stop()
        elif self._ahead is None:
            self._want()
        else:
            self._timer.start(0)

    def _want(self) -> None:
        frames = self._frames
        if frames is not None:
            self._runner.start(lambda cancel: _next(frames, cancel)).stepped.connect(self._came)

    @Slot(object)
    def _came(self, told: object) -> None:
        frames, frame = cast("tuple[Frames, Frame | None]", told)
        if frames is not self._frames:
            return
        if frame is None:
            # Only one frame can be read: it stands.
            self._play(False)
            return
        self._ahead = frame
        if self._playing and not self._timer.isActive():
            self._due()

    @Slot()
    def _due(self) -> None:
        """The frame that is shown has stood long enough."""
        frame = self._ahead
        if frame is None:
            return
        if not self._stage.isVisible():
            self._timer.start(UNSEEN_MS)
            return
        self._ahead = None
        self._stage.show_frame(frame.pixels)
        self._timer.start(frame.milliseconds)
        self._want()


def _next(frames: Frames, cancel: CancelToken) -> Iterator[tuple[Frames, Frame | None]]:
    if not cancel.cancelled:
        yield frames, frames.next()


def _closing(frames: Frames) -> Iterator[object]:
    frames.close()
    return
    yield
