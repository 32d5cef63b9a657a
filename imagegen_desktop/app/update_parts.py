"""The parts that look for a newer version."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.providers.proxies import with_system_proxies
from imagegen_desktop.providers.update_feed import fetch_news
from imagegen_desktop.storage.update_memory import UpdateMemory, load_source
from imagegen_desktop.studio.updates import Updates
from imagegen_desktop.ui.update_flow import UpdateFlow
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from imagegen_desktop.app.composition import Composition


class UpdateParts(QObject):
    """Begins when the library was looked through once. Who makes it calls `shutdown`."""

    def __init__(self, composition: Composition) -> None:
        super().__init__(composition)
        source = load_source(resources_folder())
        fetch = partial(fetch_news, source, with_system_proxies(os.environ))
        updates = Updates(UpdateMemory(composition.folders.data / "updates.json"), fetch, utc_now)
        self._runner = Runner("updates")
        self.flow = UpdateFlow(composition.window.panels, updates, self._runner, settings=composition.settings)
        composition.library_desk.swept.connect(self.flow.begin)

    def shutdown(self) -> None:
        self._runner.shutdown()
