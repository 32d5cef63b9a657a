"""Tries a place elsewhere for real: one small object is listed, written, read back, and deleted again."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.bucket_probe import Condition, Probed, ProbeEnded, ProbeStep
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.remote import (
    RemoteClockError,
    RemoteError,
    RemoteKind,
    RemoteMissingError,
    RemoteUnreachableError,
)
from imagegen_desktop.sync.bucket_client import bucket_client
from imagegen_desktop.sync.bucket_errors import Answer, answer_of, remote_errors
from imagegen_desktop.sync.bucket_store import BucketStore
from imagegen_desktop.sync.probe_folder import probe_folder
from imagegen_desktop.sync.probe_words import condition_found, key_refused, not_reached, reached, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.remote import RemoteSettings
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.sync.bucket_client import BucketClient

PROBE_BYTES: Final = 1024
# Somebody waits for it.
PROBE_TRIES: Final = 2
_STATUS_TAKEN: Final = frozenset({409, 412})
# These name no place, and any bucket answers to them.
_ANY_REGION: Final = frozenset({"", "auto"})


def probe(
    settings: RemoteSettings,
    secret: Secret | None,
    cancel: CancelToken,
    *,
    proxies: Mapping[str, str] | None = None,
    certificates: str | None = None,
) -> Iterator[Probed | ProbeEnded]:
    """A step for each thing tried, and ProbeEnded at the end. Raises CancelledError; all else that goes wrong is a step."""
    if settings.kind is RemoteKind.FOLDER:
        yield from probe_folder(settings)
        return
    yield from _BucketProbe(settings, secret, cancel, proxies, certificates).steps()


class _BucketProbe:
    def __init__(
        self,
        settings: RemoteSettings,
        secret: Secret | None,
        cancel: CancelToken,
        proxies: Mapping[str, str] | None,
        certificates: str | None,
    ) -> None:
        self._asked = self._settings = settings
        self._secret = secret
        self._cancel = cancel
        self._proxies = proxies
        self._certificates = certificates
        self._condition: Condition | None = None

    def steps(self) -> Iterator[Probed | ProbeEnded]:
        answer, error = self._list(self._settings)
        if error is not None and _may_be_the_address(self._settings, error):
            other = replace(self._settings, path_style=not self._settings.path_style)
            its_answer, its_error = self._list(other)
            if its_error is None or (its_answer is not None and answer is None):
                answer, error, self._settings = its_answer, its_error, other
        if answer is None or isinstance(error, RemoteClockError):
            yield not_reached(self._settings, error or RemoteUnreachableError())
            yield self._ended(ok=False)
            return
        if answer.region and self._settings.region not in _ANY_REGION | {answer.region}:
            self._settings = replace(self._settings, region=answer.region)
        yield reached(self._asked, self._settings, answer)
        if error is not None and (isinstance(error, RemoteMissingError) or key_refused(error)):
            yield refused(ProbeStep.LIST, self._settings, error)
            yield self._ended(ok=False)
            return
        yield from self._use(error)

    # ---- own ----

    def _use(self, list_error: RemoteError | None) -> Iterator[Probed | ProbeEnded]:
        good = list_error is None
        if list_error is None:
            yield Probed(step=ProbeStep.LIST, ok=True, sentence="The bucket can be listed.")
        else:
            yield refused(ProbeStep.LIST, self._settings, list_error)
        client = self._client(self._settings)
        with closing(BucketStore(client)) as store:
            self._cancel.on_cancel(store.close)
            for step in self._round_trip(store, client):
                good = good and step.ok
                yield step
        yield self._ended(ok=good)

    def _round_trip(self, store: BucketStore, client: BucketClient) -> Iterator[Probed]:
        key, data = f"probe/{new_id()}", secrets.token_bytes(PROBE_BYTES)
        try:
            store.put(key, data, absent=True)
        except RemoteError as error:
            yield refused(ProbeStep.WRITE, self._settings, error)
            return
        yield Probed(step=ProbeStep.WRITE, ok=True, sentence="An object can be written.")
        yield self._read(store, key, data)
        self._condition = _condition(client, key)
        yield condition_found(self._condition)
        try:
            store.delete(key)
        except RemoteError as error:
            yield refused(ProbeStep.DELETE, self._settings, error, left=key)
        else:
            yield Probed(step=ProbeStep.DELETE, ok=True, sentence="It can be deleted.")

    def _read(self, store: BucketStore, key: str, data: bytes) -> Probed:
        try:
            same = store.get(key, limit=PROBE_BYTES) == data
        except RemoteError as error:
            return refused(ProbeStep.READ, self._settings, error)
        if same:
            return Probed(step=ProbeStep.READ, ok=True, sentence="It comes back as it was written.")
        return Probed(
            step=ProbeStep.READ,
            ok=False,
            sentence="What comes back is not what was written.",
            advice="Something between here and the bucket changes objects. Do not keep a library there.",
        )

    def _list(self, settings: RemoteSettings) -> tuple[Answer | None, RemoteError | None]:
        """What the server said, if it said anything, and what was wrong."""
        try:
            client = self._client(settings)
            store = BucketStore(client)
            self._cancel.on_cancel(store.close)
            with closing(store), remote_errors():
                prefix = f"{client.prefix}/" if client.prefix else ""
                told = client.s3.list_objects_v2(Bucket=client.bucket, Prefix=prefix, MaxKeys=1)
        except RemoteError as error:
            return answer_of(error), error
        return Answer.of(told), None

    def _client(self, settings: RemoteSettings) -> BucketClient:
        return bucket_client(
            settings,
            self._secret,
            proxies=self._proxies,
            certificates=self._certificates,
            expects=True,
            tries=PROBE_TRIES,
        )

    def _ended(self, *, ok: bool) -> ProbeEnded:
        return ProbeEnded(ok=ok, settings=self._settings, condition=self._condition)


def _may_be_the_address(settings: RemoteSettings, error: RemoteError) -> bool:
    """Whether the other way to write a bucket's address is worth a try."""
    if isinstance(error, RemoteClockError) or key_refused(error):
        return False
    # A host that is not reached as it was written will not be reached with a name before it.
    return not (settings.path_style and isinstance(error, RemoteUnreachableError))


def _condition(client: BucketClient, key: str) -> Condition:
    """Written again, with other words, where something is already."""
    name = f"{client.prefix}/{key}" if client.prefix else key
    extra: dict[str, Any] = {"IfNoneMatch": "*"}
    try:
        with remote_errors(key):
            client.s3.put_object(Bucket=client.bucket, Key=name, Body=b"second", **extra)
    except RemoteError as error:
        answer = answer_of(error)
        return Condition.ABLE if answer is not None and answer.status in _STATUS_TAKEN else Condition.REFUSES
    return Condition.IGNORES
