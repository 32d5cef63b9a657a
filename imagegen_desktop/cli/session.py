"""The parts that a command needs, and the request that its arguments ask for."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO, assert_never

from imagegen_desktop.core.addresses import AddressFault, fault_of
from imagegen_desktop.core.budget import BudgetGate
from imagegen_desktop.core.combinations import Conflict, Way, conflicts
from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.estimate import estimate, look_of
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.models import ModelCatalogue
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.price import dollars
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, Endpoint, EnhanceRequest, GenerationRequest, is_openai
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Draft, Profile, Settings
from imagegen_desktop.providers.proxies import with_system_proxies
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.instances import Instances
from imagegen_desktop.storage.keychain import credentials_of_this_user
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.model_data import load_dialects, load_models
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.storage.spending import Spending
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from imagegen_desktop.studio.makers import Makers

if TYPE_CHECKING:
    import argparse
    from decimal import Decimal
    from pathlib import Path

    from imagegen_desktop.core.models import ModelSpec


BEST = 100


@dataclass(frozen=True, slots=True)
class Session:
    """The parts that one command needs."""

    folders: Folders
    settings: Settings
    catalogue: ModelCatalogue
    makers: Makers
    ledger: Ledger
    spools: Spools
    instances: Instances

    @classmethod
    def open(cls) -> Session:
        folders = Folders.of_this_user()
        catalogue = load_models(resources_folder())
        instances = Instances(folders.data / "running")
        ledger = Ledger(folders.data / "ledger.sqlite", owner=instances.own)
        spools = Spools(folders.data / "spool", ledger)
        credentials = credentials_of_this_user(os.environ)
        dialects = load_dialects(resources_folder())
        makers = Makers(catalogue, dialects, credentials, with_system_proxies(os.environ), spools.sink)
        settings = SettingsFile(folders).load()
        return cls(folders, settings, catalogue, makers, ledger, spools, instances)

    def folder(self, chosen: str | None) -> Path:
        return self.folders.library(chosen or self.settings.library)

    def studio(self, chosen: str | None) -> tuple[Studio, Path]:
        library = open_library(self.folder(chosen), self.folders.data)
        data = self.folders.data
        studio = Studio(
            library,
            ledger=self.ledger,
            outbox=Outbox(data / "outbox.sqlite"),
            spools=self.spools,
            catalogue=self.catalogue,
            connect=self.makers.connect,
        )
        return studio, library.folder.path

    def request(self, arguments: argparse.Namespace, err: TextIO) -> GenerationRequest:
        """Raises ValueError with a sentence where the arguments can't be."""
        endpoint = self._endpoint(arguments.endpoint, arguments.family, err)
        default = (
            "sample" if endpoint.is_sample else self.settings.current.image_model or self.catalogue.default_image_model
        )
        spec = self.catalogue.image_model("sample" if endpoint.is_sample else arguments.model or default)
        if not arguments.prompt.strip():
            raise ValueError("the prompt is empty: write what you want to see")
        if not 1 <= arguments.count <= spec.max_count:
            raise ValueError(f"{spec.label} makes 1 to {spec.max_count} pictures at a time, not {arguments.count}")
        if arguments.quality and arguments.quality not in spec.qualities:
            raise ValueError(
                f"{spec.label} has no quality {arguments.quality!r}; it has: {', '.join(spec.qualities) or 'none'}"
            )
        options = self._options(arguments, spec, endpoint)
        return GenerationRequest(
            id=new_id(),
            created=datetime.now(UTC),
            prompt=arguments.prompt,
            endpoint=endpoint,
            model=spec.id,
            size=arguments.size or spec.default_size,
            quality=arguments.quality or spec.default_quality,
            count=arguments.count,
            seed=arguments.seed,
            options=options,
            timeout=self.settings.timeout,
            enhance=self._enhance(arguments, endpoint),
        )

    def priced(self, request: GenerationRequest) -> GenerationRequest:
        """The request with its estimate, sharpened by this person's own earlier jobs."""
        learned = self._spending.learned(look_of(request))
        return replace(request, estimate=estimate(request, self.catalogue, learned))

    def check_price(self, request: GenerationRequest, most: Decimal | None, *, over_budget: bool) -> None:
        """Raises ImagegenError where the request may cost more than `most` dollars, or more than a budget allows."""
        price = request.estimate
        if most is not None and price is None:
            raise _refusal(
                f"What this costs is not known, so it can't be kept to {dollars(most)}", "Leave --max-cost out."
            )
        if most is not None and price is not None and price.high > most:
            raise _refusal(f"This may cost up to {dollars(price.high)}, more than {dollars(most)}", "Raise --max-cost.")
        if over_budget or (self.settings.daily_budget is None and self.settings.monthly_budget is None):
            return
        gate = BudgetGate()
        gate.set_limits(self.settings.daily_budget, self.settings.monthly_budget)
        gate.know(self._spending.totals(datetime.now(UTC)))
        held = gate.gate(request, ())
        if held is not None:
            raise _refusal(held.words.rstrip("."), "--over-budget allows it this once.")

    @property
    def _spending(self) -> Spending:
        return Spending(self.ledger.database)

    def _options(self, arguments: argparse.Namespace, spec: ModelSpec, endpoint: Endpoint) -> Options:
        """Raises ValueError for a choice that the model lacks, or that can't be together with another."""
        options = Options(
            background=arguments.background,
            output_format=arguments.format,
            compression=arguments.compression,
            moderation=arguments.moderation,
            complexity=arguments.complexity,
            style=arguments.style,
            frames=arguments.frames,
            frame_ms=arguments.frame_ms,
        )
        for name, value, offered in (
            ("background", options.background, spec.backgrounds),
            ("format", options.output_format, spec.formats),
            ("moderation", options.moderation, spec.moderations),
            ("complexity", options.complexity, spec.complexities),
            ("style", options.style, spec.styles),
        ):
            if value and value not in offered and (offered or endpoint.is_sample or is_openai(endpoint.base_url)):
                has = ", ".join(offered) or "none"
                raise ValueError(f"{spec.label} has no {name} {value!r}; it has: {has}")
        if options.compression is not None and not 0 <= options.compression <= BEST:
            raise ValueError(f"--compression is 0 to {BEST}, not {options.compression}")
        draft = Draft(size=arguments.size, count=arguments.count, options=options)
        for way in conflicts(draft, spec):
            raise ValueError(_conflict_words(way, arguments, spec))
        return options

    def _endpoint(self, url: str | None, family: str, err: TextIO) -> Endpoint:
        if url:
            # What the settings say of an endpoint holds for its own address alone.
            known = next((one for one in self.settings.profiles if url in {one.base_url, one.name}), None)
            fault = fault_of(url) if known is None else None
            if fault is not None:
                raise ValueError(_fault_words(fault))
            profile = known or Profile(base_url=url)
            return (replace(profile, family=Family(family)) if family else profile).endpoint
        endpoint = self.makers.usable_endpoint(self.settings)
        if endpoint is None:
            print("No API key and no --endpoint: the sample engine draws this on your computer, free.", file=err)
            return SAMPLE_ENDPOINT
        return endpoint

    def _enhance(self, arguments: argparse.Namespace, endpoint: Endpoint) -> EnhanceRequest | None:
        if not arguments.enhance:
            return None
        chosen = self.settings.text.text_model or self.catalogue.default_text_model
        spec = self.catalogue.text_model("sample" if endpoint.is_sample else chosen)
        return EnhanceRequest(
            prompt=arguments.prompt,
            model=spec.id,
            instruction=self.settings.instruction,
            endpoint=endpoint,
            effort=spec.effort,
        )


