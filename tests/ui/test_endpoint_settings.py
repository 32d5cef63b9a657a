"""Endpoints in the settings: added, chosen, named, set by hand, removed; secrets go to the keychain alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.dialects import Family, Parameter
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Profile, Settings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.model_data import load_dialects
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.ui.settings.endpoint_section import fault_in, headers_in
from imagegen_desktop.ui.settings.settings_page import SettingsPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QComboBox, QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

DIALECTS = load_dialects(resources_folder())
HOME = Profile(id="home", name="At home", base_url="http://localhost:8080/v1", family=Family.LOCALAI)


@pytest.fixture
def page(qtbot: QtBot, catalogue: ModelCatalogue, appearance: Appearance, icons: Icons) -> SettingsPage:
    made = SettingsPage(catalogue, appearance, icons)
    qtbot.addWidget(made)
    made.maker.set_dialects(DIALECTS)
    made.endpoint.set_dialects(DIALECTS)
    made.changed.connect(made.set_settings)
    made.set_settings(Settings(profiles=(Profile(), HOME)))
    made.show()
    return made


def pick(box: QComboBox, index: int) -> None:
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_every_control_has_a_name(page: SettingsPage, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(page) == []


def test_each_kind_of_server_can_be_added_and_starts_from_its_example(page: SettingsPage) -> None:
    actions = page.maker.add_menu.actions()
    assert [action.text() for action in actions] == [dialect.label for dialect in DIALECTS.dialects]
    next(action for action in actions if action.text() == "Xinference").trigger()
    current = page.maker.settings.current
    assert (current.name, current.family) == ("Xinference", Family.XINFERENCE)
    assert current.base_url == DIALECTS.of(Family.XINFERENCE).base_url
    assert len(page.maker.settings.profiles) == 3
    assert len({profile.id for profile in page.maker.settings.profiles}) == 3


def test_one_makes_pictures_and_another_finds_words(page: SettingsPage) -> None:
    pick(page.maker.chooser, 1)
    assert page.maker.settings.endpoint.base_url == HOME.base_url
    assert page.maker.settings.text_endpoint == page.maker.settings.endpoint
    pick(page.maker.words, 1)
    assert page.maker.settings.text_endpoint.base_url == Profile().base_url
    pick(page.maker.words, 0)
    assert page.maker.settings.text_profile is None


def test_two_endpoints_of_one_address_have_keys_of_their_own() -> None:
    twin = replace(Profile(), id="twin")
    assert twin.endpoint.secret_name != Profile().endpoint.secret_name
    assert twin.endpoint.headers_secret_name != Profile().endpoint.headers_secret_name


def test_removing_asks_twice_and_takes_the_secrets_along(page: SettingsPage) -> None:
    gone: list[Endpoint] = []
    page.maker.removed.connect(gone.append)
    pick(page.maker.chooser, 1)
    pick(page.maker.words, 2)
    page.maker.remove.click()
    assert gone == []
    assert page.maker.remove.text() == "Remove with its key"
    page.maker.remove.click()
    assert [endpoint.id for endpoint in gone] == ["home"]
    assert page.maker.settings == Settings()
    assert not page.maker.remove.isEnabled()


def test_header_values_are_handed_over_and_never_in_the_settings(page: SettingsPage) -> None:
    told: list[tuple[Endpoint, Mapping[str, Secret]]] = []
    page.endpoint.headers_entered.connect(lambda endpoint, values: told.append((endpoint, values)))
    page.endpoint.headers.setPlainText("X-Team: blue\nCF-Access: top: secret\n")
    page.endpoint.save_headers.click()
    ((endpoint, values),) = told
    assert endpoint.header_names == ("X-Team", "CF-Access")
    assert {name: value.reveal() for name, value in values.items()} == {"X-Team": "blue", "CF-Access": "top: secret"}
    assert "blue" not in repr(page.maker.settings)
    assert page.endpoint.headers.toPlainText() == ""
    assert "X-Team, CF-Access" in page.endpoint.header_names.text()


@pytest.mark.parametrize("text", ["X-Team", ": x", "X Team: x", "X-Team:", "Ä: x"])
def test_a_line_that_is_no_header_is_told_and_nothing_is_saved(page: SettingsPage, text: str) -> None:
    assert headers_in(text) is None
    page.endpoint.headers.setPlainText(text)
    page.endpoint.save_headers.click()
    assert page.endpoint.header_names.text().startswith("Not saved")
    assert page.maker.settings.current.header_names == ()


@pytest.mark.parametrize(("text", "good"), [("", True), ('{"steps": 20}', True), ("{", False), ("[1]", False)])
def test_extra_fields_are_checked_as_they_are_typed(page: SettingsPage, text: str, *, good: bool) -> None:
    assert (fault_in(text) is None) == good
    page.endpoint.extra.setPlainText(text)
    page.endpoint.extra.left.emit()
    assert page.endpoint.extra_fault.isHidden() == good
    assert page.maker.settings.current.extra_body == (text if good else "")


def test_the_kind_of_server_says_what_it_is_sent(page: SettingsPage) -> None:
    pick(page.maker.chooser, 1)
    assert page.endpoint.facts.text().startswith("It is asked for: number of pictures, size")
    pick(page.endpoint.family, page.endpoint.family.findData("openai"))
    assert "background" in page.endpoint.facts.text()
    assert page.maker.settings.current.family is Family.OPENAI


def test_what_a_server_takes_can_be_set_by_hand_and_is_kept(page: SettingsPage, tmp_path: Path) -> None:
    pick(page.maker.chooser, 1)
    ways = page.endpoint.ways
    assert not ways.isVisible()
    page.endpoint.own.click()
    assert ways.isVisible()
    assert not page.endpoint.facts.isVisible()
    assert page.maker.settings.current.own_dialect == DIALECTS.of(Family.LOCALAI)
    ways.takes[Parameter.SEED].setChecked(False)
    ways.takes[Parameter.BACKGROUND].click()
    ways.auth_header.setText("X-Api-Key")
    ways.auth_prefix.setText("")
    ways.auth_prefix.editingFinished.emit()
    ways.list_path.setText("/v2/catalogue")
    ways.list_path.editingFinished.emit()
    pick(ways.response_form, 2)
    own = page.maker.settings.current.own_dialect
    assert own is not None
    assert own.takes(Parameter.BACKGROUND)
    assert not own.takes(Parameter.SEED)
    assert (own.auth_header, own.auth_prefix, own.list_path) == ("X-Api-Key", "", "/v2/catalogue")
    assert own.response_format == "url"
    assert page.maker.settings.endpoint.own_dialect == own
    file = SettingsFile(Folders(config=tmp_path, data=tmp_path, pictures=tmp_path))
    file.save(page.maker.settings)
    assert file.load() == page.maker.settings
    page.endpoint.own.click()
    assert page.maker.settings.current.own_dialect is None
    assert page.endpoint.facts.isVisible()


def test_another_kind_of_server_ends_what_was_set_by_hand(page: SettingsPage) -> None:
    pick(page.maker.chooser, 1)
    page.endpoint.own.click()
    pick(page.endpoint.family, page.endpoint.family.findData("openai"))
    assert page.maker.settings.current.own_dialect is None
    assert not page.endpoint.ways.isVisible()
