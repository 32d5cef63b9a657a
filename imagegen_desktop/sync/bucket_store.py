"""A bucket behind the S3 protocol as the place elsewhere."""

from __future__ import annotations

import base64
import hashlib
import math
import mimetypes
import threading
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.core.remote import (
    RemoteAbsentError,
    RemoteConflictError,
    RemoteDamagedError,
    RemoteError,
    RemoteObject,
)
from imagegen_desktop.sync.bandwidth import Bandwidth
from imagegen_desktop.sync.bucket_client import CONNECTIONS
from imagegen_desktop.sync.bucket_errors import BrokenOffError, remote_errors
from imagegen_desktop.sync.connections import Connections
from imagegen_desktop.sync.folder_store import md5_of
from imagegen_desktop.sync.in_flight import InFlight
from imagegen_desktop.sync.incoming import Incoming, md5_told
from imagegen_desktop.sync.landing import land
from imagegen_desktop.sync.sending import Outgoing, Sending, outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from imagegen_desktop.sync.bucket_client import BucketClient

# Above, a file goes in equal parts (R2 wants them equal), each with a MD5 of its own.
PART: Final = 16 << 20
# boto3 asks again only until an answer has begun; one that broke off is asked for anew here.
READINGS: Final = 3
# Near, more threads only wait for each other; far away, most of their time is waiting. Seconds of a round trip.
LANES, FAR_LANES, FAR = 16, CONNECTIONS, 0.05
# On a slow line more at once would only have each of them take longer, and all of it is sent again after a stop.
BYTES_AT_ONCE: Final = 24 << 20

T = TypeVar("T")


