"""Imagegen Desktop: make AI images with your own API key, and keep every one of them."""

__version__ = "0.1.0"
