"""Django's Tasks API on the `jobs` table."""

from django_tasks.backends.base import BaseTaskBackend


class JobsBackend(BaseTaskBackend):
    supports_defer = True
    supports_priority = True

    def enqueue(self, task, args, kwargs):
        raise RuntimeError("not yet")
