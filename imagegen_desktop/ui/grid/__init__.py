"""The library as a grid of thumbnails, painted by ourselves."""
