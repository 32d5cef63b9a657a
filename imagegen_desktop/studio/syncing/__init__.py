"""The use cases of a bucket: send what is new, take what others sent, fetch, verify, make room, share."""
