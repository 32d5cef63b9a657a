"""The settings page: what is chosen holds at once, and the key is never shown back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from settled import settings_at

from imagegen_desktop.core.addresses import AddressFault, fault_of, travels_in_clear
from imagegen_desktop.core.models import Maker, ModelCatalogue, Pricing
from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.settings import DEFAULT_INSTRUCTION, OPENAI_URL, Profile, Settings
from imagegen_desktop.ui.settings.settings_page import SettingsPage, SettingsSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

CANARY = "sk-canary-7f3k9q-never-shown"
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot: QtBot, catalogue: ModelCatalogue, appearance: Appearance, icons: Icons) -> SettingsPage:
    made = SettingsPage(catalogue, appearance, icons)
    qtbot.addWidget(made)
    made.set_settings(Settings())
    made.resize(880, 600)
    with qtbot.waitExposed(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def changes(page: SettingsPage) -> list[Settings]:
    told: list[Settings] = []
    page.changed.connect(told.append)
    return told


@pytest.fixture
def keys(page: SettingsPage) -> list[Secret]:
    told: list[Secret] = []
    page.key_entered.connect(told.append)
    return told


def shown_texts(widget: QWidget) -> str:
    """All words in a window, hidden fields and their undo history's top included."""
    texts = [label.text() for label in widget.findChildren(QLabel)]
    texts += [field.text() for field in widget.findChildren(QLineEdit)]
    texts += [field.toPlainText() for field in widget.findChildren(QPlainTextEdit)]
    texts += [f"{one.toolTip()} {one.accessibleName()}" for one in widget.findChildren(QWidget)]
    return "\n".join(texts)


def test_every_control_has_a_name(page: SettingsPage, unnamed: Callable[[QWidget], list[str]]) -> None:
    page.set_key_status("In the GNOME keyring", kind="ok")
    page.set_test_status("Asking the service for its list of models (free)...", "busy")
    assert unnamed(page) == []


def test_settings_that_are_set_are_shown_and_not_told(page: SettingsPage, changes: list[Settings]) -> None:
    settings = settings_at(
        "http://127.0.0.1:8000/v1",
        maker=Maker.SAMPLE,
        image_model="flux-9-local",
        text_model="writer-1",
        instruction="Be brief.",
        theme=Theme.DARK,
        timeout=90.0,
    )
    page.set_settings(settings)
    assert page.maker.sample.isChecked()
    assert page.endpoint.address.text() == "http://127.0.0.1:8000/v1"
    assert page.models.image_model.currentText() == "flux-9-local"
    assert page.models.text_model.currentText() == "Writer One"
    assert page.models.instruction.toPlainText() == "Be brief."
    assert page.look.themes[Theme.DARK].isChecked()
    assert page.models.seconds.value() == 90
    assert changes == []


def test_choices_hold_at_once_and_add_up(qtbot: QtBot, page: SettingsPage, changes: list[Settings]) -> None:
    page.maker.sample.click()
    page.look.themes[Theme.LIGHT].click()
    page.models.seconds.setValue(120)
    field = page.models.image_model.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, "flux-9-local")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert changes[-1] == replace(
        Settings(maker=Maker.SAMPLE, theme=Theme.LIGHT, timeout=120.0), profiles=(Profile(image_model="flux-9-local"),)
    )
    assert len(changes) == 4


def test_an_address_is_taken_over_verbatim_when_it_is_finished(
    qtbot: QtBot, page: SettingsPage, changes: list[Settings]
) -> None:
    page.endpoint.address.selectAll()
    qtbot.keyClicks(page.endpoint.address, "https://example.org/a/V1/")
    assert changes == []
    qtbot.keyClick(page.endpoint.address, Qt.Key.Key_Return)
    assert [settings.current.base_url for settings in changes] == ["https://example.org/a/V1/"]


def test_a_faulty_address_is_said_and_not_taken(page: SettingsPage, changes: list[Settings]) -> None:
    for address in ("example.org", "https://", "https://me:secret@example.org/v1"):
        page.endpoint.address.setText(address)
        page.endpoint.address.editingFinished.emit()
        assert page.endpoint.notice.isVisible()
        assert page.endpoint.notice.text().startswith("Not used")
    assert changes == []


def test_one_button_leads_back_to_openais_address(page: SettingsPage, changes: list[Settings]) -> None:
    page.set_settings(settings_at("http://example.org/v1"))
    page.endpoint.reset.click()
    assert changes[-1].current.base_url == OPENAI_URL
    assert not page.endpoint.notice.isVisible()


def test_plain_http_to_another_machine_is_warned_of_in_one_line(page: SettingsPage) -> None:
    page.set_settings(settings_at("http://example.org/v1"))
    assert "travel in clear" in page.endpoint.notice.text()
    page.set_settings(settings_at("http://localhost:8000/v1"))
    assert not page.endpoint.notice.isVisible()


