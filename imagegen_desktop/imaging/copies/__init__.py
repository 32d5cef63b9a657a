"""Copies that leave the library: taken apart without touching a pixel, inscribed, and made in another size or format."""
