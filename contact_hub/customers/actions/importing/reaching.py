"""The ways to reach a customer that a row of customers names: email, phones, postal address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contact_hub.customers.actions.importing.binding import Binding
from contact_hub.customers.rules.values import Misfit

Reached = tuple[int, str, str, str, str, str, str | None]
# line, kind, value, label, extension, confirmed "1" or "0", returned "1", "0" or None for not told
ADDRESS = ("mail_line1", "mail_line2", "mail_city", "mail_state", "mail_zip")
LONGEST = 254
KINDS = {"email": ("email",), "phone": ("phone1", "phone2"), "post": ("mail_line1",)}


def kinds_of(binding: Binding) -> list[str]:
    """The kinds of points that the header has columns for."""
    return [kind for kind, names in KINDS.items() if set(names) & set(binding.header)]


def reached(
    binding: Binding, lines: Sequence[int], by_name: Mapping[str, Sequence[str]]
) -> tuple[list[Reached], dict[int, dict[str, str]]]:
    """The points of some rows, and by place of the row what of them cannot be read.

    A telephone number that is none does not keep a customer out: it is told, kept as it came, and
    nothing is made of it.
    """
    points: dict[tuple[int, str, str], Reached] = {}
    doubts: dict[int, dict[str, str]] = {}
    for name in ("email", "phone1", "phone2"):
        if name not in by_name:
            continue
        kind = "email" if name == "email" else "phone"
        labels = _told(binding, by_name, "phone1_type") if name == "phone1" else None
        confirmed = _told(binding, by_name, "email_verified") if name == "email" else None
        converter = binding.converters[name]
        for place, text in enumerate(by_name[name]):
            if not text or text.isspace():
                continue
            try:
                value = converter[text]
            except Misfit:
                doubts.setdefault(place, {})[name] = text.strip()
                continue
            if value is None:
                continue
            number, _, extension = value.partition(";")
            point: Reached = (
                *(lines[place], kind, number, (labels[place] if labels else "") or ""),
                *(extension, (confirmed[place] if confirmed else "0") or "0", None),
            )
            points.setdefault(point[:3], point)
    for address in _addresses(binding, lines, by_name):
        points.setdefault(address[:3], address)
    return list(points.values()), doubts


def _addresses(
    binding: Binding, lines: Sequence[int], by_name: Mapping[str, Sequence[str]]
) -> list[Reached]:
    if "mail_line1" not in by_name:
        return []
    empty = [""] * len(lines)
    parts = zip(*[by_name.get(name, empty) for name in ADDRESS], strict=True)
    returned = _told(binding, by_name, "mail_returned")
    found: list[Reached] = []
    for place, (one, two, city, state, code) in enumerate(parts):
        if not one.strip():
            continue
        town = f"{city.strip()} {state.strip()} {code.strip()}".strip()
        value = ", ".join(filter(None, [one.strip(), two.strip(), town]))[:LONGEST]
        told = returned[place] if returned else None
        found.append((lines[place], "post", value, "", "", "0", told))
    return found


def _told(
    binding: Binding, by_name: Mapping[str, Sequence[str]], name: str
) -> list[str | None] | None:
    """The values of another column; None where the file has it not."""
    if name not in by_name:
        return None
    converter = binding.converters[name]
    try:
        return [converter[text] for text in by_name[name]]
    except Misfit as misfit:
        misfit.column = name
        raise
