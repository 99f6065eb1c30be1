"""Where an extract contradicts itself: looked for in what was put by, told, and left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contact_hub.customers.actions.importing import staging
from contact_hub.customers.actions.importing.binding import Binding
from contact_hub.customers.models import Finding, ImportFile
from contact_hub.lib.told import Told

EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Check:
    """Something that should not be; its name is that of what is said of it.

    needs     columns of the table that the file must fill
    rows      a statement giving the key of each row that is wrong and what it says; {stage}
    written   whether the other files of the extract must have been written before
    """

    name: str
    file: str
    severity: str
    needs: tuple[str, ...]
    rows: str
    written: bool = True


CHECKS = (
    Check(
        "past_due_above_balance", "accounts", "warning",
        ("balance", "past_due"),
        "SELECT s.number AS key, s.past_due AS told FROM {stage} s"
        " WHERE s.past_due > s.balance AND s.past_due > 0",
        written=False,
    ),
    Check(
        "closed_without_end", "accounts", "info",
        ("status", "closed_on"),
        "SELECT s.number AS key, s.closed_on AS told FROM {stage} s"
        " WHERE s.status = 'active' AND s.closed_on IS NOT NULL",
        written=False,
    ),
    Check(
        "meter_of_two_accounts", "services", "error",
        ("meter", "account_id", "ends_on"),
        "SELECT s.meter AS key, s.external_id AS told FROM {stage} s JOIN customers_service o"
        " ON o.meter = s.meter AND o.account_id <> s.account_id AND o.kind = s.kind"
        " WHERE s.meter <> '' AND s.ends_on IS NULL AND o.ends_on IS NULL",
    ),
    Check(
        "premise_of_two_accounts", "services", "warning",
        ("premise_id", "account_id", "kind", "ends_on"),
        "SELECT s.external_id AS key, o.external_id AS told FROM {stage} s"
        " JOIN customers_service o ON o.premise_id = s.premise_id AND o.kind = s.kind"
        " AND o.account_id <> s.account_id JOIN customers_premise p ON p.id = s.premise_id"
        " WHERE s.ends_on IS NULL AND o.ends_on IS NULL AND p.master_metered = FALSE",
    ),
    Check(
        "closed_account_is_served", "services", "warning",
        ("account_id", "ends_on"),
        "SELECT s.external_id AS key, a.number AS told FROM {stage} s"
        " JOIN customers_account a ON a.id = s.account_id"
        " WHERE s.ends_on IS NULL AND a.status IN ('closed', 'written_off')",
    ),
    Check(
        "bill_period", "bills", "warning",
        ("period_from", "period_to"),
        "SELECT s.external_id AS key, s.period_to AS told FROM {stage} s"
        " WHERE s.period_to < s.period_from",
        written=False,
    ),
    Check(
        "past_due_without_bill", "bills", "warning",
        ("account_id", "due_on"),
        "SELECT a.number AS key, a.past_due AS told FROM customers_account a"
        " WHERE a.past_due > 0 AND a.on_file"
        " AND a.id IN (SELECT s.account_id FROM {stage} s)"
        " AND NOT EXISTS (SELECT 1 FROM customers_bill b WHERE b.account_id = a.id"
        " AND b.due_on < {today})",
    ),
    Check(
        "bill_lines_sum", "bill_lines", "error",
        ("bill_id", "amount"),
        "SELECT b.external_id AS key, d.amount AS told FROM"
        " (SELECT s.bill_id AS bill, ROUND(SUM(s.amount), 2) AS amount FROM {stage} s"
        " GROUP BY s.bill_id) d JOIN customers_bill b ON b.id = d.bill"
        " WHERE d.amount NOT IN (ROUND(b.current, 2), ROUND(b.current + b.adjustments, 2),"
        " ROUND(b.current + b.adjustments + b.taxes, 2))",
    ),
    Check(
        "reading_without_service", "meters_reads", "info",
        ("meter",),
        "SELECT d.meter AS key, d.meter AS told FROM (SELECT DISTINCT s.meter FROM {stage} s) d"
        " WHERE NOT EXISTS (SELECT 1 FROM customers_service v WHERE v.meter = d.meter)",
    ),
    Check(
        "flag_of_another_customer", "flags", "error",
        ("customer_id", "account_id"),
        "SELECT s.external_id AS key, a.number AS told FROM {stage} s"
        " JOIN customers_account a ON a.id = s.account_id WHERE a.customer_id <> s.customer_id"
        " AND NOT EXISTS (SELECT 1 FROM customers_role r WHERE r.account_id = a.id"
        " AND r.customer_id = s.customer_id)",
    ),
    Check(
        "role_of_the_holder", "roles", "warning",
        ("customer_id", "account_id", "kind"),
        "SELECT a.number AS key, s.kind AS told FROM {stage} s"
        " JOIN customers_account a ON a.id = s.account_id WHERE a.customer_id = s.customer_id"
        " AND s.kind IN ('co_holder', 'guarantor')",
    ),
    Check(
        "dispute_of_another_bill", "disputes", "error",
        ("account_id", "bill_id"),
        "SELECT s.external_id AS key, b.external_id AS told FROM {stage} s"
        " JOIN customers_bill b ON b.id = s.bill_id WHERE b.account_id <> s.account_id",
    ),
    Check(
        "deposit_of_another_account", "hydrant_rentals", "error",
        ("account_id", "deposit_id"),
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
            tell(file, check.name, check.severity, count=count, examples=examples)


def add_doubts(file: ImportFile, doubts: Mapping[str, int]) -> None:
    """Tell of columns that could not be read in rows that were taken all the same."""
    for name, count in sorted(doubts.items()):
        check = f"unreadable_{name}"
        known = _earlier(file, check).count
        unreadable = Told("unreadable", column=name)
        tell(file, check, "warning", unreadable, count=known + count)


def add_kept(binding: Binding, file: ImportFile, pks: Sequence[int]) -> None:
    """Tell of rows that tombstones name and that others still need."""
    named = binding.model._default_manager.filter(pk__in=pks[:EXAMPLES])
    keys = sorted(named.values_list(binding.file.conflict[0], flat=True))
    earlier = _earlier(file, "needed_still")
    examples = [*earlier.examples, *({"key": str(key), "told": "D"} for key in keys)][:EXAMPLES]
    count = earlier.count + len(pks)
    tell(file, "needed_still", "warning", count=count, examples=examples)


def tell_unknown(file: ImportFile, binding: Binding) -> None:
    """Tell of columns that the layout does not know."""
    known = set(binding.file.by_name)
    strange = [name for name in binding.extra if name not in known]
    if strange:
        said = "columns_kept" if binding.is_sourced else "columns_left"
        unknown = Told(said, names=", ".join(strange))
        tell(file, "unknown_columns", "info", unknown, count=len(strange))


def tell(
    file: ImportFile,
    name: str,
    severity: str,
    what: Told | None = None,
    *,
    count: int = 1,
    examples: list[dict[str, str]] | None = None,
) -> None:
    """Write one finding down; it says `what`, or what the check of that name says."""
    Finding.objects.update_or_create(
        run=file.run,
        file=file.name,
        check_name=name,
        defaults={
            "severity": severity,
            "what": what.said if what else name,
            "told": what.particulars if what else {},
            "count": count,
            "examples": examples or [],
        },
    )


def _earlier(file: ImportFile, check: str) -> Finding:
    """What was found before in the same file."""
    found = file.run.findings.filter(file=file.name, check_name=check).first()
    return found or Finding(count=0)


def _alive(binding: Binding) -> str:
    return " WHERE op <> 'D'" if binding.has_op else ""
