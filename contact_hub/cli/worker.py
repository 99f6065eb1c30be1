"""`./hub worker`: do the background work."""

from contact_hub.jobs.worker import main as run

__all__ = ["run"]
