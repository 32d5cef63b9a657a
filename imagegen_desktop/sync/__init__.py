"""What stays elsewhere: the door to the user's own bucket, or to a folder on another disk."""
