"""Says amounts, estimates and sums in words that tell what is known and what is not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.price import dollars, dollars_range

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from imagegen_desktop.core.budget import Spent
    from imagegen_desktop.core.price import PriceRange
    from imagegen_desktop.core.requests import GenerationRequest


def price_words(price: PriceRange | None) -> str:
    """What stands beside the button that spends it."""
    if price is None:
        return _tr("price unknown")
    if price.high == 0:
        return _tr("Free")
    words = dollars_range(price)
    return words if dollars(price.low) != dollars(price.high) else _tr("about {price}").format(price=words)


def price_reason(request: GenerationRequest, learned_from: int) -> str:
    """Where a request's estimate comes from; `learned_from` is how many jobs of one's own there were to learn from."""
    price = request.estimate
    match request.endpoint.pricing:
        case Pricing.FREE if request.endpoint.is_sample:
            return _tr("the sample engine draws on this computer")
        case Pricing.FREE:
            return _tr("this endpoint charges nothing, as you said in the settings")
        case Pricing.UNKNOWN:
            return _tr("what this endpoint charges is not known; the settings can say it")
        case Pricing.OPENAI_LIST if price is None:
            return _tr("the price list has nothing for these choices")
        case Pricing.OPENAI_LIST:
            if price is not None and price.learned:
                return _tr("from your last {count} jobs like this").format(count=learned_from)
            return _tr("by the price list of {date}").format(date=_day(price.as_of if price else None))
        case _:
            assert_never(request.endpoint.pricing)


def known_words(spent: Spent) -> str:
    """The sum of what is known, with a plus where something is not."""
    if not spent.is_exact:
        return _tr("{known} and more").format(known=dollars(spent.known)) if spent.known else _tr("unknown")
    return dollars(spent.known)


def doubt_words(spent: Spent) -> str:
    """What is not in the sum; empty where nothing is missing."""
    parts: list[str] = []
    if spent.unpriced:
        parts.append(_counted(spent.unpriced, _tr("1 job of unknown cost"), _tr("{count} jobs of unknown cost")))
    if spent.uncertain:
        parts.append(
            _counted(spent.uncertain, _tr("1 job may have been charged"), _tr("{count} jobs may have been charged"))
        )
    if not parts:
        return ""
    words = _tr(", ").join(parts)
    high = spent.unpriced_high + spent.uncertain_high
    if high:
        words = _tr("{words}: up to {high}").format(words=words, high=dollars(high))
    if 0 < spent.unestimated < spent.unpriced + spent.uncertain:
        more = _counted(spent.unestimated, _tr("1 without an estimate"), _tr("{count} without an estimate"))
        words = f"{words} ({more})"
    return words


def on_the_way_words(on_the_way: Mapping[str, Decimal | None]) -> str:
    """What jobs on their way may cost, by their ids; empty where there are none."""
    if not on_the_way:
        return ""
    words = _counted(len(on_the_way), _tr("1 job is on its way"), _tr("{count} jobs are on their way"))
    high = sum((each for each in on_the_way.values() if each is not None), Decimal(0))
    unknown = sum(each is None for each in on_the_way.values())
    if high:
        words = _tr("{words}: up to {high}").format(words=words, high=dollars(high))
    if unknown:
        more = _counted(unknown, _tr("1 without an estimate"), _tr("{count} without an estimate"))
        words = f"{words} ({more})"
    return words


def _counted(count: int, one: str, several: str) -> str:
    return one if count == 1 else several.format(count=QLocale().toString(count))


def _day(day: date | None) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy") if day else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Money", text)
