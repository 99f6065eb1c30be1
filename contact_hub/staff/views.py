"""The pages about oneself: settings, and the browsers one is signed in with."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contact_hub.staff import actions, queries
from contact_hub.staff.access import SignedInRequest, signed_in
from contact_hub.staff.forms import SettingsForm
from contact_hub.staff.models import Person


@require_http_methods(["GET", "POST"])
@signed_in
@never_cache
def me(request: SignedInRequest) -> HttpResponseBase:
    """Show and keep one's own settings."""
    person = Person.objects.get(pk=request.user.pk)  # a refused name must not show in the frame
    form = SettingsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        kept = form.save()
        translation.activate(kept.language)
        messages.success(request, _("Your settings are kept."))
        return redirect("me")
    return render(request, "staff/me.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@signed_in
@never_cache
def places(request: SignedInRequest) -> HttpResponse:
    """List the browsers in which one is signed in."""
    session_key = request.session.session_key or ""
    places = queries.places_of(request.user, session_key=session_key)
    return render(request, "staff/places.html", {"places": places})


@require_POST
@signed_in
def end_place(request: SignedInRequest, pk: int) -> HttpResponseBase:
    actions.end_place(request.user, pk=pk)
    messages.success(request, _("Signed out there."))
    return redirect("places")


@require_POST
@signed_in
def end_other_places(request: SignedInRequest) -> HttpResponseBase:
    actions.end_other_places(request.user, session_key=request.session.session_key or "")
    messages.success(request, _("Signed out everywhere else."))
    return redirect("places")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say in words that a role does not include what was asked for."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)
