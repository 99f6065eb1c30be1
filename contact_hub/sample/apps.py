"""Registers the sample room with Django."""

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "contact_hub.sample"
    label = "sample"
    default_auto_field = "django.db.models.BigAutoField"
