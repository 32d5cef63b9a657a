"""The places of the library, and what is in them."""
