"""The page where endpoint, key, models, library and look are chosen."""
