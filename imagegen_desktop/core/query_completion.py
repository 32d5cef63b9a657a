"""What a half-typed search can be completed to, and the examples that its help shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names of a library that a search can be completed with, the likeliest first."""

    tags: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
