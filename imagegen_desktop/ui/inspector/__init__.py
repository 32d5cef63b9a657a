"""Shows all that is known of the chosen image."""
