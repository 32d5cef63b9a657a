"""Reads the JSON in which programs describe their pictures: InvokeAI, SwarmUI, NovelAI, Fooocus, Draw Things and others."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from itertools import zip_longest
from typing import Final, cast

from imagegen_desktop.imaging.foreign.foreign import (
    LARGEST_STEPS,
    MOST_EXTRAS,
    Foreign,
    decimal,
    edges,
    model_word,
    moment,
    prose,
    size_word,
    whole,
    word,
)

LARGEST_JSON: Final = 2_000_000
Facts = dict[str, object]

# What programs call the same thing, compared in lower case without dashes, spaces and underscores.
_NAMES: Final = {
    "prompt": ("positiveprompt", "prompt", "textprompt", "c", "originalprompt"),
    "negative": ("negativeprompt", "uc", "undesiredcontent", "negative"),
    "model": (
        "model",
        "modelname",
        "basemodel",
        "modelweights",
        "usestablediffusionmodel",
        "stablediffusionmodel",
        "checkpoint",
    ),
    "seed": ("seed", "seeds"),
    "steps": ("steps", "numinferencesteps", "numsteps"),
    "sampler": ("sampler", "samplername", "scheduler"),
    "guidance": ("cfgscale", "guidancescale", "cfg", "scale", "guidance"),
    "size": ("size", "resolution"),
    "width": ("width", "w"),
    "height": ("height", "h"),
    "created": ("created", "createdat", "createdate", "date", "timestamp"),
    "source": ("software", "app", "generator", "createdby"),
}
_TAKEN: Final = frozenset(name for names in _NAMES.values() for name in names)


def parsed(text: str) -> object:
    """JSON of bounded size, or None. Nesting too deep for Python counts as no JSON."""
    if len(text) > LARGEST_JSON or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return cast("object", json.loads(text))
    except (ValueError, RecursionError):
        return None


def as_object(value: object) -> Facts:
    """JSON's objects have text for keys; anything else is an empty one."""
    return cast("Facts", value) if isinstance(value, dict) else {}


def plain(facts: Facts, source: str = "") -> Foreign | None:
    """Facts under the names that most programs use; None where none of them says what the picture was made of."""
    named = {re.sub(r"[-_ ]", "", name.lower()): value for name, value in list(facts.items())[:1000]}

    def first(field: str) -> object:
        return next((named[name] for name in _NAMES[field] if named.get(name) not in (None, "", [], {})), None)

    model = first("model")
    described_model = as_object(model)
    if described_model:
        model = next((described_model[key] for key in ("name", "model_name", "key") if key in described_model), None)
    seeds = first("seed")
    # Programs that make several pictures at once list the seed of each.
    seed = cast("list[object]", seeds)[0] if isinstance(seeds, list) else seeds
    created = first("created")
    extras = tuple(
        (word(name), text) for name, value in facts.items() if _key(name) not in _TAKEN and (text := word(value))
    )
    foreign = Foreign(
        prompt=_prompt(first("prompt")),
        negative=prose(first("negative")),
        model=model_word(model),
        seed=whole(seed),
        steps=whole(first("steps"), LARGEST_STEPS),
        sampler=word(first("sampler")),
        guidance=decimal(first("guidance")),
        size=edges(first("width"), first("height")) or size_word(first("size")),
        source=source or word(first("source")),
        extras=extras[:MOST_EXTRAS],
        created=moment(created),
    )
    return foreign if foreign.says_something else None


def _key(name: str) -> str:
    return re.sub(r"[-_ ]", "", name.lower())


def _prompt(value: object) -> str:
    """InvokeAI once wrote a list of weighted prompts."""
    if isinstance(value, list):
        parts = (as_object(part).get("prompt", part) for part in cast("list[object]", value)[:20])
        return prose("\n".join(part for part in parts if isinstance(part, str)))
    return prose(value)


def invoke(text: str) -> Foreign | None:
    """InvokeAI 3 and later: the chunk `invokeai_metadata`."""
    return plain(as_object(parsed(text)), "InvokeAI")


def invoke_old(text: str) -> Foreign | None:
    """InvokeAI 2: the chunk `sd-metadata`; the negative prompt stands in square brackets within the prompt."""
    facts = as_object(parsed(text))
    image = as_object(facts.get("image"))
    weights = {"model": facts.get("model_weights")} if facts.get("model_weights") else {}
    found = plain(image | weights, "InvokeAI")
    return _without_brackets(found) if found else None


def dream(text: str) -> Foreign | None:
    """InvokeAI's first form, a command line: `"a cat [dog]" -s 50 -S 1 -W 512 -H 512 -C 7.5 -A k_lms`."""
    if len(text) > 20_000:  # noqa: PLR2004 (prompts of that time held 300 characters)
        return None
    try:
        prompt, *options = shlex.split(text)
    except ValueError:
        # No closing quotation, or nothing at all.
        return None
    named = {option[:2]: option[2:] or value for option, value in zip_longest(options, options[1:], fillvalue="")}
    return _without_brackets(
        Foreign(
            prompt=prose(prompt),
            seed=whole(named.get("-S")),
            steps=whole(named.get("-s"), LARGEST_STEPS),
            sampler=word(named.get("-A")),
            guidance=decimal(named.get("-C")),
            size=edges(named.get("-W"), named.get("-H")),
            source="InvokeAI",
        )
    )


def _without_brackets(found: Foreign) -> Foreign:
    start, end = found.prompt.rfind("["), found.prompt.rfind("]")
    if found.negative or not 0 <= start < end:
        return found
    prompt = (found.prompt[:start] + found.prompt[end + 1 :]).strip()
    return replace(found, prompt=prompt, negative=prose(found.prompt[start + 1 : end]))


def novel(texts: dict[str, str]) -> Foreign | None:
    """NovelAI: the words in `Description`, everything else as JSON in `Comment`."""
    facts = as_object(parsed(texts.get("Comment", "")))
    newer = as_object(as_object(facts.get("v4_prompt")).get("caption")).get("base_caption")
    older = as_object(as_object(facts.get("v4_negative_prompt")).get("caption")).get("base_caption")
    prompt = facts.get("prompt") or newer or texts.get("Description", "")
    kept = {name: value for name, value in facts.items() if not name.startswith("v4_")}
    return plain(kept | {"prompt": prompt, "uc": facts.get("uc") or older, "model": texts.get("Source", "")}, "NovelAI")


def described(facts: Facts) -> Foreign | None:
    """One JSON object whose writer is told by its own marks."""
    swarm = as_object(facts.get("sui_image_params"))
    if swarm:
        return plain(swarm | as_object(facts.get("sui_extra_data")), "SwarmUI")
    if "c" in facts and "uc" in facts:
        return plain(facts, "Draw Things")
    version = word(facts.get("version"))
    if "metadata_scheme" in facts or version.startswith("Fooocus"):
        return plain({name: value for name, value in facts.items() if name != "full_prompt"}, "Fooocus")
    if "use_stable_diffusion_model" in facts or "Stable Diffusion model" in facts:
        return plain(facts, "Easy Diffusion")
    for name in ("params", "parameters", "request", "metadata", "image", "invokeai_metadata"):
        inner = as_object(facts.get(name))
        found = plain(facts | inner) if inner else None
        if found:
            return found
    return plain(facts)
