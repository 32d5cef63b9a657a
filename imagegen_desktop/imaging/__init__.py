"""Pixels and picture files without Qt: the only room that imports Pillow and numpy."""
