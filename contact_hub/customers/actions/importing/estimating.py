"""What an import would change, counted in what was put by and not written."""

from __future__ import annotations

from contact_hub.customers.actions.importing import staging
from contact_hub.customers.actions.importing.binding import Binding
from contact_hub.customers.actions.importing.keeping import Keeper
from contact_hub.customers.actions.importing.staging import one
from contact_hub.customers.actions.importing.writing import alive, count_changed, count_matched
from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.customers.rules.layout import SOURCE


def estimate(binding: Binding, file: ImportFile, *, keeper: Keeper) -> None:
    """Count what would be new, changed, unchanged and gone."""
    staging.index_keys(binding)
    everything = (0, file.staged)
    rows = int(one(f"SELECT COUNT(*) FROM {binding.stage} s WHERE {alive(binding)}", everything))
    if file.name == "contact_consents":
        keeper.mark(file, same=rows)
        return
    matched = count_matched(binding, everything)
    changed = count_changed(binding, everything, run=keeper.run)
    keeper.mark(
        file,
        new=rows - matched,
        changed=changed,
        same=matched - changed,
        gone=_gone(binding, file, keeper.run),
    )


def _gone(binding: Binding, file: ImportFile, run: ImportRun) -> int:
    """How many rows tombstones name, or a full file leaves out."""
    same = " AND ".join(f"t.{name} = s.{name}" for name in map(staging.quoted, binding.keys))
    if binding.has_op and run.kind == ImportRun.Kind.DELTA:
        return int(
            one(
                f"SELECT COUNT(*) FROM {binding.stage} s JOIN {binding.table} t ON {same}"
                " WHERE s.op = 'D'"
            )
        )
    if not binding.file.marks or run.kind != ImportRun.Kind.FULL:
        return 0
    (key,) = binding.keys
    return int(
        one(
            f"SELECT COUNT(*) FROM {binding.table} t WHERE t.source = '{SOURCE}' AND t.on_file"
            f" AND NOT EXISTS (SELECT 1 FROM {binding.stage} s WHERE s.{key} = t.{key})"
            " AND NOT EXISTS (SELECT 1 FROM customers_importreject r"
            f" WHERE r.file_id = %s AND r.key = t.{key})",
            [file.pk],
        )
    )
