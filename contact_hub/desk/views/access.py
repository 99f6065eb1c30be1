"""Who may come in: the one way to a case, and the guards in front of verbs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from contact_hub.inbox.models import Case
from contact_hub.journal.models import Head
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND, WORK

View = Callable[..., HttpResponseBase]
SEEN_WITH = ("queue", "owner", "customer", "account", "account__premise", "outcome", "merged_into")


def person_of(request: HttpRequest) -> Person:
    """Who asks; only for views behind the sign-in."""
    return cast(Person, request.user)


def case_for(request: HttpRequest, pk: int) -> Case:
    """The case, if it exists for whoever asks; everybody else meets a 404."""
    seq = Head.objects.filter(subject=f"case.{pk}").values("seq")[:1]
    visible = Case.objects.visible_to(person_of(request)).annotate(seq=Subquery(seq))
    return get_object_or_404(visible.select_related(*SEEN_WITH), pk=pk)


def allowed(act: str) -> Callable[[View], View]:
    """Let only people in whose role includes `act`; others meet a 403."""

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not person_of(request).may(act):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


working = allowed(WORK)
tending = allowed(TEND)
