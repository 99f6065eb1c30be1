"""What leads tend: mail that could not be filed, answers that did not arrive, dead jobs, health."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from contact_hub.inbox.models import Case, Envelope, Mailbox, Mention, Message
from contact_hub.jobs.models import Job, Schedule
from contact_hub.staff.models import Person
from contact_hub.staff.rules import SEE_ALL, TEND

SENDING = "contact_hub.inbox.actions.sending.send"
SILENCE = timedelta(hours=1)  # a mailbox not fetched for so long is in trouble
LATE = timedelta(minutes=10)  # a schedule not started so long after its time is in trouble


@dataclass(frozen=True, slots=True)
class Health:
    """The doors, the clockwork and the backlog, as of now."""

    mailboxes: list[tuple[Mailbox, str]]  # with the trouble in words, "" when all is well
    schedules: list[tuple[Schedule, bool]]  # with whether it is late
    pending: int
    quarantined: int
    ready: int
    oldest_ready: datetime | None


def undelivered(person: Person) -> QuerySet[Message]:
    """One's own messages that did not arrive; for leads those of everybody in their queues."""
    messages = Message.objects.filter(
        direction=Message.Direction.OUT,
        state__in=Message.UNDELIVERED,
        trouble_dismissed_at__isnull=True,
    )
    visible = Case.objects.visible_to(person).values("pk")
    mine = Q(author=person, case__in=visible)
    if person.may(TEND):
        mine |= Q(case__in=visible)
    return (
        messages.filter(mine)
        .select_related("case", "case__queue", "author", "mailbox")
        .defer("html", "quoted", "references")
        .order_by("-at", "-pk")
    )


def undelivered_of_others(person: Person) -> int:
    """How many cases are marked for an answer that somebody else wrote, as the view counts them."""
    mine = undelivered(person).values("case")
    marked = Case.objects.visible_to(person).filter(undelivered=True)
    return marked.exclude(state=Case.State.MERGED).exclude(pk__in=mine).count()


def mentions(person: Person) -> QuerySet[Mention]:
    """Notes in which colleagues named this person, unseen first, newest first."""
    visible = Case.objects.visible_to(person).values("pk")
    return (
        Mention.objects.filter(person=person, message__case__in=visible)
        .select_related("message", "message__case", "message__author")
        .order_by(F("seen_at").desc(nulls_first=True), "-message__at")
    )


def quarantine(person: Person) -> QuerySet[Envelope]:
    """Mail of one's queues that could not be filed and waits for a person, oldest first."""
    return (
        Envelope.objects.visible_to(person)
        .filter(state=Envelope.State.QUARANTINED)
        .select_related("mailbox", "mailbox__queue")
        .defer("raw")
        .order_by("received_at")
    )


def stuck_jobs() -> QuerySet[Job]:
    """Jobs that nobody will try again unless a person decides: dead, or of unknown outcome."""
    return Job.objects.letters().prefetch_related("effects").order_by("-finished_at", "-pk")


def messages_of(jobs: Iterable[Job], person: Person) -> dict[int, Message]:
    """The messages that stuck mail jobs were to carry, as far as this person may see them."""
    pks = {job.pk: job.args[0] for job in jobs if job.task == SENDING and job.args}
    visible = Case.objects.visible_to(person).values("pk")
    messages = Message.objects.filter(pk__in=pks.values(), case__in=visible).select_related("case")
    found = {message.pk: message for message in messages.defer("html", "text", "quoted")}
    return {job: found[pk] for job, pk in pks.items() if pk in found}


def is_secret(job: Job, carries: Message | None, person: Person) -> bool:
    """Whether a job is about mail that this person may not see, so that its error may quote it."""
    return job.task == SENDING and carries is None and not person.may(SEE_ALL)


def health(now: datetime, *, person: Person) -> Health:
    """Look at every mailbox, every schedule and the backlog; of the quarantine at one's own."""
    ready = Job.objects.filter(state=Job.State.READY, run_at__lte=now)
    oldest = ready.order_by("run_at").values_list("run_at", flat=True).first()
    return Health(
        mailboxes=[(one, trouble_of(one, now=now)) for one in Mailbox.objects.filter(active=True)],
        schedules=[
            (one, one.next_run_at < now - LATE) for one in Schedule.objects.filter(active=True)
        ],
        pending=Envelope.objects.filter(state=Envelope.State.PENDING).count(),
        quarantined=quarantine(person).count(),
        ready=ready.count(),
        oldest_ready=oldest,
    )


def trouble_of(mailbox: Mailbox, *, now: datetime) -> str:
    """Say "error", "silent" or ""; a mailbox without IMAP is not fetched and has no trouble."""
    if not mailbox.imap_host:
        return ""
    if mailbox.last_error:
        return "error"
    if mailbox.last_good_at is None or mailbox.last_good_at < now - SILENCE:
        return "silent"
    return ""
