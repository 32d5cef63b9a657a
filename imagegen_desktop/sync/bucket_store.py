"""A bucket behind the S3 protocol as the place elsewhere."""

from __future__ import annotations

import base64
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Protocol

from imagegen_desktop.core.remote import RemoteAbsentError, RemoteConflictError, RemoteDamagedError, RemoteObject
from imagegen_desktop.sync.bandwidth import Bandwidth
from imagegen_desktop.sync.bucket_errors import remote_errors
from imagegen_desktop.sync.folder_store import md5_of
from imagegen_desktop.sync.landing import land

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.sync.bucket_client import BucketClient

# Above, a file goes in equal parts (R2 wants them equal), each with a MD5 of its own.
PART: Final = 16 << 20
PIECE: Final = 1 << 20
MD5_HEX: Final = 32


class Body(Protocol):
    """What comes of an object, piece by piece."""

    def read(self, amount: int) -> bytes: ...


class BucketStore:
    """`client` is made by `bucket_client`. Safe from several threads: so is a client of boto3's."""

    def __init__(self, client: BucketClient, *, uploads_per_second: int = 0) -> None:
        self._s3 = client.s3
        self._bucket = client.bucket
        self._prefix = f"{client.prefix}/" if client.prefix else ""
        self._bandwidth = Bandwidth(uploads_per_second)

    def put(self, key: str, data: bytes | Path) -> None:
        """HEAD before: no server is relied on to refuse an overwriting, and most objects are new."""
        with remote_errors(key):
            if self.head(key) is not None:
                if not self.matches(key, data):
                    raise RemoteConflictError(key)
                return
            size = len(data) if isinstance(data, bytes) else data.stat().st_size
            if size > PART and not isinstance(data, bytes):
                self._put_parts(key, data)
            else:
                body = data if isinstance(data, bytes) else data.read_bytes()
                self._bandwidth.take(len(body))
                told = self._s3.put_object(
                    Bucket=self._bucket, Key=self._prefix + key, Body=body, ContentMD5=_md5(body)
                )
                self._check(key, str(told.get("ETag", "")), md5_of(body))

    def get(self, key: str, *, limit: int) -> bytes:
        with remote_errors(key):
            told = self._s3.get_object(Bucket=self._bucket, Key=self._prefix + key)
            with closing(told["Body"]) as body:
                data: bytes = body.read(limit + 1)
            if len(data) > limit:
                raise RemoteDamagedError(f"{key} is larger than {limit} bytes")
            if len(data) != int(told["ContentLength"]):
                raise RemoteDamagedError(f"{key} was cut off")
            return data

    def fetch(self, key: str, into: Path, *, sha256: str = "") -> None:
        with remote_errors(key):
            told = self._s3.get_object(Bucket=self._bucket, Key=self._prefix + key)
            with closing(told["Body"]) as body:
                land(_pieces(body, int(told["ContentLength"]), key), into, key=key, sha256=sha256)

    def head(self, key: str) -> RemoteObject | None:
        try:
            with remote_errors(key):
                told = self._s3.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except RemoteAbsentError:
            return None
        return RemoteObject(key, int(told["ContentLength"]))

    def matches(self, key: str, data: bytes | Path) -> bool:
        """An ETag that is a MD5 says it; others (of parts, of encrypted objects) say nothing, and the object is read."""
        try:
            with remote_errors(key):
                told = self._s3.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except RemoteAbsentError:
            return False
        size = len(data) if isinstance(data, bytes) else data.stat().st_size
        if int(told["ContentLength"]) != size:
            return False
        etag, ours = str(told.get("ETag", "")).strip('"'), md5_of(data)
        if len(etag) == MD5_HEX and etag == ours:
            return True
        there = self.get(key, limit=size)
        return md5_of(there) == ours

    def list(self, prefix: str, *, after: str = "") -> Iterator[RemoteObject]:
        more: dict[str, Any] = {"StartAfter": self._prefix + after} if after else {}
        while True:
            with remote_errors(prefix):
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
        with remote_errors(key):
            self._s3.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def link(self, key: str, seconds: int) -> str:
        """An address that anybody can read the object at for so long, at most seven days."""
        with remote_errors(key):
            told: str = self._s3.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket, "Key": self._prefix + key}, ExpiresIn=seconds
            )
            return told

    def close(self) -> None:
        self._s3.close()

    # ---- own ----

    def _put_parts(self, key: str, file: Path) -> None:
        name = self._prefix + key
        begun = self._s3.create_multipart_upload(Bucket=self._bucket, Key=name)["UploadId"]
        parts: list[dict[str, Any]] = []
        try:
            with file.open("rb") as stream:
                while piece := stream.read(PART):
                    self._bandwidth.take(len(piece))
                    number = len(parts) + 1
                    told = self._s3.upload_part(
                        Bucket=self._bucket,
                        Key=name,
                        UploadId=begun,
                        PartNumber=number,
                        Body=piece,
                        ContentMD5=_md5(piece),
                    )
                    parts.append({"PartNumber": number, "ETag": told["ETag"]})
            self._s3.complete_multipart_upload(
                Bucket=self._bucket, Key=name, UploadId=begun, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            # What is left of it would be paid for, and nobody would see it.
            self._s3.abort_multipart_upload(Bucket=self._bucket, Key=name, UploadId=begun)
            raise
        known = self.head(key)
        if known is None or known.size != file.stat().st_size:
            raise RemoteDamagedError(f"{key} is not of the size that was sent")

    @staticmethod
    def _check(key: str, etag: str, md5: str) -> None:
        told = etag.strip('"')
        if len(told) == MD5_HEX and told != md5 and all(sign in "0123456789abcdef" for sign in told):
            raise RemoteDamagedError(f"{key}: the server says MD5 {told}, sent was {md5}")


def _md5(data: bytes) -> str:
    return base64.b64encode(bytes.fromhex(md5_of(data))).decode()


def _pieces(body: Body, length: int, key: str) -> Iterator[bytes]:
    got = 0
    while piece := body.read(PIECE):
        got += len(piece)
        yield piece
    if got != length:
        raise RemoteDamagedError(f"{key} was cut off after {got} of {length} bytes")
