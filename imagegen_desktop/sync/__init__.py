"""What stays elsewhere: the door to the user's own bucket. Nothing is sent anywhere yet; storage/outbox.py keeps count."""
