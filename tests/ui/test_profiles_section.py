"""Several endpoints in the settings: added, chosen, named, removed; secrets go to the keychain alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Profile, Settings
from imagegen_desktop.storage.model_data import load_dialects
from imagegen_desktop.ui.settings.profiles_section import ProfilesSection, fault_in, headers_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QComboBox, QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.core.secret import Secret

DIALECTS = load_dialects(resources_folder())
HOME = Profile(id="home", name="At home", base_url="http://localhost:8080/v1", family=Family.LOCALAI)


@pytest.fixture
def section(qtbot: QtBot) -> ProfilesSection:
    made = ProfilesSection()
    qtbot.addWidget(made)
    made.set_dialects(DIALECTS)
    made.changed.connect(made.set_settings)
    made.set_settings(Settings(profiles=(Profile(), HOME)))
    made.show()
    return made


def pick(box: QComboBox, index: int) -> None:
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_every_control_has_a_name(section: ProfilesSection, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(section) == []


def test_each_kind_of_server_can_be_added_and_starts_from_its_example(section: ProfilesSection) -> None:
    actions = section.add_menu.actions()
    assert [action.text() for action in actions] == [dialect.label for dialect in DIALECTS.dialects]
    next(action for action in actions if action.text() == "Xinference").trigger()
    current = section.settings.current
    assert (current.name, current.family) == ("Xinference", Family.XINFERENCE)
    assert current.base_url == DIALECTS.of(Family.XINFERENCE).base_url
    assert len(section.settings.profiles) == 3
    assert len({profile.id for profile in section.settings.profiles}) == 3


def test_one_makes_pictures_and_another_finds_words(section: ProfilesSection) -> None:
    pick(section.chooser, 1)
    assert section.settings.endpoint.base_url == HOME.base_url
    assert section.settings.text_endpoint == section.settings.endpoint
    pick(section.words, 1)
    assert section.settings.text_endpoint.base_url == Profile().base_url
    pick(section.words, 0)
    assert section.settings.text_profile is None


def test_two_endpoints_of_one_address_have_keys_of_their_own() -> None:
    twin = replace(Profile(), id="twin")
    assert twin.endpoint.secret_name != Profile().endpoint.secret_name
    assert twin.endpoint.headers_secret_name != Profile().endpoint.headers_secret_name


def test_removing_asks_twice_and_takes_the_secrets_along(section: ProfilesSection) -> None:
    gone: list[Endpoint] = []
    section.removed.connect(gone.append)
    pick(section.chooser, 1)
    pick(section.words, 2)
    section.remove.click()
    assert gone == []
    assert section.remove.text() == "Remove with its key"
    section.remove.click()
    assert [endpoint.id for endpoint in gone] == ["home"]
    assert section.settings == Settings()
    assert not section.remove.isEnabled()


def test_header_values_are_handed_over_and_never_in_the_settings(section: ProfilesSection) -> None:
    told: list[tuple[Endpoint, Mapping[str, Secret]]] = []
    section.headers_entered.connect(lambda endpoint, values: told.append((endpoint, values)))
    section.headers.setPlainText("X-Team: blue\nCF-Access: top: secret\n")
    section.save_headers.click()
    ((endpoint, values),) = told
    assert endpoint.header_names == ("X-Team", "CF-Access")
    assert {name: value.reveal() for name, value in values.items()} == {"X-Team": "blue", "CF-Access": "top: secret"}
    assert "blue" not in repr(section.settings)
    assert section.headers.toPlainText() == ""
    assert "X-Team, CF-Access" in section.header_names.text()


@pytest.mark.parametrize("text", ["X-Team", ": x", "X Team: x", "X-Team:", "Ä: x"])
def test_a_line_that_is_no_header_is_told_and_nothing_is_saved(section: ProfilesSection, text: str) -> None:
    assert headers_in(text) is None
    section.headers.setPlainText(text)
    section.save_headers.click()
    assert section.header_names.text().startswith("Not saved")
    assert section.settings.current.header_names == ()


@pytest.mark.parametrize(("text", "good"), [("", True), ('{"steps": 20}', True), ("{", False), ("[1]", False)])
def test_extra_fields_are_checked_as_they_are_typed(section: ProfilesSection, text: str, *, good: bool) -> None:
    assert (fault_in(text) is None) == good
    section.extra.setPlainText(text)
    section.extra.left.emit()
    assert section.extra_fault.isHidden() == good
    assert section.settings.current.extra_body == (text if good else "")


def test_the_kind_of_server_says_what_it_is_sent(section: ProfilesSection) -> None:
    pick(section.chooser, 1)
    assert section.facts.text().startswith("Is sent: n, size")
    pick(section.family, section.family.findData("openai"))
    assert "background" in section.facts.text()
    assert section.settings.current.family is Family.OPENAI
