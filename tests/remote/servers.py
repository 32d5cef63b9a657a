"""Starts real S3 servers: SeaweedFS, rclone's, and moto with its authentication on."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.remote import RemoteSettings
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.sync.bucket_client import bucket_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.sync.bucket_client import BucketClient

ACCESS, SECRET = "testaccesskey0000", "testsecretkey-7f3k9q"
PATIENCE = 40.0
RIGHTS = ("s3:ListBucket", "s3:PutObject", "s3:GetObject", "s3:DeleteObject")


@dataclass(frozen=True, slots=True)
class Server:
    """`certificates` is a file of what to trust, `tls` that and its key: who has both can stand in between."""

    url: str
    tls: tuple[Path, Path]
    access: str = ACCESS
    secret: str = SECRET
    # moto answers 500 to a signed link while its authentication is on (5.2.5).
    knows_links: bool = True
    # The keys of those who may not do one thing, by what it is; only moto has them.
    lacking: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def certificates(self) -> str:
        return str(self.tls[0])

    def settings(self, bucket: str, **changes: Any) -> RemoteSettings:
        fields = {"endpoint": self.url, "bucket": bucket, "prefix": "mine", "access_key": self.access}
        return RemoteSettings(**{"region": "us-east-1", **fields, **changes})

    def client(self, bucket: str, *, expects: bool = False, **changes: str) -> BucketClient:
        secret = changes.pop("secret", self.secret)
        settings = self.settings(bucket, **changes)
        return bucket_client(settings, Secret(secret), certificates=self.certificates, expects=expects)

    def new_bucket(self) -> str:
        """A name that was never used: some servers trip over one that comes again."""
        name = f"b-{new_id()}".lower()
        client = self.client(name)
        client.s3.create_bucket(Bucket=name)
        client.s3.close()
        return name


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def program(name: str) -> str:
    found = Path(sysconfig.get_path("scripts")) / name
    return str(found) if found.exists() else shutil.which(name) or name


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[None]:
    """The server answers, with whatever status, before the block begins; it has ended after it."""
    log = folder / "server.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RCLONE_"))}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environ)
    try:
        _wait_for(url, process, log)
        yield
    finally:
        # Nothing of it is wanted any more; asked politely, some take a quarter of a minute.
        process.kill()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    trusting = ssl._create_unverified_context()  # noqa: S323 (only whether it answers)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2, context=trusting).close()  # noqa: S310 (https)
        except urllib.error.HTTPError:
            return
        except OSError:
            if _has_ended(process, within=0.05):
                raise RuntimeError(f"the server ended: {log.read_text(errors='replace')[-2000:]}") from None
        else:
            return
    raise RuntimeError(f"no answer at {url}: {log.read_text(errors='replace')[-2000:]}")


def _has_ended(process: subprocess.Popen[bytes], *, within: float) -> bool:
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


@contextmanager
def seaweed(folder: Path, certificate: Path, key: Path) -> Iterator[Server]:
    """The most complete of the three. It says nothing to anybody outside, and listens on loopback alone."""
    config = folder / "s3.json"
    identity = {
        "name": "me",
        "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    config.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    ports = {name: free_port() for name in ("master", "master.grpc", "volume", "volume.grpc", "filer", "filer.grpc")}
    plain, secure, grpc = free_port(), free_port(), free_port()
    command = [program("weed"), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-s3"]
    command += ["-master.telemetry=false", "-volume.preStopSeconds=1", "-volume.max=0", "-master.volumeSizeLimitMB=64"]
    command += [f"-{name}.port{suffix}={port}" for name, suffix, port in _named(ports)]
    command += [f"-s3.port={plain}", f"-s3.port.https={secure}", f"-s3.port.grpc={grpc}", f"-s3.config={config}"]
    command += [f"-s3.cert.file={certificate}", f"-s3.key.file={key}", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    with _running(command, folder, f"https://127.0.0.1:{secure}/"):
        yield Server(f"https://127.0.0.1:{secure}", (certificate, key))


def _named(ports: dict[str, int]) -> Iterator[tuple[str, str, int]]:
    for name, port in ports.items():
        part, _, grpc = name.partition(".")
        yield part, ".grpc" if grpc else "", port


@contextmanager
def rclone(folder: Path, certificate: Path, key: Path) -> Iterator[Server]:
    """A limited one: no conditional writes, no versions, plain MD5 of the whole as every ETag."""
    port = free_port()
    (folder / "data").mkdir()
    command = [program("rclone"), "serve", "s3", "--config", "/dev/null", "--addr", f"127.0.0.1:{port}"]
    command += ["--cert", str(certificate), "--key", str(key), "--auth-key", f"{ACCESS},{SECRET}", str(folder / "data")]
    with _running(command, folder, f"https://127.0.0.1:{port}/"):
        yield Server(f"https://127.0.0.1:{port}", (certificate, key))


@contextmanager
def moto(folder: Path, certificate: Path, key: Path) -> Iterator[Server]:
    """Amazon's own words, as far as they are copied; it checks signatures only after it was told to."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port), "-s", "-c", str(certificate)]
    command += ["-k", str(key)]
    url = f"https://127.0.0.1:{port}"
    with _running(command, folder, f"{url}/moto-api/"):
        made = _identity(url, str(certificate), "me", ["s3:*"])
        lacking = {
            lacks: _identity(
                url, str(certificate), lacks.partition(":")[2], [right for right in RIGHTS if right != lacks]
            )
            for lacks in RIGHTS
        }
        trusting = ssl.create_default_context(cafile=str(certificate))
        order = urllib.request.Request(  # noqa: S310 (https)
            f"{url}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}, method="POST"
        )
        urllib.request.urlopen(order, context=trusting).close()  # noqa: S310 (https)
        yield Server(url, (certificate, key), *made, knows_links=False, lacking=lacking)


def _identity(url: str, certificate: str, name: str, actions: list[str]) -> tuple[str, str]:
    """A user who may do this with all buckets, and nothing else."""
    iam = boto3.client(
        "iam",
        endpoint_url=url,
        region_name="us-east-1",
        verify=certificate,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    iam.create_user(UserName=name)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    iam.close()
    return key["AccessKeyId"], key["SecretAccessKey"]
