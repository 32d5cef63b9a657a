"""What is known of places that keep buckets, so that a person types as little as possible. It is data: resources/buckets.json."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imagegen_desktop.core.remote import RemoteKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.core.remote import RemoteSettings

OTHER: Final = "other"


class PresetField(StrEnum):
    """What a person is asked for, beside the bucket and its key."""

    ACCOUNT = auto()
    REGION = auto()
    ENDPOINT = auto()


# What stands for a field in the template of an endpoint.
_VALUE: Final = r"[A-Za-z0-9.-]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPreset:
    """`endpoint` may hold {account} and {region}; empty, it is asked for, or Amazon's own.

    `region` is what requests are signed for, whatever is typed; empty for what is typed. `keys_page` tells how a key is
    made. The hints are examples of what is to be typed. `source` is where it was read.
    """

    id: str
    label: str
    fields: tuple[PresetField, ...]
    endpoint: str = ""
    region: str = ""
    path_style: bool = True
    account_hint: str = ""
    region_hint: str = ""
    endpoint_hint: str = ""
    keys_page: str = ""
    note: str = ""
    source: str = ""

    def filled(self, settings: RemoteSettings, typed: Mapping[PresetField, str]) -> RemoteSettings:
        """`settings` for this place. A whole address that was typed in place of a part of it is taken apart."""
        values = {field: typed.get(field, "").strip() for field in PresetField}
        for field in self.fields:
            values |= self._parts_of(values[field]) if field is not PresetField.ENDPOINT else {}
        endpoint = self.endpoint.format(**values) if self.endpoint else _address(values[PresetField.ENDPOINT])
        return replace(
            settings,
            kind=RemoteKind.BUCKET,
            preset=self.id,
            endpoint=endpoint if PresetField.ENDPOINT in self.fields or self.endpoint else "",
            region=self.region or values[PresetField.REGION],
            path_style=self.path_style,
        )

    def missing(self, typed: Mapping[PresetField, str]) -> tuple[PresetField, ...]:
        """What must be typed and was not. A region may be left out where the address does not need it."""
        needed = [field for field in self.fields if field is not PresetField.REGION or "{region}" in self.endpoint]
        return tuple(field for field in needed if not typed.get(field, "").strip())

    def typed(self, settings: RemoteSettings) -> dict[PresetField, str]:
        """What a person typed that `settings` came of, as it is shown again."""
        known = {PresetField.ENDPOINT: settings.endpoint, PresetField.REGION: settings.region}
        known |= self._parts_of(settings.endpoint)
        return {field: known.get(field, "") for field in self.fields}

    def _parts_of(self, address: str) -> dict[PresetField, str]:
        """The values in an address of this place's; none if it is no such address."""
        if not self.endpoint:
            return {}
        pattern = re.escape(_host(self.endpoint))
        for field in PresetField:
            pattern = pattern.replace(re.escape(f"{{{field}}}"), f"(?P<{field}>{_VALUE})")
        told = re.fullmatch(pattern, _host(address))
        return {PresetField(name): value for name, value in told.groupdict().items()} if told else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPresets:
    """In the order in which they are offered; the last one is for all that are not known."""

    as_of: str
    presets: tuple[BucketPreset, ...]

    def of(self, preset_id: str) -> BucketPreset:
        """The one for all others, for an id that is not known any more."""
        return next((one for one in self.presets if one.id == preset_id), self.presets[-1])


def _host(address: str) -> str:
    return urlsplit(address).netloc if "://" in address else address.strip("/").partition("/")[0]


def _address(typed: str) -> str:
    """A scheme is added where none was typed, and only the secure one."""
    return typed.rstrip("/") if not typed or "://" in typed else f"https://{typed.rstrip('/')}"
