"""The window's colours, spaces, radii and type sizes, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SPACE_1: Final = 4
SPACE_2: Final = 8
SPACE_3: Final = 12
SPACE_4: Final = 16
SPACE_5: Final = 24
SPACE_6: Final = 32

RADIUS_CONTROL: Final = 6
RADIUS_BUTTON: Final = 8
RADIUS_CARD: Final = 10
RADIUS_PILL: Final = 12
RADIUS_PROMPT: Final = 14

TYPE_CAPTION: Final = 11
TYPE_BODY: Final = 13
TYPE_TITLE: Final = 15
TYPE_STATE: Final = 20
TYPE_FIRST_RUN: Final = 28

ICON_CHIP: Final = 16
ICON_ROW: Final = 18
ICON_TOOL: Final = 20
ICON_STATE: Final = 48

HIT: Final = 32
HIT_PRIMARY: Final = 36
FOCUS_WIDTH: Final = 2

# Milliseconds; nothing moves where less motion is asked for.
FADE_MS: Final = 120
SLIDE_MS: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One theme. Every colour is "#RRGGBB"; text on its ground has a contrast of at least 4.5:1 (WCAG 2.2 AA)."""

    name: str
    dark: bool
    canvas: str
    window: str
    surface: str
    surface2: str
    hover: str
    border: str
    border_strong: str
    text: str
    text2: str
    text3: str
    disabled: str
    accent: str
    accent_hover: str
    accent_press: str
    on_accent: str
    accent_soft: str
    accent_text: str
    danger: str
    danger_soft: str
    warn: str
    warn_soft: str
    ok: str
    ok_soft: str
    focus: str


LIGHT: Final = Tokens(
    name="light",
    dark=False,
    canvas="#E9E9EB",
    window="#F5F5F6",
    surface="#FFFFFF",
    surface2="#EDEDEF",
    hover="#E4E4E7",
    border="#D9D9DD",
    border_strong="#85858D",
    text="#1A1A1D",
    text2="#55555D",
    text3="#6B6B74",
    disabled="#9A9AA2",
    accent="#2F55D4",
    accent_hover="#2546B5",
    accent_press="#1E3A99",
    on_accent="#FFFFFF",
    accent_soft="#E3E9FC",
    accent_text="#2546B5",
    danger="#BE2A2F",
    danger_soft="#FBE9E9",
    warn="#8A5300",
    warn_soft="#FBF0DC",
    ok="#19754A",
    ok_soft="#E2F4EA",
    focus="#2F55D4",
)

DARK: Final = Tokens(
    name="dark",
    dark=True,
    canvas="#111113",
    window="#18181B",
    surface="#212125",
    surface2="#2B2B30",
    hover="#34343A",
    border="#36363C",
    border_strong="#7C7C86",
    text="#F0F0F2",
    text2="#B4B4BC",
    text3="#93939C",
    disabled="#66666E",
    accent="#8FA8FF",
    accent_hover="#A6BAFF",
    accent_press="#7B97FF",
    on_accent="#0E1533",
    accent_soft="#29325C",
    accent_text="#B3C4FF",
    danger="#FF8F89",
    danger_soft="#45211F",
    warn="#F0B64E",
    warn_soft="#3D2E12",
    ok="#62CE95",
    ok_soft="#183527",
    focus="#8FA8FF",
)