@pytest.mark.parametrize(
    ("address", "clear"),
    [
        ("http://example.org/v1", True),
        ("HTTP://192.168.1.7:8000/v1", True),
        ("https://example.org/v1", False),
        ("http://localhost:8000/v1", False),
        ("http://api.localhost/v1", False),
        ("http://127.8.8.8/v1", False),
        ("http://[::1]:8000/v1", False),
        ("http://localhost.example.org/v1", True),
        ("nonsense", False),
    ],
)
def test_a_key_travels_in_clear_only_over_http_to_another_machine(address: str, clear: bool) -> None:  # noqa: FBT001 (a case)
    assert travels_in_clear(address) is clear


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://example.org/v1", None),
        ("ftp://example.org", AddressFault.NO_SCHEME),
        ("example.org/v1", AddressFault.NO_SCHEME),
        ("https:///v1", AddressFault.NO_HOST),
        ("http://[::1/v1", AddressFault.NO_HOST),
        ("https://me@example.org/v1", AddressFault.HOLDS_PASSWORD),
    ],
)
def test_an_address_names_a_scheme_and_a_host_and_no_password(address: str, fault: AddressFault | None) -> None:
    assert fault_of(address) is fault


def test_a_key_is_stripped_handed_on_and_gone_from_the_window(
    qtbot: QtBot, page: SettingsPage, keys: list[Secret]
) -> None:
    page.key.field.setText(f"  {CANARY} ")
    assert page.key.save.text() == "Save and test"
    qtbot.mouseClick(page.key.save, Qt.MouseButton.LeftButton)
    assert [secret.reveal() for secret in keys] == [CANARY]
    assert CANARY not in shown_texts(page)
    page.key.field.setFocus()
    qtbot.keyClick(page.key.field, Qt.Key.Key_Z, CONTROL)
    assert page.key.field.text() == ""


def test_a_key_that_was_not_saved_does_not_outlive_the_page(page: SettingsPage, keys: list[Secret]) -> None:
    page.key.field.setText(CANARY)
    page.key.show_button.setChecked(True)
    page.back.click()
    assert page.key.field.text() == ""
    assert page.key.field.echoMode() == QLineEdit.EchoMode.Password
    assert keys == []


@pytest.mark.parametrize("words", ["sk-abc def", "sk-clé", "sk-a\x07b"])
def test_what_is_no_key_is_said_and_not_saved(page: SettingsPage, keys: list[Secret], words: str) -> None:
    page.key.field.setText(words)
    page.key.save.click()
    assert keys == []
    assert page.key.test.isVisible()
    assert words not in page.key.test.text()


def test_without_a_new_key_the_stored_one_is_tested(qtbot: QtBot, page: SettingsPage, keys: list[Secret]) -> None:
    assert page.key.save.text() == "Test"
    with qtbot.waitSignal(page.test_requested):
        page.key.save.click()
    assert keys == []


def test_the_key_is_hidden_until_it_is_asked_for(page: SettingsPage) -> None:
    field = page.key.field
    assert field.echoMode() == QLineEdit.EchoMode.Password
    page.key.show_button.click()
    assert field.echoMode() == QLineEdit.EchoMode.Normal
    assert page.key.show_button.accessibleName() == "Hide the key"


def test_a_running_test_can_be_cancelled_and_its_end_is_told(qtbot: QtBot, page: SettingsPage) -> None:
    assert not page.key.cancel.isVisible()
    page.set_test_status("Asking the service for its list of models (free)...", "busy")
    assert not page.key.save.isEnabled()
    with qtbot.waitSignal(page.test_cancelled):
        page.key.cancel.click()
    page.set_test_status("The service refused the API key", "error")
    assert not page.key.cancel.isVisible()
    assert page.key.save.isEnabled()
    assert page.key.test.text() == "The service refused the API key"
    assert page.key.test.property("kind") == "danger"


def test_where_the_key_is_is_said_and_only_a_key_can_be_removed(qtbot: QtBot, page: SettingsPage) -> None:
    assert page.key.place.text() == "No key yet"
    assert not page.key.remove.isVisible()
    page.set_key_status("From the environment variable OPENAI_API_KEY (read only)", kind="ok", removable=False)
    assert not page.key.remove.isVisible()
    page.set_key_status("In the GNOME keyring", kind="ok")
    with qtbot.waitSignal(page.key_removed):
        page.key.remove.click()


def test_an_instruction_is_taken_over_when_the_field_is_left(
    qtbot: QtBot, page: SettingsPage, changes: list[Settings]
) -> None:
    page.models.instruction.setFocus()
    page.models.instruction.selectAll()
    qtbot.keyClicks(page.models.instruction, "Be brief.")
    assert changes == []
    qtbot.keyClick(page.models.instruction, Qt.Key.Key_Tab)
    assert [settings.instruction for settings in changes] == ["Be brief."]
    page.models.restore.click()
    assert changes[-1].instruction == DEFAULT_INSTRUCTION
    assert page.models.instruction.toPlainText() == DEFAULT_INSTRUCTION


