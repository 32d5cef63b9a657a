"""The words and buttons of an error's card."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication

from imagegen_desktop.core.errors import ChargeState, ModelGoneError, Remedy
from imagegen_desktop.core.price import dollars_range

if TYPE_CHECKING:
    from imagegen_desktop.core.errors import ImagegenError
    from imagegen_desktop.core.price import PriceRange


def remedies_of(error: ImagegenError) -> tuple[Remedy, ...]:
    """What can be offered: opening a page needs a page, and a successor must be known."""
    lacking = {Remedy.OPEN_LINK: not error.link, Remedy.USE_SUCCESSOR: not successor_in(error)}
    return tuple(remedy for remedy in error.remedies if not lacking.get(remedy, False))


def successor_in(error: ImagegenError) -> str:
    """The name of the model to use instead, where the error knows one."""
    return error.successor if isinstance(error, ModelGoneError) else ""


def again_words(charge: ChargeState | None, estimate: PriceRange | None) -> str:
    """The button that sends the same request again names the money: of the next try, and of the first."""
    if estimate is None:
        price = QCoreApplication.translate("Remedy", "price unknown")
    elif estimate.high == 0:
        price = QCoreApplication.translate("Remedy", "free")
    else:
        price = QCoreApplication.translate("Remedy", "about {price}").format(price=dollars_range(estimate))
    match charge:
        case ChargeState.UNKNOWN:
            words = QCoreApplication.translate(
                "Remedy", "Generate again ({price}; the first try may have been charged)"
            )
        case ChargeState.PAID:
            words = QCoreApplication.translate("Remedy", "Generate again ({price}; the first try was charged)")
        case ChargeState.FREE | None:
            words = QCoreApplication.translate("Remedy", "Generate again ({price})")
        case _:
            assert_never(charge)
    return words.format(price=price)


def remedy_words(
    remedy: Remedy, charge: ChargeState | None, estimate: PriceRange | None = None, *, successor: str = ""
) -> str:
    """A button says what it does."""
    if remedy is Remedy.GENERATE_AGAIN:
        return again_words(charge, estimate)
    return {
        Remedy.USE_SUCCESSOR: QCoreApplication.translate("Remedy", "Use {model}").format(model=successor),
        Remedy.OPEN_KEY_SETTINGS: QCoreApplication.translate("Remedy", "Open key settings"),
        Remedy.OPEN_ENDPOINT_SETTINGS: QCoreApplication.translate("Remedy", "Open endpoint settings"),
        Remedy.OPEN_LIBRARY_SETTINGS: QCoreApplication.translate("Remedy", "Choose a folder"),
        Remedy.OPEN_MODEL_SETTINGS: QCoreApplication.translate("Remedy", "Choose another model"),
        Remedy.OPEN_LINK: QCoreApplication.translate("Remedy", "Open the page"),
        Remedy.EDIT_PROMPT: QCoreApplication.translate("Remedy", "Edit prompt"),
        Remedy.SEND_OWN_WORDS: QCoreApplication.translate("Remedy", "Send my own words"),
        Remedy.SAVE_AGAIN: QCoreApplication.translate("Remedy", "Save again (free)"),
        Remedy.SHOW_KEPT_FILE: QCoreApplication.translate("Remedy", "Show the kept file"),
    }[remedy]


def charge_words(charge: ChargeState | None) -> str:
    """Whether it cost money; nothing where no money is concerned."""
    match charge:
        case None:
            return ""
        case ChargeState.FREE:
            return QCoreApplication.translate("Charge", "Nothing was charged.")
        case ChargeState.PAID:
            return QCoreApplication.translate("Charge", "This was charged.")
        case ChargeState.UNKNOWN:
            return QCoreApplication.translate("Charge", "It may have been charged.")
        case _:
            assert_never(charge)


def saved_words(saved: int, count: int) -> str:
    if saved == 0:
        return ""
    if saved == 1:
        return QCoreApplication.translate("Saved", "1 of {count} pictures was made and saved.").format(count=count)
    return QCoreApplication.translate("Saved", "{saved} of {count} pictures were made and saved.").format(
        saved=saved, count=count
    )


def details_of(error: ImagegenError, *, saved: int, count: int) -> str:
    """What Copy details copies: everything that the card says, and the technical part, one to a line."""
    lines = [
        error.title,
        error.advice,
        charge_words(error.charge),
        saved_words(saved, count),
        error.link,
        f"({type(error).__name__})",
        error.details,
    ]
    return "\n".join(line for line in lines if line)
