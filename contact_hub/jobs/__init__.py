"""The durable queue: what must still be done, and who is doing it."""
