"""Where threads meet Qt: QtCore only."""
