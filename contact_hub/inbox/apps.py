"""Registers the inbox room with Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "contact_hub.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"
