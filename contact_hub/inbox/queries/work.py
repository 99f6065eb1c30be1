"""What the work list shows: its views, their counts, and one page of rows by keyset."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contact_hub.inbox.models import Case, CaseQuerySet, Mention, Queue, Viewing
from contact_hub.inbox.queries.probable import as_shown, probable_name
from contact_hub.staff.models import Person

PAGE = 40  # rows shown before "more" is asked for
MOST = 200  # rows a screen that has asked for more may refresh at once
COUNTED = 1000  # counting stops here: "999+"

COLUMNS = (
    "subject", "state", "priority", "queue__name", "queue__key", "owner__name", "owner__email",
    "opened_at", "due_at", "snoozed_until", "closed_at", "muted_at", "channel", "who_name",
    "who_address", "last_words", "last_at", "last_inbound", "undelivered", "merged_into",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the work: which cases, in what order, and whether they are counted."""

    key: str
    name: str | Promise
    icon: str
    where: Callable[[Person], Q]
    order: str = "due"
    counted: bool = True
    queue: int | None = None

    def of(self, scope: CaseQuerySet, person: Person) -> CaseQuerySet:
        """The cases of this view among those of `scope`."""
        return scope.filter(self.where(person))


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the list shows it; `hit` is what a search found in it."""

    case: Case
    replying: str = ""  # a colleague writing in it now
    here: str = ""  # a colleague who has it open
    hit: tuple[tuple[str, bool], ...] = ()
    probable: str = ""  # whom it is very likely about, while nobody has said so

    @property
    def number(self) -> str:
        """The case's number as it stands in addresses, which no language writes differently."""
        return str(self.case.pk)

    @property
    def url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def urgent(self) -> str:
        """The name of a priority above the usual one."""
        return str(self.case.get_priority_display()) if self.case.priority > 0 else ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor of those after them ("" at the end)."""

    rows: list[Row]
    more: str = ""


WORKED = Q(state__in=(Case.State.NEW, Case.State.OPEN))  # these wait for us


def _mentioned(person: Person) -> Q:
    unseen = Mention.objects.filter(person=person, seen_at=None)
    return Q(pk__in=unseen.values("message__case"))


VIEWS = (
    View("mine", _("Mine"), "person", lambda who: WORKED & Q(owner=who)),
    View("queues", _("My queues"), "inbox", lambda _who: WORKED),
    View("unassigned", _("Unassigned"), "tag", lambda _who: WORKED & Q(owner=None)),
    View(
        "waiting",
        _("Waiting on customer"),
        "clock",
        lambda _who: Q(state=Case.State.WAITING),
        order="newest",
    ),
    View(
        "snoozed",
        _("Snoozed"),
        "snooze",
        lambda _who: Q(state=Case.State.SNOOZED),
        order="waking",
    ),
    View("mentions", _("Mentions"), "at", _mentioned, order="newest"),
    View(
        "undelivered",
        _("Undelivered"),
        "undelivered",
        lambda _who: Q(undelivered=True) & ~Q(state=Case.State.MERGED),
        order="newest",
    ),
    View(
        "closed",
        _("Closed"),
        "check",
        lambda _who: Q(state=Case.State.CLOSED, closed_at__isnull=False),
        order="ended",
        counted=False,
    ),
    View(
        "all",
        _("All I can see"),
        "eye",
        lambda _who: ~Q(state=Case.State.MERGED),
        order="newest",
        counted=False,
    ),
)

# order: the column, whether the newest comes first, and whether rows without a value come last
ORDERS: dict[str, tuple[str, bool, bool]] = {
    "due": ("due_at", False, True),
    "newest": ("last_at", True, False),
    "waking": ("snoozed_until", False, True),
    "ended": ("closed_at", True, False),
}


def queue_view(queue: Queue) -> View:
    """The view of one queue."""
    return View(
        f"queue-{queue.key}",
        queue.name,
        "right",
        lambda _who: WORKED & Q(queue=queue),
        queue=queue.pk,
    )


def view_named(key: str, queues: Iterable[Queue]) -> View | None:
    """The view with that key, among the fixed ones and those of `queues`."""
    named = {view.key: view for view in (*VIEWS, *map(queue_view, queues))}
    return named.get(key)


def counts(views: Iterable[View], scope: CaseQuerySet, person: Person) -> dict[str, int]:
    """How many cases each view holds, in one statement; counting stops at COUNTED."""
    counted = [view for view in views if view.counted]
    parts: list[str] = []
    params: list[Any] = []
    for view in counted:
        some = view.of(scope, person).order_by().values("pk")[:COUNTED]
        try:
            sql, values = some.query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS first_ones)")  # noqa: S608  # compiled by the ORM
        params += values
    if not counted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)  # as above
        found = cursor.fetchone()
    return dict(zip((view.key for view in counted), found, strict=True))


def page(cases: CaseQuerySet, *, order: str, after: str = "", size: int = PAGE) -> Page:
    """One page of `cases` in that order, after the cursor; one statement, two where it must
    cross from the rows with a time to those without."""
    column, newest, nulls = ORDERS[order]
    found = _after(cases, column, newest=newest, after=after)
    rows = list(found[: size + 1])
    if nulls and len(rows) <= size and not after.startswith("-"):
        rows += list(_timeless(cases, column)[: size + 1 - len(rows)])
    more = _cursor(rows[size - 1], column) if len(rows) > size else ""
    return Page([row_of(case) for case in rows[:size]], more)


def row_of(case: Case) -> Row:
    """The row of a case that was read as `shown`."""
    return Row(case, probable=as_shown(case))


def with_people(rows: list[Row], *, person: Person, now: datetime) -> list[Row]:
    """The same rows with the colleagues who have them open now; one statement."""
    fresh = now - timedelta(seconds=Viewing.FRESH_SECONDS)
    seen = (
        Viewing.objects.filter(case__in=[row.case.pk for row in rows], seen_at__gt=fresh)
        .exclude(person=person)
        .exclude(state=Viewing.State.AWAY)
        .select_related("person")
        .order_by("seen_at")
    )
    replying: dict[int, str] = {}
    here: dict[int, str] = {}
    for viewing in seen:
        names = replying if viewing.state == Viewing.State.EDITING else here
        names[viewing.case_id] = viewing.person.get_short_name()
    return [
        replace(row, replying=replying.get(row.case.pk, ""), here=here.get(row.case.pk, ""))
        for row in rows
    ]


def shown(cases: CaseQuerySet) -> CaseQuerySet:
    """Only the columns a row needs, with the names of queue and owner, and of whom it may be."""
    rows = cases.select_related("queue", "owner").only(*COLUMNS)
    return rows.annotate(probable=probable_name())


def _after(cases: CaseQuerySet, column: str, *, newest: bool, after: str) -> CaseQuerySet:
    if after.startswith("-"):
        return _timeless(cases, column).filter(pk__gt=_number(after[1:]))
    cases = shown(cases).filter(**{f"{column}__isnull": False})
    at, pk = _parts(after)
    if at is not None:
        side = "lt" if newest else "gt"
        cases = cases.filter(
            Q(**{f"{column}__{side}e": at}),
            Q(**{f"{column}__{side}": at}) | Q(**{f"pk__{side}": pk}),
        )
    return cases.order_by(f"-{column}", "-pk") if newest else cases.order_by(column, "pk")


def _timeless(cases: CaseQuerySet, column: str) -> CaseQuerySet:
    return shown(cases).filter(**{f"{column}__isnull": True}).order_by("pk")


def _cursor(case: Case, column: str) -> str:
    """Where a page ended: the time and number of its last row; "-" before rows without a time."""
    at = getattr(case, column)
    return f"{at.isoformat()}~{case.pk}" if at else f"-{case.pk}"


def _parts(cursor: str) -> tuple[datetime | None, int]:
    at, _tilde, pk = cursor.partition("~")
    try:
        moment = parse_datetime(at)
    except ValueError:
        moment = None
    return (moment if moment and moment.tzinfo else None), _number(pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
