"""What an import tells people, by name: why a row or a file was refused, what does not agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

SAYINGS = {
    # why a row does not fit
    "needed": _("nothing stands here, and it is needed"),
    "nul": _("a NUL byte stands here"),
    "encoding": _("this is not UTF-8 text"),
    "too_long": _("longer than %(most)s characters"),
    "number": _("not a number such as 1234.50"),
    "places": _("more than %(most)s decimal places"),
    "too_large": _("too large a number"),
    "whole": _("not a whole number"),
    "range": _("not between 0 and %(most)s"),
    "day": _("not a date such as 2026-01-31"),
    "moment": _("not a time such as 2026-01-31T08:00:00-06:00"),
    "offset": _("a time without its offset from UTC"),
    "flag": _("neither Y nor N"),
    "code": _("“%(text)s” is none of %(known)s"),
    "account_number": _("not an account number"),
    "email": _("not an email address"),
    "phone": _("not a telephone number that can be dialled"),
    "language": _("not a language such as en or es"),
    "last_four": _("not the last four of a number"),
    "unknown_row": _("“%(text)s” is not in %(file)s"),
    "one_of": _("one of %(columns)s is needed"),
    "nameless": _("neither a person's name nor an organisation's"),
    "no_text": _("a column holds what is not text"),
    "key_too_long": _("the columns of its key are too long"),
    "width": _("%(found)s columns instead of %(wanted)s"),
    "op": _("neither U nor D"),
    "only_deltas": _("only an extract of changes can say that something is gone"),
    "twin": _("its key was in line %(line)s already"),
    # why a file or a whole extract is not taken
    "same_file": _("%(one)s and %(other)s are the same file twice"),
    "no_manifest": _("there is no manifest.json, or it lacks a part"),
    "manifest": _("manifest.json: %(why)s"),
    "unreadable_file": _("%(path)s cannot be read: %(why)s"),
    "archive_in_archive": _("%(path)s is an archive in an archive"),
    "not_one_csv": _("%(path)s should hold one CSV file, and holds %(count)s"),
    "no_csv": _("%(path)s, line %(line)s: %(why)s"),
    "several_imports": _("these rows are of several imports; take them one after the other"),
    "unknown_import": _("the import that these rows were refused by is not known here"),
    "no_refused_rows": _("%(path)s holds no refused rows: its column _run says so"),
    "header_twice": _("the header names %(names)s twice"),
    "header_lacks": _("the header lacks %(names)s"),
    "empty": _("it is empty: it has no header"),
    "strange": _("no file of the layout: %(names)s"),
    "missing": _("the manifest names %(names)s, and it is not there"),
    "not_in_extract": _("%(names)s is not in this extract"),
    "no_file": _("there is no file of the layout in it"),
    "older": _("it was extracted at %(at)s, before %(extract)s, which is here already"),
    "rows": _("%(found)s rows instead of the %(promised)s of the manifest"),
    "total": _("%(column)s adds up to %(found)s instead of the %(promised)s of the manifest"),
    "sha256": _("its SHA-256 is not the one of the manifest"),
    "too_many": _("%(rejects)s of %(rows)s rows do not fit; nothing is written"),
    "not_taken": _("Not taken: %(names)s"),
    "mended_alone": _("mended rows are imported by themselves: --file accounts.rejects.csv"),
    "which": _("say which directory or archive, or --file with mended rows"),
    "not_there": _("%(path)s is not there"),
    # what does not agree
    "unknown_files": _("Files the layout does not have, not taken: %(names)s"),
    "untold_files": _("Files the manifest does not name, not taken: %(names)s"),
    "columns_kept": _("Columns the layout does not have, kept with each row: %(names)s"),
    "columns_left": _(
        "Columns the layout does not have, not kept, for its rows have no place: %(names)s"
    ),
    "unreadable": _(
        "%(column)s: This cannot be read; it is kept as it came, and nothing is made of it."
    ),
    "needed_still": _(
        "The extract says that this is gone, and something that is left still needs it."
    ),
    "past_due_above_balance": _("More is past due than is owed in all."),
    "closed_without_end": _("The account is active and has a day on which it was closed."),
    "meter_of_two_accounts": _("The same meter runs for two accounts."),
    "premise_of_two_accounts": _(
        "The same service runs at one place for two accounts, and the place has one meter each."
    ),
    "closed_account_is_served": _("A service runs for an account that is closed."),
    "bill_period": _("The bill's period ends before it begins."),
    "past_due_without_bill": _("Something is past due, and no bill of the account was due yet."),
    "bill_lines_sum": _(
        "The lines do not add up to the bill's charges, with or without adjustments and taxes."
    ),
    "reading_without_service": _("No service has this meter."),
    "flag_of_another_customer": _("The flag names a customer and an account of somebody else."),
    "role_of_the_holder": _(
        "Somebody is named as co-holder or guarantor of an account that is their own."
    ),
    "dispute_of_another_bill": _("The bill that is contested belongs to another account."),
    "deposit_of_another_account": _("The deposit belongs to another account."),
}


def in_words(said: str, particulars: Mapping[str, Any]) -> str:
    """Say it in the reader's language; what older versions kept is a sentence already."""
    words = SAYINGS.get(said)
    return said if words is None else str(words) % particulars
