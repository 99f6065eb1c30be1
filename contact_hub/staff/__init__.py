"""The people who work here, and who of them may do what."""
