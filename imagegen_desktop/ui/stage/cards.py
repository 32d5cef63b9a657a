"""Fills a state page: the empty library, an error, a cancelled job, a file that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication, Qt

from imagegen_desktop.core.errors import ChargeState, NotReachedError, RateLimitedError, Remedy
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.ui.place_icons import PLACE_ICONS
from imagegen_desktop.ui.stage.state_page import TEXT_WIDTH, state_button
from imagegen_desktop.ui.stage.words import charge_words, remedies_of, remedy_words, saved_words, successor_in
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QPushButton

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.errors import CancelledError, ImagegenError
    from imagegen_desktop.core.price import PriceRange
    from imagegen_desktop.ui.stage.state_page import StatePage


def examples() -> tuple[tuple[str, str], ...]:
    """(the chip's words, the prompt it stands for)."""
    return (
        (
            QCoreApplication.translate("Examples", "Misty pine valley"),
            QCoreApplication.translate("Examples", "A misty pine valley at dawn, low sun through the trees"),
        ),
        (
            QCoreApplication.translate("Examples", "Paper-cut city"),
            QCoreApplication.translate("Examples", "A paper-cut city at night, layers of blue, warm windows"),
        ),
        (
            QCoreApplication.translate("Examples", "Frost on glass"),
            QCoreApplication.translate("Examples", "A macro photograph of frost on glass, morning light"),
        ),
    )


def fill_empty(
    page: StatePage,
    *,
    has_key: bool,
    endpoint_label: str,
    on_example: Callable[[str], None],
    on_key: Callable[[], None],
    on_sample: Callable[[], None],
) -> None:
    chips: list[QPushButton] = []
    for words, prompt in examples():
        chip = state_button(words, "chip")
        chip.setToolTip(plain_tooltip(prompt))
        chip.setAccessibleDescription(prompt)
        chip.clicked.connect(lambda _checked=False, prompt=prompt: on_example(prompt))
        chips.append(chip)
    safe = QCoreApplication.translate(
        "Empty",
        "Describe anything below and press Generate. Every picture is saved on this computer with its prompt, "
        "so you find it again without a connection.",
    )
    texts = [PlainLabel(safe, wrap=True, kind="muted")]
    sample = state_button(QCoreApplication.translate("Empty", "Try with the sample engine"))
    sample.clicked.connect(lambda _checked=False: on_sample())
    buttons = [sample]
    if has_key:
        if endpoint_label:
            made = QCoreApplication.translate("Empty", "Pictures are made by {endpoint}.").format(
                endpoint=endpoint_label
            )
            texts.append(PlainLabel(made, wrap=True, kind="muted"))
    else:
        add = state_button(QCoreApplication.translate("Empty", "Add API key"), "primary")
        add.clicked.connect(lambda _checked=False: on_key())
        buttons.insert(0, add)
        kept = QCoreApplication.translate(
            "Empty", "Your key is never written to a file, and goes only to the service you choose."
        )
        texts.append(PlainLabel(kept, wrap=True, kind="muted"))
    foot = QCoreApplication.translate(
        "Empty", "The sample engine draws on this computer: no key, no cost. Its pictures are samples, not AI."
    )
    page.fill(
        icon="image-plus",
        role="text3",
        title=QCoreApplication.translate("Empty", "Make your first picture"),
        title_kind="first",
        texts=texts,
        rows=[chips, buttons],
        foot=PlainLabel(foot, wrap=True, kind="muted"),
    )


def fill_nothing(page: StatePage, view: View, *, on_clear: Callable[[], None]) -> None:
    """No search result, no favourites yet, an empty album, or an empty trash."""
    rows: list[list[QPushButton]] = []
    words = view.words.strip()
    icon = "search" if words else PLACE_ICONS[view.place]
    title, text = words_of_nothing(view)
    if words:
        clear = state_button(QCoreApplication.translate("Nothing", "Clear the search"))
        clear.clicked.connect(lambda _checked=False: on_clear())
        rows = [[clear]]
    elif view.album or view.tag or view.month:
        icon = "folder" if view.album else "tag" if view.tag else "calendar"
    page.fill(
        icon=icon,
        role="text3",
        title=title,
        title_kind="state",
        texts=[PlainLabel(text, wrap=True, kind="muted")],
        rows=rows,
    )


def words_of_nothing(view: View) -> tuple[str, str]:
    """A title for a view without images, and how something comes to stand there."""
    words = view.words.strip()
    if words:
        return (
            QCoreApplication.translate("Nothing", "No image matches"),
            QCoreApplication.translate("Nothing", "Nothing here fits “{words}”.").format(words=words),
        )
    if view.album or view.tag or view.month:
        return (
            QCoreApplication.translate("Nothing", "Nothing here yet"),
            QCoreApplication.translate("Nothing", "Drag images here from the library, or use their menu."),
        )
    return _why_empty(view.place)


def _why_empty(place: Place) -> tuple[str, str]:
    """A title, and how something comes to stand there."""
    match place:
        case Place.ALL:
            return (
                QCoreApplication.translate("Nothing", "No pictures here yet"),
                QCoreApplication.translate("Nothing", "What you make or import stands here."),
            )
        case Place.FAVOURITES:
            return (
                QCoreApplication.translate("Nothing", "No favourites yet"),
                QCoreApplication.translate("Nothing", "Press the heart under a picture, or F, and it stands here too."),
            )
        case Place.RECENT:
            return (
                QCoreApplication.translate("Nothing", "Nothing in the last seven days"),
                QCoreApplication.translate("Nothing", "What you make or import stands here for a week."),
            )
        case Place.REJECTED:
            return (
                QCoreApplication.translate("Nothing", "No rejects"),
                QCoreApplication.translate(
                    "Nothing", "Press X on a picture, and sweep the rejects into the trash at once."
                ),
            )
        case Place.TRASH:
            return (
                QCoreApplication.translate("Nothing", "The trash is empty"),
                QCoreApplication.translate("Nothing", "What you delete comes here first, and can be put back."),
            )
        case _:
            assert_never(place)


def fill_error(
    page: StatePage,
    error: ImagegenError,
    *,
    saved: int,
    count: int,
    estimate: PriceRange | None,
    on_remedy: Callable[[Remedy], None],
    on_copy: Callable[[], None],
) -> None:
    copy = state_button(QCoreApplication.translate("ErrorCard", "Copy details"))
    copy.clicked.connect(lambda _checked=False: on_copy())
    # What asks for patience is not what asks for mending.
    patience = isinstance(error, NotReachedError | RateLimitedError)
    page.fill(
        icon="triangle-alert" if patience else "circle-alert",
        role="warn" if patience else "danger",
        title=error.title,
        title_kind="state",
        texts=_sentences(error, saved=saved, count=count),
        rows=[[*_remedy_buttons(error, estimate, on_remedy), copy]],
    )


def fill_cancelled(page: StatePage, error: CancelledError, on_remedy: Callable[[Remedy], None]) -> None:
    page.fill(
        icon="circle-x",
        role="text3",
        title=error.title,
        title_kind="state",
        texts=_sentences(error, saved=0, count=1),
        rows=[_remedy_buttons(error, None, on_remedy)],
    )


def fill_missing(page: StatePage, state: ImageState) -> None:
    texts = [
        PlainLabel(
            QCoreApplication.translate(
                "Missing", "It was moved or deleted outside the app. Its prompt and details are kept."
            ),
            wrap=True,
            kind="muted",
        ),
        _one_line(page, state.record.file),
    ]
    title = QCoreApplication.translate("Missing", "The picture's file is not there")
    page.fill(icon="image-off", role="text3", title=title, title_kind="state", texts=texts, rows=[])


def fill_elsewhere(page: StatePage) -> None:
    """An original that lies in the bucket alone, and of which nothing small is here either."""
    title = QCoreApplication.translate("Elsewhere", "The original is in the bucket")
    page.fill(icon="cloud", role="text3", title=title, title_kind="state", texts=[], rows=[])


def _sentences(error: ImagegenError, *, saved: int, count: int) -> list[PlainLabel]:
    texts = [PlainLabel(error.advice, wrap=True, kind="muted")]
    charge, made = charge_words(error.charge), saved_words(saved, count)
    facts = " ".join(sentence for sentence in (made, charge) if sentence)
    if facts:
        texts.append(PlainLabel(facts, wrap=True, kind="fact"))
    if error.link:
        texts.append(_one_line(texts[0], error.link))
    return texts


def _one_line(like: StatePage | PlainLabel, text: str) -> PlainLabel:
    """Long text without a place to break it: its middle is left out, the tooltip has all of it."""
    label = PlainLabel(like.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, TEXT_WIDTH - 8), kind="muted")
    label.setToolTip(plain_tooltip(text))
    label.setAccessibleName(text)
    return label


def _remedy_buttons(
    error: ImagegenError, estimate: PriceRange | None, on_remedy: Callable[[Remedy], None]
) -> list[QPushButton]:
    """The first is the one to press, unless it may cost money twice: that one is never urged."""
    buttons: list[QPushButton] = []
    for remedy in remedies_of(error):
        risky = remedy is Remedy.GENERATE_AGAIN and error.charge is not ChargeState.FREE
        words = remedy_words(remedy, error.charge, estimate, successor=successor_in(error))
        button = state_button(words, "" if buttons or risky else "primary")
        button.clicked.connect(lambda _checked=False, remedy=remedy: on_remedy(remedy))
        buttons.append(button)
    return buttons
