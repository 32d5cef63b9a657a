"""Where the app keeps its own files, and where a library lies if nobody chose a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "imagegen-desktop"


@dataclass(frozen=True, slots=True)
class Folders:
    """`data` holds databases, draft and logs; `config` the settings; `pictures` is the parent of a default library."""

    data: Path
    config: Path
    pictures: Path

    @classmethod
    def of_this_user(cls) -> Folders:
        return cls(
            data=Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)),
            config=Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)),
            pictures=Path(platformdirs.user_pictures_dir()),
        )

    @property
    def settings(self) -> Path:
        """The file of the person's choices."""
        return self.config / "settings.json"

    @property
    def default_library(self) -> Path:
        return self.pictures / "Imagegen"

    def library(self, chosen: str) -> Path:
        """The chosen folder, or the default one; absolute."""
        return Path(chosen).expanduser().absolute() if chosen else self.default_library
