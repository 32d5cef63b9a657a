"""Which module paints which family."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from imagegen_desktop.imaging.samples.brief import Family, SceneBrief
from imagegen_desktop.imaging.samples.canvas import Canvas
from imagegen_desktop.imaging.samples.families import (
    animal,
    balloons,
    bauhaus,
    botanical,
    city,
    crystal,
    dunes,
    flow,
    forest,
    frost,
    mandala,
    mountains,
    paper,
    portrait,
    room,
    sea,
    space,
    still,
    street,
    underwater,
    waves,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Painter: TypeAlias = Callable[[Canvas, SceneBrief], None]

# Rain and snow fall here; indoors and in abstract pictures they do not.
OUTDOORS: Final = frozenset(
    {
        Family.CRYSTAL,
        Family.CITY,
        Family.STREET,
        Family.MOUNTAINS,
        Family.FOREST,
        Family.DUNES,
        Family.SEA,
        Family.BALLOONS,
        Family.BOTANICAL,
    }
)


def painters() -> Mapping[Family, Painter]:
    """Every family's painter."""
    return {
        Family.CRYSTAL: crystal.paint,
        Family.MOUNTAINS: mountains.paint,
        Family.SEA: sea.paint,
        Family.WAVES: waves.paint,
        Family.UNDERWATER: underwater.paint,
        Family.ROOM: room.paint,
        Family.PORTRAIT: portrait.paint,
        Family.CITY: city.paint,
        Family.STREET: street.paint,
        Family.BALLOONS: balloons.paint,
        Family.MANDALA: mandala.paint,
        Family.STILL: still.paint,
        Family.BOTANICAL: botanical.paint,
        Family.FOREST: forest.paint,
        Family.DUNES: dunes.paint,
        Family.SPACE: space.paint,
        Family.BAUHAUS: bauhaus.paint,
        Family.FLOW: flow.paint,
        Family.ANIMAL: animal.paint,
        Family.PAPER: paper.paint,
        Family.FROST: frost.paint,
    }
