"""Registers the staff room, and the admin with our own door, with Django."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "contact_hub.staff"
    label = "staff"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"


class HubAdminConfig(admin.AdminConfig):
    default = False
    default_site = "contact_hub.staff.admin_site.HubAdminSite"
