"""Colours, type and icons of the window, alike in light and dark."""
