"""What hangs on rows of customers and services beside their own table: points, places."""

from __future__ import annotations

from contact_hub.customers.actions.importing import staging
from contact_hub.customers.actions.importing.binding import Binding
from contact_hub.customers.actions.importing.people import touched_by
from contact_hub.customers.actions.importing.reaching import kinds_of
from contact_hub.customers.models import Account, Customer, ImportRun, Point, Service
from contact_hub.customers.rules.layout import SOURCE

CUSTOMER, POINT = Customer._meta.db_table, Point._meta.db_table
ACCOUNT, SERVICE = Account._meta.db_table, Service._meta.db_table
WITHIN = "s.at_line > %s AND s.at_line <= %s"


def write(binding: Binding, lines: tuple[int, int], *, run: ImportRun, fresh: bool) -> set[int]:
    """Write the points of these customers; those that are named no more are marked.

    fresh  no customer was on file before this run

    Returns the customers of whom a point came, changed or went.
    """
    if not (kinds := kinds_of(binding)):
        return set()
    is_not = "IS DISTINCT FROM" if staging.is_postgres() else "IS NOT"
    as_of, learned = staging.moment(), staging.moment()
    today = run.as_of.date().isoformat() if run.as_of else ""
    bad = f"CASE WHEN p.returned THEN {staging.day()} END"
    since = f"CASE WHEN c.known_from = {staging.moment()} THEN c.since ELSE {staging.day()} END"
    new_bad = (
        "CASE WHEN excluded.bad_since IS NULL THEN NULL"
        " ELSE COALESCE(o.bad_since, excluded.bad_since) END"
    )
    written = staging.ask(
        f"INSERT INTO {POINT} AS o (customer_id, kind, value, label, extension, confirmed,"
        " bad_since, since, on_file, source, as_of, known_from, extra)"
        f" SELECT c.id, p.kind, p.value, p.label, p.extension, p.confirmed, {bad}, {since}, TRUE,"
        f" '{SOURCE}', {as_of}, {learned}, '{{}}'"
        f" FROM {binding.stage} s JOIN {staging.POINTS} p ON p.at_line = s.at_line"
        f" JOIN {CUSTOMER} c ON c.external_id = s.external_id WHERE {WITHIN}"
        " ON CONFLICT (customer_id, kind, value) DO UPDATE SET label = excluded.label,"
        " extension = excluded.extension, confirmed = o.confirmed OR excluded.confirmed,"
        f" bad_since = {new_bad}, on_file = TRUE, as_of = excluded.as_of"
        " WHERE (o.as_of IS NULL OR o.as_of <= excluded.as_of) AND ("
        " o.label <> excluded.label OR o.extension <> excluded.extension OR NOT o.on_file"
        f" OR (excluded.confirmed AND NOT o.confirmed) OR o.bad_since {is_not} {new_bad})"
        " RETURNING customer_id",
        [
            *(today, staging.stamp(run.learned_at), today),
            *(staging.stamp(run.as_of), staging.stamp(run.learned_at), *lines),
        ],
    )
    if fresh:
        return touched_by("customers", {customer for (customer,) in written})
    marks = ", ".join(["%s"] * len(kinds))
    gone = staging.ask(
        f"UPDATE {POINT} SET on_file = FALSE, as_of = {as_of} WHERE id IN ("
        f" SELECT o.id FROM {binding.stage} s JOIN {CUSTOMER} c ON c.external_id = s.external_id"
        f" JOIN {POINT} o ON o.customer_id = c.id AND o.source = '{SOURCE}' AND o.on_file"
        f" LEFT JOIN {staging.POINTS} p ON p.at_line = s.at_line AND p.kind = o.kind"
        f" AND p.value = o.value WHERE {WITHIN} AND p.at_line IS NULL"
        f" AND CASE WHEN o.kind IN ({marks}) THEN 1 ELSE 0 END = 1"  # not by the index of kinds
        f" AND (o.as_of IS NULL OR o.as_of <= {as_of})) RETURNING customer_id",
        [staging.stamp(run.as_of), *lines, *kinds, staging.stamp(run.as_of)],
    )
    return touched_by("customers", {customer for (customer,) in (*written, *gone)})


def settle_premises(binding: Binding, lines: tuple[int, int]) -> set[int]:
    """Let the accounts of these services stand at the place of a service that still runs.

    An account that stands at one of them already stays there. Returns whom it concerns.
    """
    changed = staging.ask(
        "WITH best AS (SELECT v.account_id, v.premise_id, ROW_NUMBER() OVER ("
        " PARTITION BY v.account_id ORDER BY CASE WHEN v.ends_on IS NULL THEN 0 ELSE 1 END,"
        f" v.starts_on DESC, v.id) AS place FROM {SERVICE} v WHERE v.premise_id IS NOT NULL"
        f" AND v.account_id IN (SELECT s.account_id FROM {binding.stage} s WHERE {WITHIN}))"
        f" UPDATE {ACCOUNT} AS a SET premise_id = best.premise_id FROM best"
        " WHERE best.place = 1 AND a.id = best.account_id"
        " AND (a.premise_id IS NULL OR a.premise_id <> best.premise_id)"
        f" AND NOT EXISTS (SELECT 1 FROM {SERVICE} v WHERE v.account_id = a.id"
        " AND v.premise_id = a.premise_id AND v.ends_on IS NULL) RETURNING id",
        lines,
    )
    return touched_by("accounts", {account for (account,) in changed})


def consents(binding: Binding, lines: tuple[int, int], *, run: ImportRun) -> int:
    """Append what was allowed or refused where it differs from the latest word; return how often.

    A word without its time is taken only where nothing was said yet: the hub may know a later one.
    """
    told = {column.field for column in binding.stored}
    at = "s.at" if "at" in told else "NULL"
    wording = "s.wording" if "wording" in told else "''"
    source = "COALESCE(NULLIF(s.source, ''), 'billing system')" if "source" in told else (
        "'billing system'"
    )  # fmt: skip
    same = "c.point_id = p.id AND c.channel = s.channel AND c.purpose = s.purpose"
    latest = (
        f"SELECT c.granted FROM customers_consent c WHERE {same} ORDER BY c.at DESC, c.id DESC"
        " LIMIT 1"
    )
    later = f"SELECT 1 FROM customers_consent c WHERE {same} AND ({at} IS NULL OR c.at >= {at})"
    return staging.run(
        "INSERT INTO customers_consent (point_id, channel, purpose, granted, source, wording, at)"
        f" SELECT p.id, s.channel, s.purpose, s.status = 'granted', {source}, {wording},"
        f" COALESCE({at}, {staging.moment()}) FROM {binding.stage} s JOIN {POINT} p"
        " ON p.customer_id = s.customer_id AND p.on_file AND p.kind = CASE s.channel"
        " WHEN 'email' THEN 'email' WHEN 'post' THEN 'post' ELSE 'phone' END"
        f" WHERE {WITHIN} AND s.status <> 'unknown' AND NOT EXISTS ({later})"
        f" AND COALESCE(({latest}) <> (s.status = 'granted'), TRUE)",
        [staging.stamp(run.as_of), *lines],
    )
