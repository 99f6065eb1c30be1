"""Registers the desk room with Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "contact_hub.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