def _fault_words(fault: AddressFault) -> str:
    match fault:
        case AddressFault.NO_SCHEME:
            return "the endpoint's address starts with https:// or http://"
        case AddressFault.NO_HOST:
            return "the endpoint's address names no host"
        case AddressFault.HOLDS_PASSWORD:
            return "an endpoint's address must not hold a password: it stands in every record"
        case _:
            assert_never(fault)


def _conflict_words(way: Way, arguments: argparse.Namespace, spec: ModelSpec) -> str:
    match way.conflict:
        case Conflict.TRANSPARENT_NEEDS_PNG_OR_WEBP:
            return f"a transparent background needs png or webp, not {arguments.format}"
        case Conflict.COMPRESSION_NEEDS_JPEG_OR_WEBP:
            return "--compression is for jpeg and webp: name one of them with --format"
        case Conflict.ANIMATION_HAS_NO_PREVIEWS | Conflict.DRAWING_HAS_NO_PREVIEWS:
            return f"a {arguments.format} comes without previews"
        case Conflict.DRAWING_COMES_ALONE:
            return "one svg is made at a time: leave --count away"
        case Conflict.SIZE_NOT_TAKEN:
            return f"{spec.label} has no size {arguments.size}: the nearest is {way.fixed.size}"
        case _:
            assert_never(way.conflict)


def _refusal(title: str, advice: str) -> ImagegenError:
    return ImagegenError(title=title, advice=f"Nothing was sent. {advice}", charge=ChargeState.FREE)
