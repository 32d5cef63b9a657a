"""Follows ComfyUI's graph of nodes from the sampler back to the words, the seed and the model."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, cast

from imagegen_desktop.imaging.foreign.foreign import (
    LARGEST_STEPS,
    Foreign,
    decimal,
    edges,
    model_word,
    prose,
    whole,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Inputs = dict[str, object]
MOST_NODES: Final = 5_000
# Graphs have one or two; each is followed through all nodes.
MOST_ENDS: Final = 8
_TEXTS: Final = (
    "text",
    "text_g",
    "prompt",
    "positive_prompt",
    "t5xxl",
    "clip_l",
    "text_l",
    "value",
    "string",
    "wildcard_text",
)
_WORDS: Final = frozenset({"positive", "negative", "conditioning", "text"})
# The widgets of nodes in the order in which the window's form of the graph stores them.
_WIDGETS: Final = {
    "KSampler": ("seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "KSamplerAdvanced": ("", "noise_seed", "", "steps", "cfg", "sampler_name", "scheduler"),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "UNETLoader": ("unet_name",),
    "EmptyLatentImage": ("width", "height"),
    "EmptySD3LatentImage": ("width", "height"),
    "RandomNoise": ("noise_seed",),
    "KSamplerSelect": ("sampler_name",),
    "BasicScheduler": ("scheduler", "steps"),
    "FluxGuidance": ("guidance",),
    "CFGGuider": ("cfg",),
}


class Graph:
    """The nodes by their ids, each with its inputs: plain values, or links of the form [id, number of the output]."""

    def __init__(self, nodes: dict[str, tuple[str, Inputs]]) -> None:
        self._nodes = nodes

    def sampler(self) -> str | None:
        """The one nearest to an image that is saved, else any."""
        ends = [node for node, (kind, _) in self._nodes.items() if "SaveImage" in kind or kind == "PreviewImage"]
        reached = [node for end in ends[:MOST_ENDS] for node in self._upstream(end)]
        return next((node for node in (*reached, *self._nodes) if self._is_sampler(node)), None)

    def words(self, sampler: str, name: str) -> str:
        """The text that reaches the sampler's input `name`, also through a guider of its own."""
        for node in self._upstream(sampler):
            inputs = self._nodes[node][1]
            link = inputs.get(name) or (inputs.get("conditioning") if name == "positive" else None)
            if isinstance(link, str):
                return prose(link)
            if self._target(link):
                return self._text(link)
        return ""

    def value(self, start: str, names: tuple[str, ...], read: Callable[[object], object]) -> object:
        """The first value of one of `names` found from `start` backwards, but not on the way of the words."""
        for node in self._upstream(start, without=_WORDS - {"conditioning"}):
            inputs = self._nodes[node][1]
            for name in names:
                value = inputs.get(name)
                target = self._target(value)
                if target:
                    held = self._nodes[target][1]
                    value = next((held[key] for key in (name, "seed", "value", "int", "float") if key in held), None)
                found = read(value)
                if found not in {None, ""}:
                    return found
        return None

    def _is_sampler(self, node: str) -> bool:
        kind, inputs = self._nodes[node]
        has_words = "positive" in inputs or "guider" in inputs
        return has_words and ("Sampler" in kind or bool({"steps", "seed", "noise_seed"} & inputs.keys()))

    def _target(self, link: object) -> str | None:
        parts = cast("list[object]", link) if isinstance(link, list) else []
        if len(parts) != 2 or not isinstance(parts[0], str | int):  # noqa: PLR2004 (id and output)
            return None
        return str(parts[0]) if str(parts[0]) in self._nodes else None

    def _upstream(self, start: str, without: frozenset[str] = frozenset()) -> Iterator[str]:
        """`start` and all that leads to it, nearest first, each once."""
        seen, waiting = {start}, deque([start])
        while waiting:
            node = waiting.popleft()
            yield node
            for name, link in self._nodes[node][1].items():
                target = None if name in without else self._target(link)
                if target is not None and target not in seen:
                    seen.add(target)
                    waiting.append(target)

    def _text(self, link: object) -> str:
        """The texts behind a link, in order of nearness; a node with both kinds of words hands each to its own output."""
        found: list[str] = []
        seen: set[tuple[str, bool]] = set()
        waiting = deque([link])
        while waiting:
            at = waiting.popleft()
            node = self._target(at)
            if node is None:
                continue
            is_second = cast("list[object]", at)[1] == 1
            if (node, is_second) in seen:
                continue
            seen.add((node, is_second))
            kind, inputs = self._nodes[node]
            if "positive" in inputs and "negative" in inputs:
                waiting.append(inputs["negative" if is_second else "positive"])
                continue
            if "ZeroOut" in kind:
                continue
            texts = [text for name in _TEXTS if (text := prose(inputs.get(name)))]
            found += [text for text in dict.fromkeys(texts) if text not in found]
            if not texts:
                waiting += [value for name, value in inputs.items() if name not in {"clip", "vae", "model", "image"}]
        return prose("\n".join(found))