def test_closing_takes_over_what_is_being_typed(qtbot: QtBot, page: SettingsPage, changes: list[Settings]) -> None:
    page.open_at(SettingsSection.ENDPOINT)
    page.endpoint.address.setText("")
    qtbot.keyClicks(page.endpoint.address, "https://example.org/v1")
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page.endpoint.address, Qt.Key.Key_Escape)
    assert [settings.current.base_url for settings in changes] == ["https://example.org/v1"]


@pytest.mark.parametrize("section", list(SettingsSection))
def test_an_errors_button_opens_the_very_field(qtbot: QtBot, page: SettingsPage, section: SettingsSection) -> None:
    page.open_at(section)
    field = page._field_of(section)
    assert field.hasFocus()
    qtbot.waitUntil(lambda: _in_sight(field, page))


def _in_sight(field: QWidget, page: SettingsPage) -> bool:
    viewport = page.area.viewport()
    return viewport.rect().contains(field.mapTo(viewport, field.rect().center()))


def test_the_library_folder_is_shown_and_chosen_elsewhere(qtbot: QtBot, page: SettingsPage) -> None:
    page.set_library_folder(Path("/pictures"))
    assert page.library.path.text() == str(Path("/pictures"))
    assert page.library.path.isReadOnly()
    with qtbot.waitSignal(page.choose_folder_requested):
        page.library.choose.click()
    with qtbot.waitSignal(page.show_folder_requested):
        page.library.show_folder.click()


def test_the_wheel_scrolls_past_a_box_without_changing_it(page: SettingsPage, changes: list[Settings]) -> None:
    page.back.setFocus()
    for box in (page.models.seconds, page.models.image_model):
        middle = QPointF(box.rect().center())
        turn = QWheelEvent(
            middle,
            QPointF(box.mapToGlobal(middle)),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(box, turn)
        assert not turn.isAccepted()
    assert changes == []


def test_every_button_is_reached_by_tab(page: SettingsPage) -> None:
    page.set_test_status("Asking...", "busy")
    buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
    assert len(buttons) >= 7
    assert all(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in buttons)


# ---- money ----


def test_a_budget_holds_once_it_is_typed(qtbot: QtBot, page: SettingsPage, changes: list[Settings]) -> None:
    qtbot.keyClicks(page.money.daily, "$5")
    qtbot.keyClick(page.money.daily, Qt.Key.Key_Return)
    qtbot.keyClicks(page.money.monthly, "12,50")
    qtbot.keyClick(page.money.monthly, Qt.Key.Key_Return)
    assert (changes[-1].daily_budget, changes[-1].monthly_budget) == (Decimal(5), Decimal("12.50"))
    page.money.daily.clear()
    qtbot.keyClick(page.money.daily, Qt.Key.Key_Return)
    assert (changes[-1].daily_budget, changes[-1].monthly_budget) == (None, Decimal("12.50"))


def test_what_is_no_budget_is_said_in_one_sentence_and_not_used(
    qtbot: QtBot, page: SettingsPage, changes: list[Settings]
) -> None:
    qtbot.keyClicks(page.money.daily, "five")
    qtbot.keyClick(page.money.daily, Qt.Key.Key_Return)
    assert page.money.notice.text() == "Not used yet: a budget is an amount such as 5 or 12.50, or empty for no limit."
    assert changes == []
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert (page.money.daily.text(), page.money.notice.isVisible()) == ("", False)


def test_a_budget_that_is_being_typed_holds_when_the_page_goes(
    qtbot: QtBot, page: SettingsPage, changes: list[Settings]
) -> None:
    page.money.daily.setFocus()
    qtbot.keyClicks(page.money.daily, "5")
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert changes[-1].daily_budget == Decimal(5)


@pytest.mark.parametrize(
    ("index", "pricing"), [(0, None), (1, Pricing.OPENAI_LIST), (2, Pricing.FREE), (3, Pricing.UNKNOWN)]
)
def test_what_the_endpoint_charges_can_be_said(
    page: SettingsPage, changes: list[Settings], index: int, pricing: Pricing | None
) -> None:
    page.set_settings(settings_at(OPENAI_URL, pricing=Pricing.UNKNOWN if pricing is not Pricing.UNKNOWN else None))
    page.money.pricing.setCurrentIndex(index)
    page.money.pricing.activated.emit(index)
    assert changes[-1].current.pricing is pricing


def test_jobs_at_a_time_are_one_to_ten(page: SettingsPage, changes: list[Settings]) -> None:
    page.money.in_flight.setValue(99)
    assert changes[-1].in_flight == 10
    page.money.in_flight.setValue(0)
    assert changes[-1].in_flight == 1


def test_money_can_be_opened_by_a_card(page: SettingsPage) -> None:
    page.open_at(SettingsSection.MONEY)
    assert page.money.daily.hasFocus()
