"""The animals that can be painted, and the colours of their coats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from imagegen_desktop.imaging.samples.palette import parse

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.canvas import Field
    from imagegen_desktop.imaging.samples.fur import Coat


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`points` is the colour of ears, paws and tail, `chest` of throat and cheeks; `ears` is point, round, long, flop or tuft."""

    base: str
    chest: str
    points: str
    eye: str
    ears: str = "point"
    muzzle: float = 0.0
    slit: bool = False
    mask: float = 0.0
    stripes: float = 0.0
    mane: bool = False
    beak: bool = False


KINDS: Final = {
    "cat": Kind(base="#a99a8c", chest="#f0e8dc", points="#6b5d54", eye="#9fc75a", slit=True, stripes=0.35),
    "siamese": Kind(base="#e9dcc6", chest="#f7efe0", points="#3d2a24", eye="#58a8f0", slit=True, mask=1.0),
    "ginger": Kind(base="#d98a45", chest="#fbeedb", points="#a85a24", eye="#e0b53a", slit=True, stripes=0.4),
    "black": Kind(base="#2c2a33", chest="#3a3844", points="#1d1b22", eye="#f0c341", slit=True),
    "white": Kind(base="#efe9e2", chest="#ffffff", points="#d9cfc6", eye="#63b0e8", slit=True),
    "dog": Kind(base="#b5834f", chest="#f3e7d3", points="#6e4628", eye="#5a3a20", ears="flop", muzzle=0.8),
    "fox": Kind(base="#d9692a", chest="#fbf1e4", points="#33221c", eye="#d99a2b", muzzle=0.6, slit=True, mask=-0.6),
    "wolf": Kind(base="#7f868e", chest="#e9ebea", points="#3c4249", eye="#e8b84a", muzzle=0.7, mask=-0.5),
    "bear": Kind(base="#6b4a33", chest="#8a6545", points="#3c281b", eye="#2a1a12", ears="round", muzzle=0.7),
    "rabbit": Kind(base="#b09a84", chest="#f4ece2", points="#8a735e", eye="#3a2418", ears="long"),
    "owl": Kind(base="#8a6d52", chest="#e6d6bd", points="#54402f", eye="#f5a623", ears="tuft", stripes=0.5, beak=True),
    "lion": Kind(
        base="#cf9f5c", chest="#efdcb6", points="#7a4b24", eye="#d9a23a", ears="round", muzzle=0.65, mane=True
    ),
}
INDOOR: Final = frozenset({"cat", "siamese", "ginger", "black", "white", "dog"})


def coat_of(kind: Kind, tone: str, share: float = 1.0, *, stripes: float = 0.0, below: str = "") -> Coat:
    """A coat of one tone that runs into another below, striped across."""
    top, low = np.asarray(parse(tone)), np.asarray(parse(below or tone))
    dark = np.asarray(parse(kind.points))

    def coat(u: Field, v: Field) -> Field:
        blend = np.clip((v + 0.4) * 0.8, 0, 1)[:, None]
        colour = top * (1 - blend) + low * blend
        band = np.clip(np.sin(v * 13 + np.abs(u) * 4) * 2 - 0.6, 0, 1)[:, None] * stripes
        mixed: Field = (colour * (1 - band) + dark * band) * share
        return mixed

    return coat


def head_coat(kind: Kind) -> Coat:
    base, chest, points = (np.asarray(parse(tone)) for tone in (kind.base, kind.chest, kind.points))

    def coat(u: Field, v: Field) -> Field:
        colour = np.repeat(base[None, :], len(u), axis=0)
        cheek = np.clip((np.abs(u) * 0.9 + v * 1.2 - 0.42) * 3, 0, 1)[:, None]
        colour = colour * (1 - cheek) + chest * cheek if kind.mask <= 0 else colour
        if kind.mask > 0:
            face = np.clip(1.5 - np.hypot(u * 1.35, (v - 0.16) * 1.3) * 1.45, 0, 1)[:, None]
            colour = colour * (1 - face) + points * face
        elif kind.mask < 0:
            pale = np.clip((0.34 - np.abs(u) * 0.8 + v * 0.75) * 3, 0, 1)[:, None] * np.clip(v * 3, 0, 1)[:, None]
            colour = colour * (1 - pale) + chest * pale
        lines = np.clip(np.sin(u * 17) * 1.6 - 0.7, 0, 1) * np.clip(-v * 2.2 - 0.3, 0, 1)
        band = (lines * min(1.0, kind.stripes * 2))[:, None]
        marked: Field = colour * (1 - band) + points * band
        return marked

    return coat
