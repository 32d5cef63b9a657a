"""The queue and the activity list: what runs, what waits, and what became of the latest jobs."""
