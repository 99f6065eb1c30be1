"""Using a reply that was written once."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F
from django.utils import formats, translation

from contact_hub.inbox.models import CannedReply, Case
from contact_hub.inbox.rules.filling import Filled, fill
from contact_hub.staff.models import Person


def use(canned: CannedReply, *, case: Case, by: Person, language: str = "en") -> Filled:
    """Fill a canned reply for a case, in the customer's language when it is written in it."""
    CannedReply.objects.filter(pk=canned.pk).update(used=F("used") + 1)
    spanish = language == "es" and bool(canned.body_es)
    with translation.override("es" if spanish else "en"):  # dates read as the text does
        return fill(canned.body_es if spanish else canned.body, values(case, by=by))


def values(case: Case, *, by: Person) -> dict[str, str]:
    """What the variables of a canned reply stand for in this case."""
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
        found |= {
            "account.number": account.number,
            "account.balance": f"${account.balance:,.2f}",
            "account.past_due": f"${account.past_due:,.2f}",
            "account.due_date": formats.date_format(account.due_on) if account.due_on else "",
            "premise.address": str(account.premise) if account.premise else "",
        }
    return found
