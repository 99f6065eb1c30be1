"""The admin's door: the hub's own sign-in, and only for those who configure."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_hub.staff.rules import CONFIGURE


class HubAdminSite(AdminSite):
    site_header = gettext_lazy("Configuration")
    site_title = gettext_lazy("Configuration")
    index_title = gettext_lazy("Everything that can be set")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.may(CONFIGURE)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's own form would pass by the second factor and the limits, so it is not used."""
        if request.user.is_authenticated:
            raise PermissionDenied(_("Only administrators configure the hub."))
        return redirect(f"{reverse('account_login')}?{request.GET.urlencode()}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        raise PermissionDenied(_("Sign out with the button of the hub."))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        raise PermissionDenied(_("Change your password on your own page."))
