"""Builds every part of the windowed program and joins them: the only room that knows them all."""
