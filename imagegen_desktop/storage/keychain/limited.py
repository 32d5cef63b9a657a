"""Puts a time limit on a store that may ask the person something nobody answers."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from imagegen_desktop.core.errors import KeychainLockedError
from imagegen_desktop.core.secret import SecretStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.secret import Secret

T = TypeVar("T")


class LockableStore(SecretStore, Protocol):
    """A SecretStore that can be locked: `get` never asks the person, the other methods may."""

    def unlock(self) -> None:
        """Ask the person to unlock it. Raises KeychainLockedError if it stays locked; blocks until it is answered."""
        ...


class LimitedSecrets:
    """Runs each call of `inner` on a daemon thread of its own, and waits at most `seconds` for it.

    A locked keychain whose question nobody answers blocks its caller for ever, and nothing can end that call from
    outside. So its thread is left alone: it ends with the answer or with the program. While one is left so, further
    calls fail at once, or each of them would open one more question.
    """

    def __init__(self, inner: LockableStore, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds
        self._left_alone: threading.Thread | None = None

    @property
    def place(self) -> str:
        return self._limited(lambda: self._inner.place)

    def get(self, name: str) -> Secret | None:
        return self._limited(partial(self._inner.get, name))

    def put(self, name: str, secret: Secret) -> None:
        self._limited(partial(self._inner.put, name, secret))

    def delete(self, name: str) -> None:
        self._limited(partial(self._inner.delete, name))

    def unlock(self) -> None:
        self._limited(self._inner.unlock)

    def _limited(self, work: Callable[[], T]) -> T:
        """Raises what `work` raises, or KeychainLockedError when the time is up."""
        if self._left_alone is not None and self._left_alone.is_alive():
            raise KeychainLockedError("an earlier question of the keychain has not been answered yet")
        future: Future[T] = Future()
        thread = threading.Thread(target=_fulfil, args=(future, work), name="keychain", daemon=True)
        thread.start()
        try:
            return future.result(self._seconds)
        except TimeoutError:
            if future.done():
                raise
            self._left_alone = thread
            raise KeychainLockedError(f"the keychain did not answer within {self._seconds:g} s") from None


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 (carried over to the calling thread, where it is raised again)
        future.set_exception(error)
    else:
        future.set_result(result)
