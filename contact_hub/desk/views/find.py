"""The find page: one box for anybody we serve, results as one types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contact_hub.customers.actions.looks import looked_for
from contact_hub.customers.queries.finding import Looked, look
from contact_hub.customers.rules.asking import read
from contact_hub.desk.views.access import person_of
from contact_hub.staff.access import signed_in
from contact_hub.staff.rules import CUSTOMERS

FEWEST = 3  # letters or digits before anything is looked for


@signed_in
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Find anyone; who serves no customers goes to the desk. Every list shown is journalled."""
    person = person_of(request)
    if not person.may(CUSTOMERS):
        return redirect("desk:work")
    sought = request.GET.get("q", "").strip()
    asked = read(sought) if sum(map(str.isalnum, sought)) >= FEWEST else read("")
    found = look(asked, person=person, on=timezone.localdate()) if sought else Looked()
    if found.hits:
        looked_for(by=person, kinds=asked.kinds, customers=[hit.customer for hit in found.hits])
    parts = {"sought": sought, "asked": asked, "found": found, "place": "find"}
    scripted = request.headers.get("HX-Target") == "found"
    response = render(
        request, "customers/_found.html" if scripted else "customers/find.html", parts
    )
    response["Vary"] = "HX-Request, HX-Target, Cookie"
    return response
