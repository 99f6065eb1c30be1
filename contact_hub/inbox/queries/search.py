"""What a search finds: rows of the work list, with the words that were found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.models import Account
from contact_hub.inbox.models import Attachment, Case, CaseQuerySet, Draft, Message
from contact_hub.inbox.queries.probable import as_shown, probable_name
from contact_hub.inbox.queries.search_engines import Candidates, Wanted, candidates
from contact_hub.inbox.queries.work import COLUMNS, Row, page, row_of, shown
from contact_hub.inbox.rules.search import IS, Filter, Problem, Search, excerpt
from contact_hub.staff.models import Person

SIZE = 25  # cases on one page
HITS = 3 * SIZE  # read for one page: a case in which many messages hit is shown once
READ = 4000  # characters of a message in which hits are shown
NARROW = frozenset({"account"})  # filters that leave few cases: the words are looked for in those


@dataclass(frozen=True, slots=True)
class Found:
    """The rows a search found; `exact` when a number named them; `problems` in words."""

    rows: list[Row] = field(default_factory=list)
    more: str = ""
    exact: bool = False
    problems: tuple[str, ...] = ()
    deeper: bool = False  # nothing here, but older messages have not been looked through


def find(search: Search, *, person: Person, now: datetime, after: str = "") -> Found:
    """Look for `search` among the cases `person` may see; at most four statements."""
    problems = tuple(words_of(problem) for problem in search.problems)
    if problems or not (search.asks or search.number):
        return Found(problems=problems)
    scope = Case.objects.visible_to(person)
    if search.number and not after:
        named = _named(search.number, scope)
        if named:
            return Found([row_of(case) for case in named], exact=True)
    cases = _filtered(scope, search.filters, person=person, now=now)
    if not search.words:
        found = page(_bounded(cases, search), order="newest", after=after, size=SIZE)
        return Found(found.rows, found.more)
    return _by_words(search, cases, after=after)


def words_of(problem: Problem) -> str:
    """A problem as it is said to the person who typed it."""
    operator, value = problem.operator, problem.value
    said = {
        "empty": _("%(op)s: wants something after the colon."),
        "date": _("%(op)s: wants a date like 2026-11-01, not “%(value)s”."),
        "is": _("is: knows %(known)s, not “%(value)s”."),
        "has": _("has: knows attachment, note, draft, account, customer, owner, not “%(value)s”."),
        "only_not": _("A word with a minus only takes hits away: add a word to look for."),
    }[problem.kind]
    return said % {"op": operator, "value": value, "known": ", ".join(IS)}


def _named(number: str, scope: CaseQuerySet) -> list[Case]:
    """The case with that number, or the cases of the account with that number."""
    account = Account.objects.filter(number=number)
    named = Q(account__in=account)
    if len(number) < 18:
        named |= Q(pk=int(number))
    return list(shown(scope.filter(named)).order_by("-last_at")[:SIZE])


def _by_words(search: Search, cases: CaseQuerySet, *, after: str) -> Found:
    wanted = Wanted(
        search,
        since=_midnight(search.since),
        until=_midnight(search.until),
        after=int(after) if after.isascii() and after.isdigit() else None,
        within=_within(search, cases),
    )
    looked = candidates(wanted)
    if not looked.pks:
        return Found(more=str(looked.floor or ""), deeper=looked.floor is not None)
    hits = list(_hits(search, cases, looked)[: HITS + 1])
    rows: dict[int, Row] = {}
    more = str(looked.floor or "")
    if len(hits) > HITS:
        more = str(hits[HITS - 1].pk)
        del hits[HITS]
    for place, hit in enumerate(hits):
        if hit.case_id not in rows and len(rows) == SIZE:
            more = str(hits[place - 1].pk)
            break
        if hit.case_id not in rows:
            rows[hit.case_id] = _row(hit, search)
    return Found(list(rows.values()), more, deeper=not rows and bool(more))


def _hits(search: Search, cases: CaseQuerySet, looked: Candidates) -> QuerySet[Message]:
    """The candidates that lie in `cases`, newest first, with their case."""
    theirs = Exists(cases.filter(pk=OuterRef("case")))  # asked of each hit: there are few
    hits = Message.objects.filter(theirs, pk__in=looked.pks)
    hits = hits.exclude(state=Message.State.CANCELLED).select_related("case__queue", "case__owner")
    hits = hits.annotate(words=Left("text", READ), probable=probable_name("case__"))
    for one in search.filters:
        if one.operator == "has" and one.value == "attachment":
            held = Exists(Attachment.objects.filter(message=OuterRef("pk")))
            hits = hits.filter(~held if one.negated else held)
    if until := _midnight(search.until):
        hits = hits.filter(at__lt=until)
    if since := _midnight(search.since):
        hits = hits.filter(at__gte=since)
    columns = ("pk", "subject", "from_name", "from_address", *(f"case__{name}" for name in COLUMNS))
    return hits.only(*columns).order_by(*looked.order)


def _row(hit: Message, search: Search) -> Row:
    """The row of a hit: the words around it, or the line above them when they stand there."""
    for text in (hit.words, hit.subject, f"{hit.from_name} {hit.from_address}"):  # type: ignore[attr-defined]
        pieces = excerpt(text, search.words)
        if any(is_hit for _piece, is_hit in pieces):
            return Row(hit.case, hit=pieces, probable=as_shown(hit))
    pieces = excerpt(hit.words, ())  # type: ignore[attr-defined]
    return Row(hit.case, hit=pieces, probable=as_shown(hit))


def _within(search: Search, cases: CaseQuerySet) -> QuerySet[Message] | None:
    if not any(one.operator in NARROW and not one.negated for one in search.filters):
        return None
    return Message.objects.filter(case__in=cases.values("pk")).order_by()


def _filtered(
    cases: CaseQuerySet, filters: Iterable[Filter], *, person: Person, now: datetime
) -> CaseQuerySet:
    for one in filters:
        if one.operator == "has" and one.value == "attachment":
            continue
        meant = _meant(one, person, now)
        cases = cases.exclude(meant) if one.negated else cases.filter(meant)
    return cases


def _meant(one: Filter, person: Person, now: datetime) -> Q:
    """What a filter says about a case."""
    value = one.value
    match one.operator:
        case "is":
            meant = _state(value, person, now)
        case "has":
            meant = _having(value, person)
        case "queue":
            meant = Q(queue__key__istartswith=value) | Q(queue__name__istartswith=value)
        case "account":
            number = "".join(c for c in value if c.isalnum()).upper()
            meant = Q(account__in=Account.objects.filter(number__startswith=number))
        case _:
            meant = _owned(value, person)
    return meant


def _owned(value: str, person: Person) -> Q:
    if value == "me":
        return Q(owner=person)
    if value in {"nobody", "none"}:
        return Q(owner=None)
    return Q(owner__name__istartswith=value) | Q(owner__email__istartswith=value)


def _state(value: str, person: Person, now: datetime) -> Q:
    special = {
        "mine": Q(owner=person),
        "unassigned": Q(owner=None, state__in=Case.UNFINISHED),
        "undelivered": Q(undelivered=True),
        "muted": Q(muted_at__isnull=False),
        "overdue": Q(state__in=(Case.State.NEW, Case.State.OPEN), due_at__lt=now),
        "urgent": Q(priority=Case.Priority.URGENT),
        "open": Q(state__in=(Case.State.NEW, Case.State.OPEN)),
    }
    return special.get(value, Q(state=value))


def _having(value: str, person: Person) -> Q:
    if value == "note":
        notes = Message.objects.filter(case=OuterRef("pk"), kind=Message.Kind.NOTE)
        return Q(Exists(notes))
    if value == "draft":
        return Q(Exists(Draft.objects.filter(case=OuterRef("pk"), person=person)))
    return Q(**{f"{value}__isnull": False})


def _bounded(cases: CaseQuerySet, search: Search) -> CaseQuerySet:
    """Without words before: and after: are about the last thing said in a case."""
    for one in search.filters:
        if one.operator == "has" and one.value == "attachment":
            held = Exists(Attachment.objects.filter(message__case=OuterRef("pk")))
            cases = cases.filter(~held if one.negated else held)
    if until := _midnight(search.until):
        cases = cases.filter(last_at__lt=until)
    if since := _midnight(search.since):
        cases = cases.filter(last_at__gte=since)
    return cases


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