class BucketStore:
    """`client` is made by `bucket_client`. Safe from several threads: so is a client of boto3's."""

    def __init__(self, client: BucketClient, *, uploads_per_second: int = 0) -> None:
        self._s3 = client.s3
        self._bucket = client.bucket
        self._prefix = f"{client.prefix}/" if client.prefix else ""
        self._closed = threading.Event()
        self._bandwidth = Bandwidth(uploads_per_second, wait=self._closed.wait)
        self._connections = Connections(self._s3)
        self._in_flight = InFlight(BYTES_AT_ONCE)
        self._round_trip = math.inf
        # Until one that is none was seen: some servers give other names (of encrypted objects, for one).
        self._etags_are_md5 = True
        self._s3.meta.events.register("before-send.s3", self._before_request)

    @property
    def lanes(self) -> int:
        return FAR_LANES if FAR <= self._round_trip < math.inf else LANES

    def put(self, key: str, data: bytes | Path, *, absent: bool = False) -> None:
        """HEAD before: no server is relied on to refuse an overwriting, and most objects are new."""
        if not absent and self.head(key) is not None:
            if not self.matches(key, data):
                raise RemoteConflictError(key)
            return
        self._send(key, data)

    def publish(self, key: str, data: bytes | Path, content_type: str) -> None:
        """A copy for others, at a key that was never used: whoever opens its link sees it as what it is."""
        self._send(key, data, ContentType=content_type)

    def unpublish(self, key: str) -> None:
        self.delete(key)

    @property
    def tells_sizes(self) -> bool:
        return True

    def count_foreign(self) -> int:
        return 0

    def get(self, key: str, *, limit: int) -> bytes:
        return self._again(lambda: self._get(key, limit))

    def fetch(self, key: str, into: Path, *, sha256: str = "", limit: int | None = None) -> None:
        self._again(lambda: self._fetch(key, into, sha256, limit))

    def head(self, key: str) -> RemoteObject | None:
        told = self._head(key)
        return None if told is None else RemoteObject(key, int(told["ContentLength"]))

    def matches(self, key: str, data: bytes | Path) -> bool:
        """An ETag that is a MD5 says it; others (of parts, of encrypted objects) say nothing, and the object is read."""
        told = self._head(key)
        size = len(data) if isinstance(data, bytes) else data.stat().st_size
        if told is None or int(told["ContentLength"]) != size:
            return False
        ours = md5_of(data)
        return md5_told(told) == ours or self._again(lambda: self._md5(key)) == ours

    def list(self, prefix: str, *, after: str = "") -> Iterator[RemoteObject]:
        more: dict[str, Any] = {"StartAfter": self._prefix + after} if after else {}
        while True:
            with self._asking(prefix), self._timed():
                page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix + prefix, **more)
            for one in page.get("Contents", []):
                key = str(one["Key"]).removeprefix(self._prefix)
                # Not every server knows StartAfter.
                if key > after:
                    yield RemoteObject(key, int(one["Size"]))
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, key: str) -> None:
        with self._asking(key):
            self._s3.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def link(self, key: str, seconds: int, *, name: str = "") -> str:
        """An address that anybody can read the object at for so long, at most seven days; saved, it is called `name`."""
        said: dict[str, str] = {}
        if name:
            said["ResponseContentDisposition"] = f"inline; filename*=UTF-8''{quote(name, safe='')}"
            kind, _ = mimetypes.guess_type(name)
            said |= {"ResponseContentType": kind} if kind else {}
        with self._asking(key):
            told: str = self._s3.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket, "Key": self._prefix + key, **said}, ExpiresIn=seconds
            )
            return told

    def close(self) -> None:
        self._closed.set()
        self._in_flight.end()
        self._connections.shut()
        self._s3.close()

    # ---- own ----

    @contextmanager
    def _asking(self, key: str) -> Generator[None]:
        try:
            with remote_errors(key):
                yield
        except RemoteError as error:
            if self._closed.is_set():
                raise _stopped() from error
            raise

    @contextmanager
    def _timed(self) -> Generator[None]:
        """The shortest of small questions is about one round trip."""
        begun = time.monotonic()
        yield
        self._round_trip = min(self._round_trip, time.monotonic() - begun)

    def _before_request(self, **_: object) -> None:
        if self._closed.is_set():
            raise _stopped()

    def _before_bytes(self, count: int) -> None:
        self._bandwidth.take(count)
        self._before_request()

    def _again(self, read: Callable[[], T]) -> T:
        for _ in range(READINGS - 1):
            try:
                return read()
            except BrokenOffError:
                continue
        return read()

    def _get(self, key: str, limit: int) -> bytes:
        with self._asking(key):
            md5, data = self._read(key, limit)
            if not self._etags_are_md5 or md5 in {"", md5_of(data)}:
                return data
            # Either it was damaged on the way, which will not come out the same twice, or this server's ETags lie.
            md5, again = self._read(key, limit)
            if again == data:
                self._etags_are_md5 = False
            elif md5 not in {"", md5_of(again)}:
                raise RemoteDamagedError(f"{key} comes differently each time")
            return again

    def _read(self, key: str, limit: int) -> tuple[str, bytes]:
        """(the MD5 that the server says, the bytes)."""
        with self._opened(key) as there:
            if there.length > limit:
                raise RemoteDamagedError(f"{key} is larger than {limit} bytes")
            return there.md5, b"".join(there.pieces())

    def _fetch(self, key: str, into: Path, sha256: str, limit: int | None) -> None:
        with self._asking(key), self._opened(key) as there:
            land(there.pieces(), into, key=key, sha256=sha256, limit=limit)

    def _md5(self, key: str) -> str:
        digest = hashlib.md5(usedforsecurity=False)
        with self._asking(key), self._opened(key) as there:
            for piece in there.pieces():
                digest.update(piece)
        return digest.hexdigest()

    @contextmanager
    def _opened(self, key: str) -> Generator[Incoming]:
        told: dict[str, Any] = self._s3.get_object(Bucket=self._bucket, Key=self._prefix + key)
        with closing(told["Body"]) as body:
            yield Incoming(key, body, int(told["ContentLength"]), md5_told(told))

    def _head(self, key: str) -> dict[str, Any] | None:
        try:
            with self._asking(key), self._timed():
                told: dict[str, Any] = self._s3.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except RemoteAbsentError:
            return None
        return told

    def _send(self, key: str, data: bytes | Path, **said: str) -> None:
        with outgoing(data) as source, self._in_flight.taken(min(source.size, PART)), self._asking(key):
            if source.size > PART:
                self._send_parts(key, source, said)
            else:
                self._send_whole(key, source, said)

    def _send_whole(self, key: str, source: Outgoing, said: dict[str, str]) -> None:
        body = Sending(source.stream, 0, source.size, self._before_bytes)
        md5 = body.md5()
        told = self._s3.put_object(
            Bucket=self._bucket,
            Key=self._prefix + key,
            Body=body if source.size else b"",
            ContentMD5=_base64(md5),
            **said,
        )
        if self._etags_are_md5 and md5_told(told) not in {"", md5.hex()}:
            self._judge(key, md5.hex())

    def _judge(self, key: str, md5: str) -> None:
        """The server named what it was sent otherwise than by its MD5: read it, and learn whether its names mean that."""
        if self._again(lambda: self._md5(key)) != md5:
            # Left there it would stand in the way of the right one.
            self.delete(key)
            raise RemoteDamagedError(key, title="What was sent arrived damaged")
        self._etags_are_md5 = False

    def _send_parts(self, key: str, source: Outgoing, said: dict[str, str]) -> None:
        name = self._prefix + key
        begun = self._s3.create_multipart_upload(Bucket=self._bucket, Key=name, **said)["UploadId"]
        parts: list[dict[str, Any]] = []
        try:
            for number, start in enumerate(range(0, source.size, PART), start=1):
                body = Sending(source.stream, start, min(PART, source.size - start), self._before_bytes)
                md5 = _base64(body.md5())
                told = self._s3.upload_part(
                    Bucket=self._bucket, Key=name, UploadId=begun, PartNumber=number, Body=body, ContentMD5=md5
                )
                parts.append({"PartNumber": number, "ETag": told["ETag"]})
            self._complete(key, begun, parts, source)
        except BaseException as error:
            # What is left of it would be paid for, and nobody would see it. After a stop nothing more can be asked for.
            if not self._closed.is_set():
                self._abort(key, begun, error)
            raise
        known = self.head(key)
        if known is None or known.size != source.size:
            raise RemoteDamagedError(f"{key} is not of the size that was sent")

    def _complete(self, key: str, begun: str, parts: list[dict[str, Any]], source: Outgoing) -> None:
        """boto3 asks again where the answer was lost; of an upload that was completed, the server knows nothing then."""
        try:
            with self._asking(key):
                self._s3.complete_multipart_upload(
                    Bucket=self._bucket, Key=self._prefix + key, UploadId=begun, MultipartUpload={"Parts": parts}
                )
        except RemoteAbsentError:
            ours = Sending(source.stream, 0, source.size, self._before_bytes).md5().hex()
            if self._again(lambda: self._md5(key)) != ours:
                raise

    def _abort(self, key: str, begun: str, error: BaseException) -> None:
        try:
            with self._asking(key):
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=self._prefix + key, UploadId=begun)
        except RemoteError as also:
            error.add_note(f"nor could its parts be removed: {also.details}")


def _stopped() -> CancelledError:
    return CancelledError("the bucket was closed", advice="What is not in the bucket yet is sent again later.")


def _base64(md5: bytes) -> str:
    return base64.b64encode(md5).decode()
