"""Registers the customers room with Django."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "contact_hub.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"
