"""The files of the billing system's extract, in the order in which they can be taken over."""

from __future__ import annotations

from contact_hub.customers.rules.columns import File
from contact_hub.customers.rules.layout_accounts import ACCOUNTS
from contact_hub.customers.rules.layout_city import CITY
from contact_hub.customers.rules.layout_people import PEOPLE

SOURCE = "cis"  # what mirrored rows say of where they come from
OP = "op"  # the column, of any file, that says what is to be done: U or nothing, D
FIRST = ("customers", "premises", "accounts", "services")  # the others follow what they name
FILES: dict[str, File] = {one.name: one for one in (*PEOPLE, *ACCOUNTS, *CITY)}

CODES: dict[str, dict[str, str]] = {  # in capitals, as they are compared
    "customer": {"P": "person", "O": "organisation"},
    "phone": {"M": "mobile", "H": "home", "W": "work"},
    "line": {
        "E": "electric",
        "W": "water",
        "C": "communications",
        "P": "parking",
        "L": "licence",
        "A": "ambulance",
        "M": "miscellaneous",
        "S": "water",  # sewer is billed with water; the service says which
    },
    "service": {
        "E": "electric",
        "W": "water",
        "S": "sewer",
        "C": "communications",
        "P": "parking",
        "L": "licence",
        "A": "ambulance",
        "M": "miscellaneous",
    },
    "class": {
        "RES": "residential",
        "COM": "commercial",
        "IND": "industrial",
        "GOV": "government",
        "MF": "multi_family",
        "AG": "agriculture",
    },
    "account": {
        "ACTIVE": "active",
        "PENDING": "pending",
        "FINAL": "final",
        "CLOSED": "closed",
        "WRITTEN_OFF": "written_off",
    },
    "delivery": {"PAPER": "paper", "EMAIL": "email", "BOTH": "both"},
    "reading": {
        "ACTUAL": "actual",
        "ESTIMATED": "estimated",
        "CUSTOMER": "customer",
        "FINAL": "final",
        "START": "start",
    },
    "method": {
        word.upper(): word
        for word in ("cash", "check", "mo", "card", "ach", "lockbox", "kiosk", "agency", "trustee")
    },
    "payment": {"POSTED": "posted", "REVERSED": "reversed", "RETURNED": "returned"},
    "deposit": {"SECURITY": "security", "HYDRANT": "hydrant", "BANKRUPTCY": "bankruptcy"},
    "held": {"HELD": "held", "APPLIED": "applied", "REFUNDED": "refunded"},
    "arrangement": {
        "PLAN": "plan",
        "EXTENSION": "extension",
        "LEVEL": "level",
        "AMP": "amp",
        "INDIGENT": "indigent",
    },
    "kept": {"ACTIVE": "active", "KEPT": "kept", "BROKEN": "broken", "CANCELLED": "cancelled"},
    "scope": {"BALANCE": "balance", "SERVICE": "service", "USAGE": "service", "ALL": "everything",
              "EVERYTHING": "everything", "FULL": "everything"},
    "role": {
        word.upper(): word
        for word in (
            "co_holder", "landlord", "tenant", "property_manager", "executor", "guarantor"
        )
    },
    "warning": {
        word.upper(): word
        for word in (
            "medical", "bankruptcy", "deceased", "safety", "fraud", "investigation",
            "confidential", "shut_off", "dispute", "arrangement", "cash_only", "third_party",
            "landlord", "do_not_contact", "employee", "attorney", "pledge", "language", "cpni",
            "returned_mail", "critical", "no_offers", "access",
        )
    } | {"LIFE_SUPPORT": "medical"},
    "visibility": {"ALL": "0", "LEAD": "1", "LEADS": "1", "RESTRICTED": "1"},
    "regulated": {"Y": "Y", "N": "N", "U": "U"},
    "channel": {
        "EMAIL": "email", "SMS": "sms", "TEXT": "sms", "VOICE": "voice", "CALL": "voice",
        "PHONE": "voice", "POST": "post", "MAIL": "post",
    },
    "purpose": {"SERVICE": "service", "PROMOTION": "promotion", "MARKETING": "promotion"},
    "consent": {"GRANTED": "granted", "REVOKED": "revoked", "UNKNOWN": "unknown"},
}  # fmt: skip


class NotInLayout(ValueError):
    """The header of a file is not one that the layout knows."""


def in_order(names: list[str]) -> list[str]:
    """The names of files so that each comes after those it refers to, whatever order they had."""
    wanted = [name for name in (*FIRST, *FILES) if name in names]
    left, done = list(dict.fromkeys(wanted)), []
    while left:
        free = next(name for name in left if not (FILES[name].refers_to & set(left)) - {name})
        left.remove(free)
        done.append(free)
    return done
