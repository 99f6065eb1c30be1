"""The public address book: one include per package that has screens."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from contact_hub.desk import health, metrics

handler403 = "contact_hub.staff.views.forbidden"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("contact_hub.staff.urls")),
    path("", include("contact_hub.desk.urls")),
    path("account/language/", set_language, name="language"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]
