"""Red flags that stand, and what each means in words."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.models import Flag
from contact_hub.inbox.models import Case


def flags_of(case: Case) -> QuerySet[Flag]:
    """The fraud locks that hold for whom a case is about."""
    about = Q(customer=case.customer_id) if case.customer_id else Q(pk=None)
    if case.account_id:
        about |= Q(account=case.account_id)
    flags = Flag.objects.filter(about, code=Flag.Code.FRAUD)
    return flags.on(timezone.localdate())


def words_of(kind: str) -> str:
    """What a sign of a stolen identity is called; one that the office added is its own name."""
    known = {
        "identity_mismatch": _("What they say does not fit who they claim to be."),
        "linked_elsewhere": _("The address or tax number belongs to another live account."),
        "mail_returned": _("Mail comes back while the service is used."),
        "bureau_alert": _("A credit bureau sent an alert."),
        "bill_denied": _("The customer says that the bill is not theirs."),
        "failed_tries": _("Too many tries to verify failed within a day."),
    }
    return known.get(kind, kind.replace("_", " "))
