"""What templates say often: icons, clocks, money, phone numbers, how long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache

import phonenumbers
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from contact_hub.inbox.models import Case
from contact_hub.inbox.queries.reasons import explained
from contact_hub.inbox.rules.clock import Clock, clock_of
from contact_hub.staff.models import Person

register = template.Library()
register.filter("explained", explained)

CHANNEL_ICONS = {
    "email": "mail",
    "sms": "text",
    "voice": "phone",
    "voicemail": "phone",
    "walk_in": "person",
    "post": "post",
    "letter": "post",
    "note": "note",
}


CHANNELS: dict[str, str | Promise] = {
    "email": gettext_lazy("Email"),
    "sms": gettext_lazy("Text message"),
    "voice": gettext_lazy("Phone"),
    "voicemail": gettext_lazy("Voicemail"),
    "walk_in": gettext_lazy("Counter"),
    "post": gettext_lazy("Post"),
    "letter": gettext_lazy("Letter"),
    "note": gettext_lazy("Note"),
}


CLOCKS: dict[str, tuple[str | Promise, str]] = {  # what is said before the time, and the sign
    "due": (gettext_lazy("due in"), "clock"),
    "overdue": (gettext_lazy("overdue by"), "clock"),
    "snoozed": (gettext_lazy("back in"), "snooze"),
    "closed": ("", "check"),
    "merged": ("", "merge"),
}

NEAR = {0: gettext_lazy("today"), 1: gettext_lazy("yesterday"), -1: gettext_lazy("tomorrow")}

STOPPED = {
    "waiting": pgettext_lazy("clock", "waiting"),
    "closed": pgettext_lazy("clock", "closed"),
    "merged": pgettext_lazy("clock", "merged"),
    "open": pgettext_lazy("clock", "no clock"),
}


@cache
def sprite() -> str:
    return static("icons.svg")


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """One picture of the sprite, always beside words: screen readers do not hear it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        classes,
        sprite(),
        name,
    )


@register.simple_tag
@cache
def chord(key: str) -> SafeString:
    """A key that is pressed together with Ctrl; with ⌘ on a Mac, which keys.js finds out."""
    return format_html(
        '<kbd><span class="on-mac">⌘</span><span class="elsewhere">Ctrl </span>{}</kbd>', key
    )


@register.simple_tag
def channel_mark(channel: str) -> SafeString:
    """The sign of a channel, with its name for who cannot see it."""
    return _mark(channel, channel_name(channel))


@cache
def _mark(channel: str, name: str) -> SafeString:
    return format_html(
        '<span class="mark {}" title="{}">{}<span class="unseen">{}</span></span>',
        channel,
        name,
        icon(CHANNEL_ICONS.get(channel, "mail")),
        name,
    )


@register.simple_tag
def face(person: Person) -> SafeString:
    """A colleague's initials, with the name for who points at them or cannot see them."""
    return _face(str(person), person.initials)


@lru_cache(maxsize=1024)
def _face(name: str, initials: str) -> SafeString:
    return format_html(
        '<span class="face" title="{}">{}<span class="unseen">{}</span></span>',
        name,
        initials,
        name,
    )


@register.filter
def channel_name(channel: str) -> str:
    return str(CHANNELS.get(channel, channel))


@register.simple_tag
def clock(case: Case, now: datetime | None = None) -> SafeString:
    """The chip that says how long is left, or how long the case is overdue."""
    reading = clock_of(
        state=case.state,
        due_at=case.due_at,
        snoozed_until=case.snoozed_until,
        opened_at=case.opened_at,
        now=now or timezone.now(),
    )
    before, sign = CLOCKS.get(reading.kind, ("", "clock"))
    return format_html(
        '<span class="chip {}" title="{}">{}<span class="unseen">{} </span>{}</span>',
        reading.tone,
        clock_title(case, reading),
        icon(sign),
        before,
        clock_words(reading),
    )


def clock_words(reading: Clock) -> str:
    if reading.left is None:
        return str(STOPPED[reading.kind])
    span = span_words(abs(reading.left))
    return f"−{span}" if reading.kind == "overdue" else span


def clock_title(case: Case, reading: Clock) -> str:
    if reading.kind in {"due", "overdue"} and case.due_at:
        return _("Answer due %(when)s") % {"when": moment(case.due_at)}
    if reading.kind == "snoozed" and case.snoozed_until:
        return _("Comes back %(when)s") % {"when": moment(case.snoozed_until)}
    return str(case.get_state_display())


@register.filter
def span_words(span: timedelta) -> str:
    """A stretch of time in as few characters as say it: 12 min, 3 h 05, 2 days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return _("< 1 min")
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 10:
        return _("%(h)d h %(m)02d") % {"h": hours, "m": minutes}
    if hours < 36:
        return _("%(h)d h") % {"h": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def moment(at: datetime | None) -> str:
    """When, as people say it: today 9:02, yesterday 16:40, Mon 9:02, Nov 3, Nov 3, 2024."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    today = timezone.localdate()
    days = (today - local.date()).days
    minute = local.replace(second=0, microsecond=0, tzinfo=None)
    if -7 < days < 7:
        day = str(NEAR[days]) if days in NEAR else _written(minute, "D", get_language())
        return f"{day} {_written(minute, 'TIME_FORMAT', get_language())}"
    style = "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT"
    return _written(minute, style, get_language())


@lru_cache(maxsize=4096)
def _written(minute: datetime, style: str, _language: str) -> str:
    """A local minute, written in the language spoken now: lists say the same ones over and over."""
    return formats.date_format(minute, style)


@register.filter
def ago(at: datetime | None) -> str:
    """How long since, short enough for a row: now, 4 min, 3 h 05, 2 days; then the date."""
    if at is None:
        return ""
    span = timezone.now() - at
    if span < timedelta(minutes=1):
        return _("now")
    return moment(at) if span > timedelta(days=6) else span_words(span)


@register.filter
def money(amount: Decimal | None) -> str:
    """Dollars and cents, a true minus sign, grouped thousands."""
    if amount is None:
        return "–"
    figures = formats.number_format(abs(amount), decimal_pos=2, use_l10n=True, force_grouping=True)
    return f"−${figures}" if amount < 0 else f"${figures}"


@register.filter
def phone(number: str) -> str:
    """A number as people at home read it; what is not a number comes back as it was."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    at_home = parsed.country_code == 1
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)


@register.filter
def who(case: Case) -> str:
    """The customer as a row names them."""
    if case.who_name:
        return case.who_name
    return phone(case.who_address) if case.who_address.startswith("+") else case.who


@register.filter
def initials(name: object) -> str:
    return "".join(word[0] for word in str(name).split()[:2]).upper()


@register.filter
def capped(count: int) -> str:
    """A count of the work list; counting stops at a thousand."""
    return "999+" if count > 999 else str(count)


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE_NAME)


@register.filter
def may(person: Person, act: str) -> bool:
    """Whether the person's role allows `act`."""
    return person.may(act)


@register.filter
def at(values: Mapping[str, int], key: str) -> int:
    """The value under `key`; 0 where there is none."""
    return values.get(key, 0)