def comfy(prompt: object, workflow: object) -> Foreign | None:
    """What ran (`prompt`), or else what stood in the window (`workflow`). None where neither is such a graph."""
    nodes = _api_nodes(prompt) or _window_nodes(workflow)
    if not nodes:
        return None
    graph = Graph(nodes)
    sampler = graph.sampler()
    if sampler is None:
        return Foreign(source="ComfyUI")
    width = graph.value(sampler, ("width",), whole)
    height = graph.value(sampler, ("height",), whole)
    return Foreign(
        prompt=graph.words(sampler, "positive"),
        negative=graph.words(sampler, "negative"),
        model=model_word(graph.value(sampler, ("ckpt_name", "unet_name", "model_name"), word)),
        seed=whole(graph.value(sampler, ("seed", "noise_seed"), whole)),
        steps=whole(graph.value(sampler, ("steps",), lambda value: whole(value, LARGEST_STEPS))),
        sampler=word(graph.value(sampler, ("sampler_name",), word)),
        guidance=decimal(graph.value(sampler, ("cfg", "guidance"), decimal)),
        size=edges(width, height),
        source="ComfyUI",
        extras=tuple(
            (name, text) for name in ("scheduler", "denoise") if (text := word(graph.value(sampler, (name,), word)))
        ),
    )


def _object(value: object) -> dict[str, object]:
    """JSON's objects have text for keys; anything else is an empty one."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return cast("list[object]", value)[:MOST_NODES] if isinstance(value, list) else []


def _api_nodes(prompt: object) -> dict[str, tuple[str, Inputs]]:
    nodes: dict[str, tuple[str, Inputs]] = {}
    for number, value in list(_object(prompt).items())[:MOST_NODES]:
        node = _object(value)
        if isinstance(node.get("class_type"), str) and isinstance(node.get("inputs"), dict):
            nodes[number] = (str(node["class_type"]), _object(node["inputs"]))
    return nodes


def _window_nodes(workflow: object) -> dict[str, tuple[str, Inputs]]:
    """The window stores links apart, [link, from node, from output, ...], and the widgets' values without names."""
    graph = _object(workflow)
    links = {str(link[0]): [str(link[1]), link[2]] for link in map(_items, _items(graph.get("links"))) if len(link) > 2}  # noqa: PLR2004 (three parts)
    nodes: dict[str, tuple[str, Inputs]] = {}
    for node in map(_object, _items(graph.get("nodes"))):
        kind = word(node.get("type"))
        values = _items(node.get("widgets_values"))
        inputs: Inputs = {
            word(entry.get("name")): links[str(entry.get("link"))]
            for entry in map(_object, _items(node.get("inputs")))
            if str(entry.get("link")) in links
        }
        for name, value in zip(_WIDGETS.get(kind, ()), values, strict=False):
            inputs.setdefault(name, value)
        if "TextEncode" in kind or "Primitive" in kind:
            inputs.setdefault("text", next((value for value in values if isinstance(value, str)), ""))
        nodes[str(node.get("id"))] = (kind, inputs)
    return nodes
