"""What the lines of a case's journal say to a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, Value
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from contact_hub.inbox.models import Case, Outcome, Queue, WrapUpCode
from contact_hub.inbox.queries.reasons import explained
from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person

# what the messages themselves tell, or nobody needs to read
TOLD_BY_MESSAGES = ("received", "replied", "noted", "sent", "acknowledged", "took_back")

Particulars = Mapping[str, Any]
Names = Mapping[tuple[str, int | str], str]  # ("person" or "queue", id), ("code", key) … → name
# what both cases of a merge record: the verb in the one that went → where it names the other
OTHER_SIDE = {"merged": "into", "unmerged": "out_of"}


def sentence(entry: Entry, names: Names) -> str:
    """Say in words what happened, without who did it: that stands in front."""
    words = WORDS.get(entry.verb)
    if words is None:
        return entry.verb.replace("_", " ")
    return words({**entry.particulars, "by": entry.by_id, "names": names})


def icon(entry: Entry) -> str:
    """The sign in front of the line."""
    return ICONS.get(entry.verb, "info")


def told_elsewhere(entry: Entry, cases: Collection[int]) -> bool:
    """Whether the other case of a merge tells the same in a line of its own, among these cases."""
    other = OTHER_SIDE.get(entry.verb)
    return other is not None and entry.particulars.get(other) in cases


def names_for(entries: Collection[Entry]) -> Names:
    """The names of all that these lines mention by id or key; a statement of each kind there is."""
    return {**_people_and_queues(entries), **_endings(entries)}


def _endings(entries: Iterable[Entry]) -> Names:
    """The codes and outcomes that cases were wrapped up with, as whoever reads it speaks."""
    told = [entry.particulars for entry in entries if entry.verb == "wrapped_up"]
    if not told:
        return {}
    codes = WrapUpCode.objects.filter(key__in={one.get("code", "") for one in told})
    outcomes = Outcome.objects.filter(key__in={one.get("outcome", "") for one in told})
    return {
        **{("code", code.key): str(code) for code in codes},
        **{("outcome", outcome.key): str(outcome) for outcome in outcomes},
    }


def _people_and_queues(entries: Iterable[Entry]) -> Names:
    people: set[int] = set()
    queues: set[int] = set()
    for entry in entries:
        told = entry.particulars
        if entry.verb == "assigned" and told.get("to") not in (None, entry.by_id):
            people.add(told["to"])
        if entry.verb == "handed_over":
            queues |= {told[end] for end in ("source", "target") if told.get(end)}
    if not people and not queues:
        return {}
    kind, columns = CharField(max_length=6), ("kind", "pk", "name")
    rows = Person.objects.filter(pk__in=people).annotate(kind=Value("person", kind)).order_by()
    more = Queue.objects.filter(pk__in=queues).annotate(kind=Value("queue", kind)).order_by()
    found = rows.values_list(*columns).union(more.values_list(*columns), all=True)
    return {(row[0], row[1]): row[2] for row in found}


def _assigned(told: Particulars) -> str:
    to = told.get("to")
    if to is None:
        return _("gave it back to the queue")
    if to == told["by"]:
        return _("took it")
    return _("assigned it to %(name)s") % {"name": told["names"].get(("person", to), "?")}


def _handed_over(told: Particulars) -> str:
    target = told["names"].get(("queue", told.get("target")), "?")
    source = told["names"].get(("queue", told.get("source")), "")
    if source:
        return _("handed it over from %(source)s to %(target)s") % {
            "source": source,
            "target": target,
        }
    return _("handed it over to %(target)s") % {"target": target}


def _snoozed(told: Particulars) -> str:
    until = timezone.localtime(datetime.fromisoformat(told["until"]))
    return _("snoozed it until %(until)s") % {
        "until": formats.date_format(until, _("D j M, "))
        + formats.time_format(until, "TIME_FORMAT")
    }


def _wrapped_up(told: Particulars) -> str:
    ending = {
        kind: told["names"].get((kind, told.get(kind)), told.get(kind, "?"))
        for kind in ("code", "outcome")
    }
    return _("wrapped it up: %(code)s, %(outcome)s") % ending


def _prioritised(told: Particulars) -> str:
    priority = Case.Priority(told["priority"]).label
    return _("set the priority to %(priority)s") % {"priority": priority}


def _not_verified(told: Particulars) -> str:
    if told.get("result") == "locked":
        return _("tried to verify a locked account")
    return _("tried to verify who speaks: it did not fit")


def _reasoned(told: Particulars, words: str) -> str:
    reason = told.get("reason", "")
    return f"{words}: {explained(reason)}" if reason else words


WORDS: dict[str, Callable[[Particulars], str]] = {
    "assigned": _assigned,
    "handed_over": _handed_over,
    "opened": lambda _told: _("opened this case"),
    "snoozed": _snoozed,
    "prioritised": _prioritised,
    "woke": lambda _told: _("it came back"),
    "wrapped_up": _wrapped_up,
    "reopened": lambda _told: _("reopened it"),
    "merged": lambda told: _("merged it into #%(into)s") % {"into": told.get("into")},
    "absorbed": lambda told: _("merged #%(source)s into this") % {"source": told.get("source")},
    "unmerged": lambda told: _("took it out of #%(into)s again") % {"into": told.get("out_of")},
    "released": lambda told: (
        _("#%(source)s stands for itself again") % {"source": told.get("source")}
    ),
    "matched": lambda _told: _("said whose case this is"),
    "unmatched": lambda _told: _("said that this is not the customer it was taken for"),
    "ruled_out": lambda told: _("ruled out %(name)s") % {"name": told.get("name") or "?"},
    "looked_up": lambda _told: _("looked for whose account it is"),
    "verified": lambda told: _("verified who speaks: level %(level)s") % {"level": told["level"]},
    "not_verified": _not_verified,
    "code_sent": lambda _told: _("sent a one-time code to a point on file"),
    "flagged": lambda _told: _("raised a red flag"),
    "flag_cleared": lambda _told: _("cleared a red flag"),
    "revealed": lambda told: _reasoned(told, _("looked above the verified level")),
    "point_changed": lambda _told: _("changed how the customer is reached"),
    "secret_set": lambda _told: _("set a PIN or password"),
    "dismissed": lambda _told: _("let a message that did not arrive be"),
    "resent": lambda _told: _("sent a message again"),
    "bounced": lambda told: _reasoned(told, _("a message came back")),
    "undeliverable": lambda told: _reasoned(told, _("a message could not be delivered")),
    "delayed": lambda _told: _("a message is delayed; the other side keeps trying"),
    "send_failed": lambda told: _reasoned(told, _("sending failed and will be tried again")),
    "muted": lambda _told: _("automatic answers are muted here: two machines were talking"),
}

ICONS = {
    "assigned": "person",
    "handed_over": "move",
    "opened": "plus",
    "snoozed": "snooze",
    "woke": "clock",
    "prioritised": "flag",
    "wrapped_up": "check",
    "reopened": "undo",
    "merged": "merge",
    "absorbed": "merge",
    "unmerged": "split",
    "released": "split",
    "matched": "shield",
    "unmatched": "shield",
    "ruled_out": "shield",
    "looked_up": "search",
    "verified": "shield",
    "not_verified": "alert",
    "code_sent": "send",
    "flagged": "flag",
    "flag_cleared": "check",
    "revealed": "eye",
    "point_changed": "at",
    "secret_set": "lock",
    "dismissed": "check",
    "resent": "send",
    "bounced": "alert",
    "undeliverable": "alert",
    "delayed": "clock",
    "send_failed": "alert",
    "muted": "mute",
}
