"""Where an extract contradicts itself: looked for in what was put by, told, and left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contact_hub.customers.actions.importing import staging
from contact_hub.customers.actions.importing.binding import Binding
from contact_hub.customers.models import Finding, ImportFile

EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Check:
    """Something that should not be.

    needs     columns of the table that the file must fill
    rows      a statement giving the key of each row that is wrong and what it says; {stage}
    written   whether the other files of the extract must have been written before
    """

    name: str
    file: str
    severity: str
    words: str
    needs: tuple[str, ...]
    rows: str
    written: bool = True


CHECKS = (
    Check(
        "past_due_above_balance", "accounts", "warning",
        "More is past due than is owed in all.", ("balance", "past_due"),
        "SELECT s.number AS key, s.past_due AS told FROM {stage} s"
        " WHERE s.past_due > s.balance AND s.past_due > 0",
        written=False,
    ),
    Check(
        "closed_without_end", "accounts", "info",
        "The account is active and has a day on which it was closed.", ("status", "closed_on"),
        "SELECT s.number AS key, s.closed_on AS told FROM {stage} s"
        " WHERE s.status = 'active' AND s.closed_on IS NOT NULL",
        written=False,
    ),
    Check(
        "meter_of_two_accounts", "services", "error",
        "The same meter runs for two accounts.", ("meter", "account_id", "ends_on"),
        "SELECT s.meter AS key, s.external_id AS told FROM {stage} s JOIN customers_service o"
        " ON o.meter = s.meter AND o.account_id <> s.account_id AND o.kind = s.kind"
        " WHERE s.meter <> '' AND s.ends_on IS NULL AND o.ends_on IS NULL",
    ),
    Check(
        "premise_of_two_accounts", "services", "warning",
        "The same service runs at one place for two accounts, and the place has one meter each.",
        ("premise_id", "account_id", "kind", "ends_on"),
        "SELECT s.external_id AS key, o.external_id AS told FROM {stage} s"
        " JOIN customers_service o ON o.premise_id = s.premise_id AND o.kind = s.kind"
        " AND o.account_id <> s.account_id JOIN customers_premise p ON p.id = s.premise_id"
        " WHERE s.ends_on IS NULL AND o.ends_on IS NULL AND p.master_metered = FALSE",
    ),
    Check(
        "closed_account_is_served", "services", "warning",
        "A service runs for an account that is closed.", ("account_id", "ends_on"),
        "SELECT s.external_id AS key, a.number AS told FROM {stage} s"
        " JOIN customers_account a ON a.id = s.account_id"
        " WHERE s.ends_on IS NULL AND a.status IN ('closed', 'written_off')",
    ),
    Check(
        "bill_period", "bills", "warning",
        "The bill's period ends before it begins.", ("period_from", "period_to"),
        "SELECT s.external_id AS key, s.period_to AS told FROM {stage} s"
        " WHERE s.period_to < s.period_from",
        written=False,
    ),
    Check(
        "past_due_without_bill", "bills", "warning",
        "Something is past due, and no bill of the account was due yet.", ("account_id", "due_on"),
        "SELECT a.number AS key, a.past_due AS told FROM customers_account a"
        " WHERE a.past_due > 0 AND a.on_file"
        " AND a.id IN (SELECT s.account_id FROM {stage} s)"
        " AND NOT EXISTS (SELECT 1 FROM customers_bill b WHERE b.account_id = a.id"
        " AND b.due_on < {today})",
    ),
    Check(
        "bill_lines_sum", "bill_lines", "error",
        "The lines do not add up to the bill's charges, with or without adjustments and taxes.",
        ("bill_id", "amount"),
        "SELECT b.external_id AS key, d.amount AS told FROM"
        " (SELECT s.bill_id AS bill, ROUND(SUM(s.amount), 2) AS amount FROM {stage} s"
        " GROUP BY s.bill_id) d JOIN customers_bill b ON b.id = d.bill"
        " WHERE d.amount NOT IN (ROUND(b.current, 2), ROUND(b.current + b.adjustments, 2),"
        " ROUND(b.current + b.adjustments + b.taxes, 2))",
    ),
    Check(
        "reading_without_service", "meters_reads", "info",
        "No service has this meter.", ("meter",),
        "SELECT d.meter AS key, d.meter AS told FROM (SELECT DISTINCT s.meter FROM {stage} s) d"
        " WHERE NOT EXISTS (SELECT 1 FROM customers_service v WHERE v.meter = d.meter)",
    ),
    Check(
        "flag_of_another_customer", "flags", "error",
        "The flag names a customer and an account of somebody else.",
        ("customer_id", "account_id"),
        "SELECT s.external_id AS key, a.number AS told FROM {stage} s"
        " JOIN customers_account a ON a.id = s.account_id WHERE a.customer_id <> s.customer_id"
        " AND NOT EXISTS (SELECT 1 FROM customers_role r WHERE r.account_id = a.id"
        " AND r.customer_id = s.customer_id)",
    ),
    Check(
        "role_of_the_holder", "roles", "warning",
        "Somebody is named as co-holder or guarantor of an account that is their own.",
        ("customer_id", "account_id", "kind"),
        "SELECT a.number AS key, s.kind AS told FROM {stage} s"
        " JOIN customers_account a ON a.id = s.account_id WHERE a.customer_id = s.customer_id"
        " AND s.kind IN ('co_holder', 'guarantor')",
    ),
    Check(
        "dispute_of_another_bill", "disputes", "error",
        "The bill that is contested belongs to another account.", ("account_id", "bill_id"),
        "SELECT s.external_id AS key, b.external_id AS told FROM {stage} s"
        " JOIN customers_bill b ON b.id = s.bill_id WHERE b.account_id <> s.account_id",
    ),
    Check(
        "deposit_of_another_account", "hydrant_rentals", "error",
        "The deposit belongs to another account.", ("account_id", "deposit_id"),
        "SELECT s.external_id AS key, d.external_id AS told FROM {stage} s"
        " JOIN customers_deposit d ON d.id = s.deposit_id WHERE d.account_id <> s.account_id",
    ),
)  # fmt: skip


def look(binding: Binding, file: ImportFile) -> None:
    """Tell of every contradiction that this file's rows are part of; twice tells it once."""
    run = file.run
    for check in CHECKS:
        if check.file != file.name or not set(check.needs) <= set(binding.fields):
            continue
        if run.preview and check.written:
            continue
        today = f"'{run.as_of:%Y-%m-%d}'"
        rows = check.rows.format(stage=f"(SELECT * FROM {binding.stage}{_alive(binding)})",
                                 today=today)  # fmt: skip
        count = int(staging.one(f"SELECT COUNT(*) FROM ({rows}) f"))
        if count:
            some = staging.ask(f"SELECT key, told FROM ({rows}) f ORDER BY key LIMIT {EXAMPLES}")
            examples = [{"key": str(key), "told": str(told)} for key, told in some]
            tell(file, check.name, check.severity, check.words, count=count, examples=examples)


