"""Which transport this installation uses."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string

from contact_hub.journal.bus.transport import Transport

# by name, so that an office without Redis or PostgreSQL needs neither driver
TRANSPORTS = {
    "local": "contact_hub.journal.bus.local.Local",
    "postgres": "contact_hub.journal.bus.postgres.Postgres",
    "redis": "contact_hub.journal.bus.redis.Redis",
}
_made: dict[str, Transport] = {}


def transport() -> Transport:
    """The transport of the setting BUS: one object a process, made when first asked for."""
    name = settings.BUS or _suitable()
    if name not in _made:
        _check(name)
        _made[name] = import_string(TRANSPORTS[name])()
    return _made[name]


def _suitable() -> str:
    if settings.REDIS_URL:
        return "redis"
    return "postgres" if connection.vendor == "postgresql" else "local"


def _check(name: str) -> None:
    if name not in TRANSPORTS:
        raise ImproperlyConfigured(f"HUB_BUS is {name!r}; it may be {', '.join(TRANSPORTS)}.")
    if name == "postgres" and connection.vendor != "postgresql":
        raise ImproperlyConfigured("HUB_BUS=postgres needs a PostgreSQL DATABASE_URL.")
    if name == "redis" and not settings.REDIS_URL:
        raise ImproperlyConfigured("HUB_BUS=redis needs REDIS_URL.")
