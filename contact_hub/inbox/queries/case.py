"""What the case page shows: the timeline in pages, who else is here, and when the answer is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.db.models.functions import Left, Length
from django.utils import timezone

from contact_hub.inbox.models import Attachment, Case, Draft, Mailbox, Message
from contact_hub.inbox.queries import events
from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person
from contact_hub.staff.rules import ACTS, SEE_ALL, WORK

PAGE = 30  # messages shown before "earlier" is asked for
MOST = 300  # messages that one screen may keep open
EVENTS = 200  # journal lines between them, at most
SHOWN = 12_000  # characters of one text before "the whole text" is asked for
DEPTH = ("merged_into", "merged_into__merged_into", "merged_into__merged_into__merged_into")


@dataclass(slots=True)
class Item:
    """One line of the timeline: a message, or something that happened between messages."""

    at: datetime
    message: Message | None = None
    entry: Entry | None = None
    words: str = ""  # what the entry says
    icon: str = ""
    origin: int | None = None  # the merged case it came from


@dataclass(slots=True)
class Day:
    """What happened on one day, in order."""

    date: date
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Timeline:
    """A page of the timeline; `earlier` is the message before which there is more, or None."""

    days: list[Day]
    earlier: int | None
    latest: Message | None
    first: Message | None

    @property
    def count(self) -> int:
        return sum(item.message is not None for day in self.days for item in day.items)


@dataclass(frozen=True, slots=True)
class Due:
    """When the next answer is due, and how that was arrived at."""

    at: datetime | None
    since: datetime | None
    promise: timedelta


def timeline(
    case: Case, *, before: int | None = None, since: int | None = None, size: int = PAGE
) -> Timeline:
    """Read the newest `size` messages, with what happened between them.

    before  only what lies before this message: an earlier page
    since   everything from this message on: what a screen shows that has asked for earlier pages

    At most five statements whatever the number of messages; two more for `before` or `since`.
    """
    sources = merged_sources(case)
    cases = [case.pk, *sources]
    asked = before if before is not None else since
    pivot = _pivot(cases, asked) if asked is not None else None
    if since is not None and pivot is not None and before is None:
        size = min(_messages_since(cases, pivot), MOST)
        pivot = None
    messages = _messages(cases, before=pivot, size=size + 1)
    more = len(messages) > size
    messages = messages[:size]
    entries = _entries(
        cases, since=messages[-1].at if more else None, until=pivot.at if pivot else None
    )
    items = [Item(m.at, message=m, origin=_origin(m.case_id, case)) for m in messages]
    items += _lines(entries, case)
    endings = {entry.particulars.get("note") for entry in entries if entry.verb == "wrapped_up"}
    items.sort(key=lambda item: (item.at, item.message is not None and item.message.pk in endings))
    return Timeline(
        days=_by_day(items),
        earlier=messages[-1].pk if more else None,
        latest=messages[0] if messages else None,
        first=messages[-1] if messages else None,
    )


def merged_sources(case: Case) -> list[int]:
    """The cases that were merged into this one, also by way of another; a statement a step."""
    found: list[int] = []
    step = [case.pk]
    for _step in DEPTH:
        merged = Case.objects.filter(merged_into__in=step).exclude(pk__in=found)
        step = list(merged.values_list("pk", flat=True))
        if not step:
            break
        found += step
    return found


def family_of(case: Case) -> QuerySet[Case, Any]:
    """The numbers of the case and of those merged into it, to be asked for inside a statement."""
    own = Case.objects.filter(pk=case.pk).order_by().values("pk")
    merged = [Case.objects.filter(**{step: case.pk}).order_by().values("pk") for step in DEPTH]
    return own.union(*merged, all=True)


def last_said(case: Case) -> Message | None:
    """The last thing said between us and the customer, here or in a case merged into this one."""
    said = Message.objects.filter(
        case__in=[case.pk, *merged_sources(case)], kind=Message.Kind.EMAIL
    )
    said = said.exclude(state=Message.State.CANCELLED)
    said = said.exclude(direction=Message.Direction.OUT, automatic=True)
    return said.order_by("-at", "-pk").first()


def messages_for(person: Person) -> QuerySet[Message]:
    """The messages a person may read."""
    if person.may(SEE_ALL):
        return Message.objects.all()
    return Message.objects.filter(_readable(person, "case"))


def attachments_for(person: Person) -> QuerySet[Attachment]:
    """The files a person may fetch: those of readable messages, and of the person's own drafts."""
    if person.may(SEE_ALL):
        return Attachment.objects.filter(Q(message__isnull=False) | Q(draft__person=person))
    return Attachment.objects.filter(_readable(person, "message__case") | Q(draft__person=person))


