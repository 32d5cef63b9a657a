"""What stays on this machine: the only room that imports sqlite3 and keyring."""
