"""What happens around every request for the sake of the person who makes it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import structlog
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

GetResponse = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger("contact_hub.request")


class RequestLog:
    """One line in the log for each request, and one id for all lines of the same request.

    An id sent by the proxy is kept when it is harmless. The query string is never written: it
    carries what people searched for.
    """

    PROBES = frozenset({"healthz", "readyz", "metrics"})  # every few seconds, for ever
    ABOUT = MappingProxyType(
        {"cases": "case", "messages": "message", "quarantine": "envelope", "jobs": "job"}
    )
    NAMED = re.compile(rf"(?:^|/)({'|'.join(ABOUT)})/<int:pk>")
    HARMLESS = re.compile(r"[A-Za-z0-9._-]{8,64}")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if self.HARMLESS.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else ""
        tell = log.debug if route in self.PROBES else log.info
        tell(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
        response["X-Request-ID"] = request_id
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Let every line of the request name the one thing its address names."""
        route = request.resolver_match.route if request.resolver_match else ""
        named = self.NAMED.search(route)
        if named and "pk" in kwargs:
            structlog.contextvars.bind_contextvars(**{self.ABOUT[named[1]]: kwargs["pk"]})


class PersonOfRequest:
    """Speaks the person's language, names them in the log, and notes when a session was used."""

    SEEN_EVERY = 300  # seconds between two notes: a page a second must not be a write a second

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(person=request.user.pk)
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
            self.note(request)
        return self.get_response(request)

    def note(self, request: HttpRequest) -> None:
        now = int(time.time())
        if now - request.session.get("seen", 0) < self.SEEN_EVERY:
            return
        request.session["seen"] = now
        mine = UserSession.objects.filter(session_key=request.session.session_key)
        mine.update(last_seen_at=timezone.now())


class SecondFactor:
    """Holds whoever owes a second factor on the pages where it is set up."""

    OPEN = frozenset({"account_logout", "account_reauthenticate", "language", "healthz", "readyz"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not request.user.is_authenticated or not request.user.needs_second_factor:
            return None
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if name.startswith("mfa_") or name in self.OPEN:
            return None
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": reverse("mfa_index")})
        return redirect("mfa_index")
