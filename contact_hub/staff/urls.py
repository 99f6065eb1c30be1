"""Addresses of sign-in, second factors and the pages about oneself; only those that are used."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from contact_hub.staff import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/sessions/", views.places, name="places"),
    path("me/sessions/end-others/", views.end_other_places, name="end_other_places"),
    path("me/sessions/<int:pk>/end/", views.end_place, name="end_place"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "account/password/reset/sent/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "account/password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/", RedirectView.as_view(pattern_name="me"), name="account"),
]
