"""Registers the staff room with Django."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "contact_hub.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"
