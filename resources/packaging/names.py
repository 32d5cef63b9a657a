"""What the program is called where systems ask for a name. The version stands in imagegen_desktop/__init__.py alone."""

from __future__ import annotations

NAME = "imagegen-desktop"
TITLE = "Imagegen Desktop"
DESCRIPTION = "Make AI images with your own API key, and keep every one of them."
AUTHORS = "The Imagegen Desktop authors"
# Also the name of the desktop entry, the icons and the Flatpak; app/window.py tells it to the desktop.
APP_ID = "io.github.imagegen_desktop.ImagegenDesktop"
# Apple allows no underscore in it.
MACOS_ID = "io.github.imagegen-desktop.ImagegenDesktop"
HOMEPAGE = "https://github.com/imagegen-desktop/imagegen-desktop"
# A package needs somebody who answers for it.
MAINTAINER = f"{AUTHORS} <imagegen-desktop@users.noreply.github.com>"
