"""Keeps hold of a client's connections, so that whoever waits on a silent server can be woken."""

from __future__ import annotations

import socket
import threading
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Connections:
    """Of one client of boto3's; `s3.close()` alone would leave those that are in use to their time limits."""

    def __init__(self, s3: Any) -> None:  # noqa: ANN401 (it has no type of its own)
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        # WORKAROUND: botocore has no way in for this; what it makes its connections of is a dict of classes by scheme.
        pools: dict[str, Any] = s3._endpoint.http_session._pool_classes_by_scheme  # noqa: SLF001 (see above)
        for scheme, pool in list(pools.items()):
            pools[scheme] = _watched(pool, self._opened)

    def shut(self) -> None:
        """End them all. Who was reading or writing on one gets an error at once. Safe from any thread."""
        with self._lock:
            for one in list(self._open):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # It had ended by itself.
                    continue

    def _opened(self, one: socket.socket) -> None:
        with self._lock:
            self._open.add(one)


def _watched(pool: Any, opened: Callable[[socket.socket], None]) -> type:  # noqa: ANN401 (a class of botocore's)
    """The same kind of pool, whose connections hand on a second handle of their sockets.

    The first is not enough: while TLS is being agreed on, it belongs to nobody that could be asked for it.
    """
    of: Any = pool.ConnectionCls

    def new_conn(self: Any) -> socket.socket:  # noqa: ANN401 (the same)
        made: socket.socket = of._new_conn(self)  # noqa: SLF001 (urllib3 has no other place for it)
        self.second_handle = made.dup()
        opened(self.second_handle)
        return made

    def close(self: Any) -> None:  # noqa: ANN401 (the same)
        second: socket.socket | None = getattr(self, "second_handle", None)
        if second is not None:
            second.close()
        of.close(self)

    connection = type("WatchedConnection", (of,), {"_new_conn": new_conn, "close": close})
    return type("WatchedPool", (pool,), {"ConnectionCls": connection})