def _readable(person: Person, path: str) -> Q:
    """That the case at the end of `path`, or one it was merged into, is visible.

    Asked of each row by its own number: the databases would otherwise gather every visible case
    before they look at the one message.
    """
    visible = Case.objects.visible_to(person)
    readable = Q(Exists(visible.filter(pk=OuterRef(path))))
    for step in DEPTH:
        readable |= Q(Exists(visible.filter(pk=OuterRef(f"{path}__{step}"))))
    return readable


def drafts_of(case: Case, person: Person) -> dict[str, Draft]:
    """What the person has begun to write here, by mode, with its files; two statements."""
    drafts = Draft.objects.prefetch_related("attachments").filter(case=case, person=person)
    return {draft.mode: draft for draft in drafts}


def mailboxes_of(case: Case) -> list[Mailbox]:
    """The addresses an answer in this case may come from."""
    return list(Mailbox.objects.filter(queue=case.queue_id, active=True))


def colleagues(case: Case) -> list[Person]:
    """Who can see the case and may work on it: whom to assign it to or mention."""
    people = Person.objects.filter(is_active=True, role__in=_roles(WORK)).filter(
        Q(teams__queues=case.queue_id) | Q(role__in=_roles(SEE_ALL)) | Q(pk=case.owner_id)
    )
    return list(people.distinct().order_by("name"))


def due(case: Case) -> Due:
    """Say when our answer is due and how that follows from the queue's promise."""
    promise = timedelta(minutes=case.queue.first_reply_minutes)
    since = case.due_at - promise if case.due_at else None
    return Due(at=case.due_at, since=since, promise=promise)


def _roles(act: str) -> list[str]:
    """The roles that allow `act`."""
    return [role for role, acts in ACTS.items() if act in acts]


def _pivot(cases: Iterable[int], pk: int) -> Message | None:
    return Message.objects.filter(case__in=cases, pk=pk).only("pk", "at").first()


def _messages_since(cases: Iterable[int], first: Message) -> int:
    later = Q(at__gt=first.at) | Q(at=first.at, pk__gte=first.pk)
    return max(Message.objects.filter(later, case__in=cases).count(), PAGE)


def _messages(cases: Iterable[int], *, before: Message | None, size: int) -> list[Message]:
    messages = (
        Message.objects.filter(case__in=cases)
        .select_related("author", "mailbox")
        .defer("html", "text", "quoted", "references")
        .annotate(
            shown=Left("text", SHOWN),
            folded=Left("quoted", SHOWN),
            length=Length("text"),
            has_html=ExpressionWrapper(~Q(html=""), output_field=BooleanField()),
            has_remote=ExpressionWrapper(
                Q(html__contains='data-src="http'), output_field=BooleanField()
            ),
        )
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("inline", "pk")))
        .order_by("-at", "-pk")
    )
    if before is not None:
        messages = messages.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk))
    return list(messages[:size])


def _entries(
    cases: Collection[int], *, since: datetime | None, until: datetime | None
) -> list[Entry]:
    entries = Entry.objects.filter(subject__in=[f"case.{pk}" for pk in cases])
    entries = entries.exclude(verb__in=events.TOLD_BY_MESSAGES).select_related("by")
    if since is not None:
        entries = entries.filter(at__gte=since)
    if until is not None:
        entries = entries.filter(at__lt=until)
    latest = entries.order_by("-at", "-seq")[:EVENTS]
    return [entry for entry in latest if not events.told_elsewhere(entry, cases)]


def _lines(entries: list[Entry], case: Case) -> list[Item]:
    names = events.names_for(entries)
    return [
        Item(
            entry.at,
            entry=entry,
            words=events.sentence(entry, names),
            icon=events.icon(entry),
            origin=_origin(int(entry.subject.partition(".")[2]), case),
        )
        for entry in entries
    ]


def _origin(pk: int, case: Case) -> int | None:
    return None if pk == case.pk else pk


def _by_day(items: Iterable[Item]) -> list[Day]:
    days: list[Day] = []
    for item in items:
        on = timezone.localtime(item.at).date()
        if not days or days[-1].date != on:
            days.append(Day(on))
        days[-1].items.append(item)
    return days
