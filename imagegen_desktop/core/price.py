"""What a request may cost before it is sent, and what it cost after: dollars in Decimal, unknown where it is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.models import ModelPrice, ModelSpec, TextPrice
    from imagegen_desktop.core.records import Usage

MILLION: Final = Decimal(1_000_000)
# Each preview bills this many image tokens more (facts of the price list, 2026-11-05).
PREVIEW_TOKENS: Final = 100
# The fewest of a person's own pictures that tell more than the price list's range.
LEARNED_FROM: Final = 3
# A token is about four characters of English and as little as one and a half of other scripts.
CHARACTERS_PER_TOKEN: Final = (1.5, 4.0)
# What an enhanced prompt of at most 80 words comes to, with room for a model that says more.
ENHANCED_TOKENS: Final = (60, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRange:
    """US dollars from `low` to `high`. `as_of` is the price list's date; `learned` says that own pictures sharpened it."""

    low: Decimal
    high: Decimal
    as_of: date | None = None
    learned: bool = False

    def __add__(self, other: PriceRange) -> PriceRange:
        dates = [one for one in (self.as_of, other.as_of) if one]
        return PriceRange(
            low=self.low + other.low,
            high=self.high + other.high,
            as_of=min(dates, default=None),
            learned=self.learned or other.learned,
        )

    def times(self, count: int) -> PriceRange:
        return PriceRange(low=self.low * count, high=self.high * count, as_of=self.as_of, learned=self.learned)


FREE: Final = PriceRange(low=Decimal(0), high=Decimal(0))


def picture_price(
    spec: ModelSpec, *, quality: str, size: str, prompt_length: int, previews: int, learned: Sequence[int] = ()
) -> PriceRange | None:
    """The price of one picture, None where the model's data do not tell.

    `prompt_length` is in characters; `learned` are the output tokens of this person's latest pictures of the same model,
    quality and size: their median replaces the list's range once there are three.
    """
    price = spec.price
    if price is None:
        return None
    if len(learned) >= LEARNED_FROM:
        low, high = min(learned), max(learned)
        middle = round(median(learned))
        # An outlier of long ago should not widen the range for ever: twice the median is news enough.
        low, high = max(low, middle // 2), min(high, middle * 2)
    else:
        fact = next((one for one in price.tokens if (one.quality, one.size) == (quality, size)), None) or next(
            (one for one in price.tokens if (one.quality, one.size) == (quality, "")), None
        )
        if fact is None:
            return None
        low, high = fact.low, fact.high + previews * PREVIEW_TOKENS
    words = _text_tokens(prompt_length)
    return PriceRange(
        low=_dollars(low, price.image_out) + _dollars(words[0], price.text_in),
        high=_dollars(high, price.image_out) + _dollars(words[1], price.text_in),
        as_of=price.as_of,
        learned=len(learned) >= LEARNED_FROM,
    )


def enhancement_price(price: TextPrice | None, *, prompt_length: int, instruction_length: int) -> PriceRange | None:
    """The price of asking the text model once; lengths in characters."""
    if price is None:
        return None
    words = _text_tokens(prompt_length + instruction_length)
    return PriceRange(
        low=_dollars(words[0], price.tokens_in) + _dollars(ENHANCED_TOKENS[0], price.tokens_out),
        high=_dollars(words[1], price.tokens_in) + _dollars(ENHANCED_TOKENS[1], price.tokens_out),
        as_of=price.as_of,
    )


def picture_cost(usage: Usage | None, price: ModelPrice | None, author: TextPrice | None = None) -> Decimal | None:
    """What the service's count comes to; None without a count or a price. `author` is the price of an SVG's text model.

    Without details all input is text and all output is image, which is what a prompt gets. Cached input is not told
    apart by the service, so this is an upper bound. A count of nothing but zeros, as some servers send, is no count.
    """
    if usage is None or price is None or not (usage.input_tokens or usage.output_tokens or usage.total_tokens):
        return None
    drawn = words_cost(usage.author_input_tokens, usage.author_output_tokens, author)
    if drawn is None and (usage.author_input_tokens or usage.author_output_tokens):
        return None
    image_in = usage.input_image_tokens
    text_in = usage.input_text_tokens or max(0, usage.input_tokens - image_in)
    text_out = usage.output_text_tokens or 0
    image_out = usage.output_tokens - text_out
    return (
        _dollars(text_in, price.text_in)
        + _dollars(image_in, price.image_in)
        + _dollars(image_out, price.image_out)
        + _dollars(text_out, price.text_out if price.text_out is not None else price.image_out)
        + (drawn or Decimal(0))
    )


def words_cost(tokens_in: int, tokens_out: int, price: TextPrice | None) -> Decimal | None:
    """What an enhancement cost by the service's count; None without a price or a count."""
    if price is None or not (tokens_in or tokens_out):
        return None
    return _dollars(tokens_in, price.tokens_in) + _dollars(tokens_out, price.tokens_out)


def dollars(amount: Decimal) -> str:
    """An amount as people read it: "$0.17", "$0.004" below a cent, "less than $0.001" below that; "$0.00" is nothing at all."""
    if amount == 0:
        return "$0.00"
    if amount < Decimal("0.0005"):
        return "less than $0.001"
    places = Decimal("0.001") if amount < Decimal("0.0095") else Decimal("0.01")
    return f"${amount.quantize(places, ROUND_HALF_EVEN):,}"


def dollars_range(price: PriceRange) -> str:
    """One amount, or "$0.02 to $0.04" where both ends differ as they are written."""
    low, high = dollars(price.low), dollars(price.high)
    return low if low == high else f"{low} to {high}"


def _text_tokens(characters: int) -> tuple[int, int]:
    most, least = (round(characters / each) + 1 for each in CHARACTERS_PER_TOKEN)
    return least, most


def _dollars(tokens: int, price: Decimal) -> Decimal:
    return tokens * price / MILLION
