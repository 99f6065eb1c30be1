"""What templates say of accounts: flags, fields above the verified level, why a bill changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template
from django.conf.locale import LANG_INFO
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models import Account, Customer, Flag, Point, Reading
from contact_hub.customers.queries.warnings import Warning
from contact_hub.customers.rules import bill_words
from contact_hub.customers.rules.bill_change import Step
from contact_hub.customers.rules.masks import initial_and_surname, street_alone
from contact_hub.desk.templatetags.hub import icon, money, phone
from contact_hub.inbox.queries.sight import Sight

register = template.Library()
register.filter("share", bill_words.share)

TONES = {"critical": "late", "high": "soon", "info": "aside"}
SEVERITIES = {"critical": _("Critical"), "high": _("High"), "info": _("For information")}
ICONS = {
    "medical": "pulse",
    "bankruptcy": "book",
    "deceased": "person",
    "fraud": "lock",
    "investigation": "eye",
    "confidential": "lock",
    "shut_off": "bolt",
    "arrangement": "bill",
    "cash_only": "bill",
    "third_party": "people",
    "landlord": "home",
    "do_not_contact": "mute",
    "employee": "person",
    "attorney": "book",
    "pledge": "gift",
    "language": "globe",
    "cpni": "key",
    "returned_mail": "post",
    "critical": "star",
    "no_offers": "gift",
    "access": "key",
}
LINES = {
    "electric": "bolt",
    "water": "drop",
    "communications": "signal",
    "parking": "pin",
    "licence": "book",
    "ambulance": "pulse",
    "miscellaneous": "tag",
}
FIELDS = {
    "last": _("Last name"),
    "first": _("First name"),
    "name": _("Name"),
    "phone": _("Phone"),
    "email": _("Email"),
    "number": _("Account number"),
    "last4": _("End of the account number"),
    "house": _("House number"),
    "street": _("Street"),
    "zip": _("ZIP code"),
    "unit": _("Unit"),
    "meter": _("Meter"),
    "plate": _("Plate"),
    "citation": _("Citation"),
    "licence": _("Licence"),
}
FITS = {
    "exact": _("fits"),
    "nickname": _("is a short form"),
    "near": _("is nearly the same"),
    "similar": _("is similar"),
    "differs": _("differs"),
}


@register.filter
def flag_name(warning: Warning) -> str:
    """The flag in words; those for leads only say no more than whom to ask."""
    return str(Flag.Code(warning.code).label)


@register.filter
def flag_icon(warning: Warning) -> SafeString:
    return icon(ICONS.get(warning.code, "alert"))


@register.filter
def flag_tone(warning: Warning) -> str:
    return TONES[warning.severity]


@register.filter
def severity(warning: Warning) -> str:
    return str(SEVERITIES[warning.severity])


@register.filter
def line_icon(account: Account) -> SafeString:
    """The sign of a business line."""
    return icon(LINES.get(account.line, "tag"))


@register.filter
def tail(number: str) -> str:
    """The end of an account number, which proves nothing when it is read out."""
    return f"···{number[-4:]}"


@register.filter
def sees(sight: Sight, field: str) -> bool:
    """Whether what was verified opens the field."""
    return sight.may(field)


@register.simple_tag
def sum_of(sight: Sight, field: str, amount: Decimal | None) -> str | SafeString:
    """Money, or a mask where the verified level does not open it."""
    if amount is None or sight.may(field):
        return money(amount)
    return masked_words(sight.shown(field, amount))


@register.simple_tag
def shown(sight: Sight, field: str, value: object) -> str | SafeString:
    """The value, or a mask with words for who cannot see it."""
    if value in (None, ""):
        return "–"
    return str(value) if sight.may(field) else masked_words(sight.shown(field, value))


@register.simple_tag
def place(sight: Sight, account: Account) -> str | SafeString:
    """Where an account is: in full, by street alone, or not at all where it is confidential."""
    if account.premise is None:
        return ""
    if sight.may("service_address"):
        return str(account.premise)
    if sight.confidential:
        return masked_words(sight.shown("service_address", account.premise))
    return f"{street_alone(account.premise.street)}, {account.premise.city}"


def masked_words(mask: str) -> SafeString:
    return format_html(
        '<span class="masked"><span aria-hidden="true">{}</span>'
        '<span class="unseen">{}</span></span>',
        mask,
        pgettext("a field", "hidden until verified"),
    )


@register.simple_tag
def point_value(sight: Sight, point: Point) -> str | SafeString:
    """A way to reach somebody, as far as the level opens it."""
    field = {"email": "email", "phone": "phone"}.get(point.kind, "mailing_address")
    if not sight.may(field):
        return masked_words(sight.shown(field, point.value))
    extension = f" × {point.extension}" if point.extension else ""
    return f"{phone(point.value)}{extension}" if point.kind == "phone" else point.value


@register.filter
def initial_name(name: str, customer: Customer) -> str:
    """Another customer's name: an initial and the surname; organisations are public."""
    return initial_and_surname(name) if customer.kind == Customer.Kind.PERSON else name


@register.filter
def initial_until(name: str, sight: Sight) -> str:
    """The customer's own name, as far as the level opens it."""
    return name if sight.may("name") else initial_and_surname(name)


@register.filter
def day(told: str | date | None) -> str:
    """A day; databases tell one within JSON as text."""
    on = date.fromisoformat(told[:10]) if isinstance(told, str) else told
    return formats.date_format(on, "MONTH_DAY_FORMAT") if on else ""


@register.filter
def reading_code(code: str) -> str:
    return str(dict(Reading.Code.choices).get(code, code))


@register.simple_tag
def language_name(code: str) -> str:
    """A language as its speakers call it."""
    known: str = LANG_INFO.get(code, {}).get("name_local", code)
    return known.capitalize()


@register.filter
def step_words(step: Step) -> str:
    """The few words beside a bar of the waterfall, for whoever serves."""
    return bill_words.cause(step, language=get_language() or "en")


@register.filter
def field_words(field: str) -> str:
    return str(FIELDS.get(field, field))


@register.filter
def fits_words(level: str) -> str:
    return str(FITS.get(level, level))


@register.filter
def lookup(values: dict[str, str], key: str) -> str:
    """The value under `key`; "" where there is none."""
    return values.get(key, "")
