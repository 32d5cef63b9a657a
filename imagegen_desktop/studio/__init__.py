"""The use cases: blocking generators of typed steps, without Qt and without threads of their own."""
