"""How a file of the billing system's extract is described: its columns, key and references."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = frozenset(
    {
        "text", "account", "email", "phone", "language", "code", "flag", "whole", "number", "day",
        "moment", "ref", "keyed",
    }
)  # fmt: skip
EXTRA = "-"  # the hub has no place of its own for it


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it goes in the hub, and what may stand in it.

    field   of the model; "-": kept in `extra`; "(points)": made into something else
    kind    one of KINDS
    of      of a code: the name of its vocabulary; of a ref: the file it names a row of;
            of a keyed: what the hash is about
    needed  a row without it is refused
    """

    name: str
    field: str
    kind: str = "text"
    of: str = ""
    needed: bool = False

    @property
    def is_extra(self) -> bool:
        return self.field == EXTRA

    @property
    def is_stored(self) -> bool:
        """Whether it goes as it is into a field of the model."""
        return self.field != EXTRA and not self.field.startswith("(")


@dataclass(frozen=True, slots=True)
class File:
    """One file of an extract.

    model    the hub's table
    key      the columns that name a row
    natural  the fields of the model that do, where they are not the fields of `key`
    total    the column whose sum the manifest tells
    marks    a full file that leaves a row out marks it as no longer in the billing system
    """

    name: str
    model: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    natural: tuple[str, ...] = ()
    total: str = ""
    marks: bool = False
    by_name: dict[str, Column] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_name.update({column.name: column for column in self.columns})

    @property
    def conflict(self) -> tuple[str, ...]:
        """The fields of the model that tell one row from another."""
        return self.natural or tuple(self.by_name[name].field for name in self.key)

    @property
    def refers_to(self) -> frozenset[str]:
        return frozenset(column.of for column in self.columns if column.kind == "ref")


def file(
    name: str,
    model: str,
    *,
    key: str,
    columns: str,
    natural: str = "",
    total: str = "",
    marks: bool = False,
) -> File:
    """Describe a file by a table of text: `column  field  kind[:of][!]` a line, "!" for needed.

    The columns of the key are needed, too, unless `natural` says that the row has another name.
    """
    keys = tuple(key.split())
    rows = [_column(line, needed=() if natural else keys) for line in columns.strip().splitlines()]
    return File(
        name, model, keys, tuple(rows), natural=tuple(natural.split()), total=total, marks=marks
    )


def _column(line: str, *, needed: tuple[str, ...]) -> Column:
    name, place, told = line.split()
    kind, _, of = told.rstrip("!").partition(":")
    if kind not in KINDS:
        raise ValueError(f"{line}: there is no such kind of column")
    return Column(name, place, kind, of, needed=told.endswith("!") or name in needed)
