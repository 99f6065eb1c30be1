"""Who may open which page: decorators for views, and the person behind a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from contact_hub.staff.models import Person

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """A request that has passed `signed_in` or `may`: its user is a person, never anonymous."""

    if TYPE_CHECKING:
        user: Person


def signed_in(view: View) -> View:
    """Open to everybody who works here; what they see in it is for the view's scope to say."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(cast(SignedInRequest, request), *args, **kwargs)

    return guarded


def may(act: str) -> Callable[[View], View]:
    """Open to people whose role includes `act` (a name from `staff.rules`); 403 for the rest."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not request.user.may(act):
                raise PermissionDenied(_("Your role does not include this."))
            return view(cast(SignedInRequest, request), *args, **kwargs)

        return guarded

    return guard


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page, and back afterwards; a part of a page takes it along."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    shown = request.headers.get("HX-Current-URL", "/")
    back = redirect_to_login("/" + shown.split("://", 1)[-1].partition("/")[2])
    return HttpResponse(status=401, headers={"HX-Redirect": back["Location"]})
