"""Real S3 servers on loopback over TLS, and what stands between them and us."""
