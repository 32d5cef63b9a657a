"""One module for each family of scenes; each paints a whole picture from a brief."""
