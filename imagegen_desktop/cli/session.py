"""The parts that a command needs, and the request that its arguments ask for."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from imagegen_desktop.cli.sentences import conflict_words, fault_words
from imagegen_desktop.core.addresses import fault_of, travels_in_clear
from imagegen_desktop.core.budget import BudgetGate
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.combinations import conflicts
from imagegen_desktop.core.dialects import Dialects, Family
from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.estimate import estimate, look_of
from imagegen_desktop.core.farewell import farewell, heir
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.model_merge import at_endpoint, first_choice, is_its_own, makes_pictures, merged
from imagegen_desktop.core.models import Maker, ModelCatalogue, cautious_spec
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.price import dollars
from imagegen_desktop.core.requests import (
    SAMPLE_ENDPOINT,
    Endpoint,
    EnhanceRequest,
    GenerationRequest,
    dialect_of,
    is_openai,
    seeded,
)
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Draft, Profile, Settings
from imagegen_desktop.providers.proxies import with_system_proxies
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.instances import Instances
from imagegen_desktop.storage.keychain import credentials_of_this_user
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.listed_models import ListedModels
from imagegen_desktop.storage.model_data import load_all_models, load_dialects
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
    """The parts that one command needs. `models_fault` says why a person's own models.json does not count, if it doesn't."""

    folders: Folders
    settings: Settings
    catalogue: ModelCatalogue
    dialects: Dialects
    listed: ListedModels
    makers: Makers
    ledger: Ledger
    spools: Spools
    instances: Instances
    models_fault: str = ""

    @classmethod
    def open(cls) -> Session:
        folders = Folders.of_this_user()
        catalogue, fault = load_all_models(resources_folder(), folders.config / "models.json")
        instances = Instances(folders.data / "running")
        ledger = Ledger(folders.data / "ledger.sqlite", owner=instances.own)
        spools = Spools(folders.data / "spool", ledger)
        credentials = credentials_of_this_user(os.environ)
        dialects = load_dialects(resources_folder())
        makers = Makers(catalogue, dialects, credentials, with_system_proxies(os.environ), spools.sink)
        settings = SettingsFile(folders).load()
        listed = ListedModels(folders.data / "listed-models.json")
        return cls(folders, settings, catalogue, dialects, listed, makers, ledger, spools, instances, fault)

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
        spec = self._spec(arguments, endpoint)
        self._warn(spec, endpoint, err)
        if not arguments.prompt.strip():
            raise ValueError("the prompt is empty: write what you want to see")
        if not 1 <= arguments.count <= spec.max_count:
            raise ValueError(f"{spec.label} makes 1 to {spec.max_count} pictures at a time, not {arguments.count}")
        if arguments.quality and arguments.quality not in spec.qualities:
            raise ValueError(
                f"{spec.label} has no quality {arguments.quality!r}; it has: {', '.join(spec.qualities) or 'none'}"
            )
        options = self._options(arguments, spec, endpoint)
        request = GenerationRequest(
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
        return seeded(request, dialect_of(endpoint, self.dialects))

    def _spec(self, arguments: argparse.Namespace, endpoint: Endpoint) -> ModelSpec:
        """The model that is asked, as its endpoint gives it. Raises ValueError where it must be named."""
        dialect = dialect_of(endpoint, self.dialects)
        if endpoint.is_sample:
            return self.catalogue.image_model("sample")
        specs = merged(self.catalogue.of(Maker.OPENAI), self.listed.of(endpoint), endpoint.family)
        chosen = next((one.image_model for one in self.settings.profiles if one.endpoint == endpoint), "")
        name = arguments.model or chosen or first_choice(specs, self.catalogue.default_image_model)
        known = next((spec for spec in specs if spec.id == name), self.catalogue.image_model(name))
        if not (arguments.model or chosen) and not is_its_own(endpoint.family):
            name = self._listed_now(endpoint, name, needed=not dialect.knows_openai_models)
            known = known if name == known.id else cautious_spec(name)
        return at_endpoint(known, dialect)

    def _listed_now(self, endpoint: Endpoint, default: str, *, needed: bool) -> str:
        """The default if the endpoint lists it, else the first model for pictures that it lists, which is free to ask.

        Where it tells none, the default; if a name is `needed`, since OpenAI's mean nothing there, raises ValueError.
        """
        try:
            listed = self.makers.connect(endpoint).list_models(CancelToken())
        except ImagegenError as error:
            if needed:
                raise ValueError(f"name a model with --model; the endpoint did not list any. {error.title}") from None
            return default
        found = [model.id for model in listed if makes_pictures(model, endpoint.family)]
        if needed and not found:
            raise ValueError("name a model with --model: the endpoint lists none that makes pictures")
        return default if default in found or not found else found[0]

    def _warn(self, spec: ModelSpec, endpoint: Endpoint, err: TextIO) -> None:
        """What a person should know before anything is sent."""
        if self.models_fault:
            print(f"Your own file of models is not used: {self.models_fault}", file=err)
        if travels_in_clear(endpoint.base_url):
            print("Over plain http your key and prompts travel in clear: anyone on the way can read them.", file=err)
        today = datetime.now(UTC).astimezone().date()
        told = farewell(spec, endpoint.family, today)
        if told is not None:
            when = f"was shut down on {told.day}" if told.is_over else f"ends on {told.day} (days left: {told.days})"
            successor = heir(told, self.catalogue.image_models, self.catalogue.default_image_model, today)
            print(f"{spec.label} {when}.{f' Use {successor} instead.' if successor else ''}", file=err)

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
            svg_model=arguments.svg_model,
            svg_effort=arguments.svg_effort,
        )
        if options.svg_effort and not options.svg_model:
            raise ValueError("--svg-effort is for the text model that draws: name it with --svg-model")
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
            raise ValueError(conflict_words(way, arguments, spec))
        return options

    def _endpoint(self, url: str | None, family: str, err: TextIO) -> Endpoint:
        if url:
            # What the settings say of an endpoint holds for its own address alone.
            known = next((one for one in self.settings.profiles if url in {one.base_url, one.name}), None)
            fault = fault_of(url) if known is None else None
            if fault is not None:
                raise ValueError(fault_words(fault))
            profile = known or Profile(base_url=url)
            return (replace(profile, family=Family(family)) if family else profile).endpoint
        endpoint = self.makers.usable_endpoint(self.settings)
        if endpoint is None:
            print("No API key and no --endpoint: the sample engine draws this on your computer, free.", file=err)
            return SAMPLE_ENDPOINT
        return endpoint

    def _same_for_words(self, endpoint: Endpoint) -> bool:
        """Whether the endpoint of the pictures finds the words too: it does unless another was chosen for them."""
        return endpoint.is_sample or self.settings.text_profile is None

    def _enhance(self, arguments: argparse.Namespace, endpoint: Endpoint) -> EnhanceRequest | None:
        if not arguments.enhance:
            return None
        chosen = self.settings.text.text_model or self.catalogue.default_text_model
        spec = self.catalogue.text_model("sample" if endpoint.is_sample else chosen)
        return EnhanceRequest(
            prompt=arguments.prompt,
            model=spec.id,
            instruction=self.settings.instruction,
            endpoint=endpoint if self._same_for_words(endpoint) else self.settings.text_endpoint,
            effort=spec.effort,
        )


def _refusal(title: str, advice: str) -> ImagegenError:
    return ImagegenError(title=title, advice=f"Nothing was sent. {advice}", charge=ChargeState.FREE)
