"""Joins the settings page with the settings in force, the key and the library folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.model_merge import first_choice, is_its_own, makes_pictures, merged, merged_text
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import is_openai
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.settings import Settings
from imagegen_desktop.storage.keychain import FoundKey, KeySource
from imagegen_desktop.studio.makers import EndpointAnswered, KeyFound
from imagegen_desktop.ui.model_watch import ModelWatch
from imagegen_desktop.ui.settings.settings_page import SettingsSection

if TYPE_CHECKING:
    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.ui.file_manager import FileManager
    from imagegen_desktop.ui.key_desk import KeyDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.settings_desk import SettingsDesk
    from imagegen_desktop.ui.status_kind import StatusKind
    from imagegen_desktop.workers.runner import Runner


class SettingsFlow(QObject):
    """`library_wanted` carries the Path of another library; `key_known` says whether the endpoint can be used (bool)."""

    library_wanted = Signal(object)
    key_known = Signal(object)

    def __init__(
        self, window: MainWindow, desk: SettingsDesk, keys: KeyDesk, saving: Runner, *, files: FileManager
    ) -> None:
        super().__init__(window)
        self._window = window
        self._panels = window.panels
        self.desk = desk
        self._keys = keys
        self._watch = ModelWatch(keys, desk.listed, saving, self)
        self._files = files
        self._library = Path()
        self._has_key = True
        page = self._panels.settings_page
        page.maker.set_dialects(desk.dialects)
        page.endpoint.set_dialects(desk.dialects)
        page.set_settings(desk.settings)
        self._show_models()
        self._connect()

    def _connect(self) -> None:
        page, dock, stage = self._panels.settings_page, self._panels.dock, self._panels.stage
        page.changed.connect(self._changed)
        self.desk.offered.connect(self._show_models)
        self.desk.moved.connect(self._moved)
        self.desk.failed.connect(self._not_kept)
        page.endpoint.headers_entered.connect(self._keys.store_headers)
        page.maker.removed.connect(self._keys.forget)
        page.key_entered.connect(self._key_entered)
        page.key_removed.connect(self._key_removed)
        page.test_requested.connect(self._test)
        page.test_cancelled.connect(self._keys.cancel_test)
        page.choose_folder_requested.connect(self._choose_folder)
        page.show_folder_requested.connect(self._show_folder)
        page.switch_requested.connect(self.open_library)
        page.closed.connect(self.close)
        self._panels.top_bar.settings_requested.connect(self._toggle)
        dock.add_key_requested.connect(self._add_key)
        stage.add_key_requested.connect(self._add_key)
        stage.sample_requested.connect(self.use_sample_engine)
        stage.example_chosen.connect(self._example)
        self._watch.noted.connect(self._models_noted)
        self._keys.found.connect(self._key_found)
        self._keys.testing.connect(self._testing)
        self._keys.answered.connect(self._answered)
        self._keys.refused.connect(self._refused)
        self._keys.test_cancelled.connect(self._test_cancelled)

    # ---- open and close ----

    def open_at(self, section: SettingsSection) -> None:
        self._window.show_settings()
        self._panels.settings_page.open_at(section)

    @Slot()
    def close(self) -> None:
        self._window.go_back()
        self._panels.dock.focus_prompt()

    @Slot()
    def _toggle(self) -> None:
        if self._window.in_settings:
            self.close()
        else:
            self._window.show_settings()

    # ---- settings ----

    @property
    def can_generate(self) -> bool:
        return self._has_key or self.desk.settings.endpoint.is_sample

    def look_for_key(self) -> None:
        self._keys.look(self.desk.settings.endpoint)

    def set_library(self, folder: Path) -> None:
        self._library = folder
        self._panels.settings_page.set_library_folder(folder)

    @Slot()
    def use_sample_engine(self) -> None:
        self.desk.apply(replace(self.desk.settings, maker=Maker.SAMPLE))
        self._panels.settings_page.set_settings(self.desk.settings)
        self._panels.dock.focus_prompt()

    @Slot(object)
    def _changed(self, settings: object) -> None:
        if isinstance(settings, Settings):
            self.desk.apply(settings)

    @Slot(object)
    def _moved(self, _endpoint: object) -> None:
        self._panels.settings_page.set_test_status("", "none")
        self.look_for_key()

    @Slot(object)
    def _not_kept(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._panels.toast.tell(f"{error.title}. {error.advice}")

    def picture_came(self, endpoint: Endpoint) -> None:
        """From an endpoint that works: what it lists is kept up to date."""
        self._watch.look(endpoint)

    @Slot()
    def _show_models(self) -> None:
        desk = self.desk
        image, text = desk.settings.current.endpoint, desk.settings.text.endpoint
        images = merged(desk.catalogue.of(Maker.OPENAI), desk.listed.of(image), image.family)
        texts = merged_text(desk.catalogue.text_models, desk.listed.of(text), text.family)
        self._panels.settings_page.models.show_models(images, texts)

    # ---- key ----

    @Slot()
    def _add_key(self) -> None:
        self.open_at(SettingsSection.KEY)

    @Slot(object)
    def _example(self, words: object) -> None:
        self._panels.dock.set_words(str(words))
        self._panels.dock.focus_prompt()

    @Slot(object)
    def _key_entered(self, secret: object) -> None:
        if isinstance(secret, Secret):
            self._keys.store(self.desk.settings.endpoint, secret)

    @Slot()
    def _key_removed(self) -> None:
        self._panels.settings_page.set_test_status("", "none")
        self._keys.remove(self.desk.settings.endpoint)

    @Slot()
    def _test(self) -> None:
        self._keys.test(self.desk.settings.endpoint)

    @Slot(object)
    def _key_found(self, told: object) -> None:
        if not isinstance(told, KeyFound) or told.endpoint != self.desk.settings.endpoint:
            return
        self._panels.settings_page.set_key_status(
            self._place_of_key(told.found),
            kind=_kind_of(told.found),
            removable=told.found.source in (KeySource.KEYCHAIN, KeySource.SESSION),
        )
        self._has_key = told.found.secret is not None or not told.endpoint.needs_key
        self._panels.dock.set_key_missing(not self._has_key)
        self.key_known.emit(self._has_key)

    def _place_of_key(self, found: FoundKey) -> str:
        problem = f"{found.problem.title}. {found.problem.advice}" if found.problem else ""
        match found.source:
            case KeySource.KEYCHAIN:
                return self.tr("In {place}").format(place=found.place)
            case KeySource.ENVIRONMENT:
                return self.tr("From the environment variable OPENAI_API_KEY (read only)")
            case KeySource.SESSION:
                return self.tr("For this session only. {problem}").format(problem=problem)
            case KeySource.NONE:
                return problem or self.tr("No key yet")
            case _:
                assert_never(found.source)

    @Slot()
    def _testing(self) -> None:
        words = self.tr("Asking the service for its list of models (free)...")
        self._panels.settings_page.set_test_status(words, "busy")

    @Slot(object)
    def _answered(self, told: object) -> None:
        if isinstance(told, EndpointAnswered):
            self._panels.settings_page.set_test_status(self._learned(told), "ok")
            self._watch.note(told)

    @Slot()
    def _models_noted(self) -> None:
        """The card offers what the endpoint lists."""
        self.desk.show_models()

    def _learned(self, told: EndpointAnswered) -> str:
        """What the free test says: nothing was charged for it."""
        specs = merged(self.desk.catalogue.of(Maker.OPENAI), told.models, told.endpoint.family)
        chosen = self.desk.settings.current.image_model or first_choice(specs, self.desk.catalogue.default_image_model)
        listed = {model.id: model for model in told.models}
        parts = [self.tr("Key accepted.") if told.with_key else self.tr("It answers without a key.")]
        if is_openai(told.endpoint.base_url):
            parts.append(self.tr("Whether your organisation may make images shows with the first picture."))
        if not listed:
            parts.append(self.tr("It lists no models."))
            return " ".join(parts)
        pictures = [name for name, model in listed.items() if makes_pictures(model, told.endpoint.family)]
        if len(listed) == 1:
            parts.append(self.tr("One model is listed: {model}.").format(model=next(iter(listed))))
        elif len(pictures) in {0, len(listed)}:
            parts.append(self.tr("{count} models are listed.").format(count=len(listed)))
        else:
            words = self.tr("{count} models are listed, {pictures} of them for pictures.")
            parts.append(words.format(count=len(listed), pictures=len(pictures)))
        if chosen not in listed and is_its_own(told.endpoint.family):
            parts.append(self.tr("{model} is not among them; it may still work.").format(model=chosen))
        elif chosen not in listed:
            parts.append(self.tr("{model} is not among them.").format(model=chosen))
        elif (ends := listed[chosen].shutdown) is not None:
            parts.append(self.tr("{model} ends on {day}.").format(model=chosen, day=ends.isoformat()))
        return " ".join(parts)

    @Slot(object)
    def _refused(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._panels.settings_page.set_test_status(f"{error.title}. {error.advice}", "error")

    @Slot()
    def _test_cancelled(self) -> None:
        self._panels.settings_page.set_test_status(self.tr("The test was cancelled."), "none")

    # ---- library folder ----

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Choose the library folder"), str(self._library))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.open_library)
        dialog.open()

    @Slot(object)
    def open_library(self, folder: object) -> None:
        """Have the library in this folder opened, now and at the next start."""
        self.desk.apply(replace(self.desk.settings, library=str(folder)))
        self._panels.settings_page.set_settings(self.desk.settings)
        self.library_wanted.emit(Path(str(folder)))

    @Slot()
    def _show_folder(self) -> None:
        self._files.show(self._library / ".imagegen")


def _kind_of(found: FoundKey) -> StatusKind:
    if found.secret is None:
        return "warn" if found.problem else "none"
    return "warn" if found.problem else "ok"
