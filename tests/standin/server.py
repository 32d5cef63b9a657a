"""StandIn: start it, give it faults, ask it afterwards what came and what it cost."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Self

from standin.contract import chat_contract, images_contract
from standin.families import CLASSIC_MODELS, Family, traits_of
from standin.faults import Door, Fault, FaultQueue
from standin.gate import Gate
from standin.handler import Handler, StrayHandler
from standin.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from standin.records import Billed, Received, StoredFile

PATHS: Final = {
    Door.IMAGES: "/images/generations",
    Door.CHAT: "/chat/completions",
}


class StandIn:
    """Listens from the start of the `with` block, and has ended every thread of its own at its end.

    `faults` wait for the image requests, one each and in order (chat faults for the chat requests). `delay` is in
    seconds, before each preview and each answer. `image_bytes` fills every picture up to that length. `classic` lets
    an OPENAI server know dall-e-2 and dall-e-3 again. `relative_urls` leaves the origin out of URLs. `tell_line` gets a
    line for every request, on the connection's thread.
    """

    def __init__(
        self,
        *,
        key: str = "sk-test",
        faults: Iterable[Fault] = (),
        family: Family = Family.OPENAI,
        delay: float = 0.0,
        image_bytes: int = 0,
        classic: bool = False,
        relative_urls: bool = False,
        port: int = 0,
        tell_line: Callable[[str], None] | None = None,
    ) -> None:
        self.key = key
        self.delay = delay
        self.image_bytes = image_bytes
        traits = traits_of(family)
        if classic:
            traits = replace(traits, models=(*traits.models, *CLASSIC_MODELS), listed=(*CLASSIC_MODELS, *traits.listed))
        self.traits = traits
        self.images_contract = images_contract()
        self.chat_contract = chat_contract()
        self.gate = Gate()
        self.salt = secrets.token_hex(4)
        self._relative_urls = relative_urls
        self._port = port
        self._tell_line = tell_line
        self._faults = FaultQueue()
        self._changed = threading.Condition()
        self._requests: list[Received] = []
        self._strayed: list[Received] = []
        self._bill: list[Billed] = []
        self._images: list[bytes] = []
        self._files: dict[str, StoredFile] = {}
        self._listener: Listener | None = None
        self._elsewhere: Listener | None = None
        for fault in faults:
            self.add_fault(fault)

    # ---- for tests ----

    @property
    def origin(self) -> str:
        return self._listening.origin

    @property
    def base_url(self) -> str:
        query = f"/?{self.traits.query}" if self.traits.query else ""
        return f"{self.origin}{self.traits.root}{query}"

    @property
    def requests(self) -> list[Received]:
        """Every request read whole, in order, whatever it asked for."""
        with self._changed:
            return list(self._requests)

    @property
    def strayed(self) -> list[Received]:
        """What arrived at the other origin, to which Fault.REDIRECT leads."""
        with self._changed:
            return list(self._strayed)

    @property
    def bill(self) -> list[Billed]:
        """The image requests for which work was done, whether or not the answer arrived."""
        with self._changed:
            return list(self._bill)

    @property
    def images(self) -> list[bytes]:
        """The pictures made, in order, as a client finds them after decoding: a spoilt one is here spoilt."""
        with self._changed:
            return list(self._images)

    def add_fault(self, fault: Fault, times: int | None = 1, *, on: Door | None = None) -> None:
        """Have the next `times` requests at a door go wrong, after the faults already waiting; None: for ever.

        The door is that of the images, or of the chat for faults of the chat, unless `on` names another.
        """
        self._faults.add(fault, times, on)

    def hold(self, *, after_previews: int = 0) -> None:
        """Let image requests arrive, but hold their work: before it begins and is billed, or after so many previews."""
        self.gate.close(after_previews)

    def release(self) -> None:
        """Let held and stalled requests go on."""
        self.gate.open()

    def wait_received(self, count: int, timeout: float = 10.0, *, on: Door = Door.IMAGES) -> None:
        """Return when `count` requests at a door were read whole. Raises TimeoutError after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._received(on) >= count, timeout):
                raise TimeoutError(f"{self._received(on)} of {count} requests came to the door {on}")

    def expire_urls(self) -> None:
        """Let the hour pass after which the URLs given so far answer 403."""
        with self._changed:
            for file in self._files.values():
                file.expired = True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        failures = self.stop()
        if failures and kind is None:
            raise RuntimeError("the stand-in itself failed") from failures[0]

    def start(self) -> None:
        self._listener = Listener(self._port, partial(Handler, self))
        self._elsewhere = Listener(0, partial(StrayHandler, self))

    def stop(self) -> list[BaseException]:
        """End every thread and give what the stand-in itself did wrong."""
        self.gate.stop()
        failures: list[BaseException] = []
        for listener in (self._listener, self._elsewhere):
            if listener is not None:
                listener.stop()
                failures += listener.failures
        return failures

    # ---- for the handlers ----

    @property
    def elsewhere(self) -> str:
        """The other origin."""
        if self._elsewhere is None:
            raise RuntimeError("the stand-in was not started")
        return self._elsewhere.origin

    def take(self, door: Door) -> Fault | None:
        return self._faults.take(door)

    def remember(self, received: Received) -> int:
        """The request's number, from 0."""
        with self._changed:
            self._requests.append(received)
            self._changed.notify_all()
            return len(self._requests) - 1

    def remember_stray(self, received: Received) -> None:
        with self._changed:
            self._strayed.append(received)

    def charge(self, billed: Billed, pictures: list[bytes]) -> None:
        with self._changed:
            self._bill.append(billed)
            self._images += pictures

    def store_file(self, file: StoredFile) -> str:
        """Keep a file and give its URL."""
        path = f"{self.traits.files}{secrets.token_urlsafe(12)}.{file.media_type.rpartition('/')[2]}"
        with self._changed:
            self._files[path] = file
        return path if self._relative_urls else self.origin + path

    def open_file(self, path: str) -> StoredFile | int:
        """The file, or the status with which it is refused."""
        with self._changed:
            file = self._files.get(path)
            if file is None:
                return 404
            if file.expired:
                return 403
            if file.failures:
                file.failures -= 1
                return 500
            return file

    def tell(self, number: int, received: Received, said: str) -> None:
        if self._tell_line is not None:
            self._tell_line(f"#{number} {received.method} {received.path} -> {said}")

    @property
    def _listening(self) -> Listener:
        if self._listener is None:
            raise RuntimeError("the stand-in was not started")
        return self._listener

    def _received(self, door: Door) -> int:
        return sum(1 for received in self._requests if received.path.startswith(self._path(door)))

    def _path(self, door: Door) -> str:
        match door:
            case Door.MODELS:
                return self.traits.list_path
            case Door.FILES:
                return self.traits.files
            case Door.IMAGES | Door.CHAT:
                return self.traits.root + PATHS[door]
