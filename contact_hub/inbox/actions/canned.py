"""Using a reply that was written once."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F
from django.utils import formats, translation

from contact_hub.inbox.models import CannedReply, Case
from contact_hub.inbox.queries.sight import sight
from contact_hub.inbox.rules.filling import Filled, fill
from contact_hub.staff.models import Person


def use(canned: CannedReply, *, case: Case, by: Person, language: str = "en") -> Filled:
    """Fill a canned reply for a case, in the customer's language when it is written in it."""
    CannedReply.objects.filter(pk=canned.pk).update(used=F("used") + 1)
    spanish = language == "es" and bool(canned.body_es)
    with translation.override("es" if spanish else "en"):  # dates read as the text does
        return fill(canned.body_es if spanish else canned.body, values(case, by=by))


def values(case: Case, *, by: Person) -> dict[str, str]:
    """What the variables stand for in this case; what may not be said yet has no value."""
    customer, account = case.customer, case.account
    name = customer.name if customer else case.who_name
    found = {
        "case.number": str(case.pk),
        "case.subject": case.subject,
        "customer.name": name,
        "customer.first_name": name.split(" ")[0] if name else "",
        "agent.name": by.name,
        "agent.first_name": by.get_short_name(),
        "queue.name": case.queue.name,
        "office.name": settings.SITE_NAME,
    }
    if account:
        due_on = formats.date_format(account.due_on) if account.due_on else ""
        facts = {
            "account.balance": ("balance", f"${account.balance:,.2f}"),
            "account.past_due": ("past_due", f"${account.past_due:,.2f}"),
            "account.due_date": ("due", due_on),
            "premise.address": ("service_address", str(account.premise or "")),
        }
        seen = sight(by, case=case)
        found["account.number"] = account.number
        found |= {name: value for name, (what, value) in facts.items() if seen.answer(what).allowed}
    return found
