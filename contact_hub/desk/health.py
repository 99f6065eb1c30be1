"""Is this process up, and is it of any use: two addresses for the machinery that watches."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contact_hub.journal.bus.choosing import transport


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing of what it depends on."""
    return HttpResponse("up\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when work can be done here; otherwise 503 and what is missing, in words."""
    missing = [words for check in CHECKS if (words := check())]
    text = "\n".join(missing or ["ready"]) + "\n"
    return HttpResponse(text, status=503 if missing else 200, content_type="text/plain")


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"The database cannot be reached: {type(error).__name__}."
    return ""


class Migrations:
    """Looks until every migration has been seen applied, and then takes it for granted."""

    seen = False

    def __call__(self) -> str:
        if self.seen:
            return ""
        try:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            return "The state of the database's tables cannot be read."
        self.seen = not plan
        return f"{len(plan)} migrations are not applied." if plan else ""


def shared() -> str:
    """The cache and, where there is a Redis, the bus: sign-in limits and open screens use them."""
    try:
        transport()
        cache.get("readyz")
    except ImproperlyConfigured as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  # whatever the cache's driver raises
        return f"What the processes share cannot be reached: {type(error).__name__}."
    return ""


CHECKS: tuple[Callable[[], str], ...] = (database, Migrations(), shared)
