"""The words of the grid: dates over its sections, and what a screen reader hears of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from imagegen_desktop.ui.grid.tile_painter import Mark

if TYPE_CHECKING:
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.grid.cells import Section

LONGEST_NAME: Final = 160


def header_words(section: Section, locale: QLocale) -> str:
    """The day in the locale's way, or the month and the year."""
    day = QDate(section.day.year, section.day.month, section.day.day)
    if section.whole_month:
        return f"{locale.standaloneMonthName(day.month())} {day.year()}"
    return locale.toString(day, QLocale.FormatType.LongFormat)


def image_words(number: int, total: int, state: ImageState | None, *, piled: int = 0, mark: Mark = Mark.NONE) -> str:
    """Such as "Image 3 of 12: a lighthouse at dusk, favourite"; numbers count from 1."""
    words = QCoreApplication.translate("ImageGrid", "Image {number} of {total}")
    if piled:
        words = QCoreApplication.translate("ImageGrid", "Pile {number} of {total}, {piled} images")
    words = words.format(number=number, total=total, piled=piled)
    if state is None:
        return words
    text = " ".join((state.title or state.record.prompt).split())
    facts = [text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 3] + "..."]
    if state.favourite:
        facts.append(QCoreApplication.translate("ImageGrid", "favourite"))
    if state.rating:
        facts.append(QCoreApplication.translate("ImageGrid", "rated {stars} of 5").format(stars=state.rating))
    if state.rejected:
        facts.append(QCoreApplication.translate("ImageGrid", "rejected"))
    if state.record.is_sample:
        facts.append(QCoreApplication.translate("ImageGrid", "sample"))
    if state.record.is_preview:
        facts.append(QCoreApplication.translate("ImageGrid", "preview"))
    facts.append(mark_words(mark))
    return f"{words}: {', '.join(filter(None, facts))}"


def mark_words(mark: Mark) -> str:
    """What the sign on a picture means."""
    match mark:
        case Mark.NONE:
            return ""
        case Mark.WAITING:
            return QCoreApplication.translate("ImageGrid", "waits for the bucket")
        case Mark.FAILED:
            return QCoreApplication.translate("ImageGrid", "could not be sent to the bucket")
        case Mark.ELSEWHERE:
            return QCoreApplication.translate("ImageGrid", "in the bucket alone")
        case _:
            assert_never(mark)
