"""Registers the journal room with Django."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "contact_hub.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
