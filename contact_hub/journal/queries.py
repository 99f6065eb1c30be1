"""Reading the journal: the timeline of a subject, and how far subjects have come."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from contact_hub.journal.models import Entry, Head


def timeline(subject: str, *, after: int = 0) -> QuerySet[Entry]:
    """What happened to `subject` after line `after`, oldest first, without gaps."""
    return Entry.objects.filter(subject=subject, seq__gt=after).select_related("by").order_by("seq")


def heads(subjects: Collection[str]) -> dict[str, int]:
    """The number of the last line of each subject; 0 for one the journal has not heard of."""
    known = Head.objects.filter(subject__in=subjects).values_list("subject", "seq")
    return dict.fromkeys(subjects, 0) | dict(known)
