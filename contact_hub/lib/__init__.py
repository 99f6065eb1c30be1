"""Plain Python that knows nothing of Django: one file per topic."""
