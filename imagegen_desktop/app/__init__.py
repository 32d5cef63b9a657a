"""Builds every part of the windowed program and joins them: the only room that knows them all."""

from imagegen_desktop.app.plain_imports import leave_imports_alone

leave_imports_alone()
