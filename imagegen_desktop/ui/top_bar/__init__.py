"""The bar across the window: panels, search, activity, settings."""
