"""The window: a package for each screen area. Widgets receive records and emit intents."""