def add_doubts(file: ImportFile, doubts: Mapping[str, int]) -> None:
    """Tell of columns that could not be read in rows that were taken all the same."""
    words = "This cannot be read; it is kept as it came, and nothing is made of it."
    for name, count in sorted(doubts.items()):
        check = f"unreadable_{name}"
        earlier = file.run.findings.filter(file=file.name, check_name=check).first()
        known = earlier.count if earlier else 0
        tell(file, check, "warning", f"{name}: {words}", count=known + count)


def add_kept(binding: Binding, file: ImportFile, pks: Sequence[int]) -> None:
    """Tell of rows that tombstones name and that others still need."""
    words = "The extract says that this is gone, and something that is left still needs it."
    key = binding.file.conflict[0]
    keys = binding.model._default_manager.filter(pk__in=pks[:EXAMPLES]).values_list(key, flat=True)
    earlier = file.run.findings.filter(file=file.name, check_name="needed_still").first()
    told = [{"key": str(one), "told": "D"} for one in sorted(keys)]
    tell(
        file, "needed_still", "warning", words,
        count=(earlier.count if earlier else 0) + len(pks),
        examples=[*(earlier.examples if earlier else []), *told][:EXAMPLES],
    )  # fmt: skip


def tell_unknown(file: ImportFile, binding: Binding) -> None:
    """Tell of columns that the layout does not know."""
    known = set(binding.file.by_name)
    strange = [name for name in binding.extra if name not in known]
    if strange:
        kept = "kept with each row" if binding.is_sourced else "not kept: its rows have no place"
        words = f"Columns the layout does not have ({kept}): {', '.join(strange)}"
        tell(file, "unknown_columns", "info", words[:300], count=len(strange))


def tell(
    file: ImportFile,
    name: str,
    severity: str,
    words: str,
    *,
    count: int = 1,
    examples: list[dict[str, str]] | None = None,
) -> None:
    """Write one finding down."""
    Finding.objects.update_or_create(
        run=file.run,
        file=file.name,
        check_name=name,
        defaults={
            "severity": severity,
            "words": words,
            "count": count,
            "examples": examples or [],
        },
    )


def _alive(binding: Binding) -> str:
    return " WHERE op <> 'D'" if binding.has_op else ""
