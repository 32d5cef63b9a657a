"""The prompt card: words, options and the button that makes pictures."""
