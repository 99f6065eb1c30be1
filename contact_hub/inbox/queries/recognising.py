"""Who a message says it is from: the identifiers in it, and whom they name exactly."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from contact_hub.customers import queries as customers
from contact_hub.customers.models import Account, Citation, Customer, Service
from contact_hub.customers.queries import parameter
from contact_hub.customers.rules.matching import Band, Candidate, Evidence, Found, Told
from contact_hub.inbox.models import Case
from contact_hub.inbox.queries.ours import own_points
from contact_hub.inbox.rules import identifiers, weighing
from contact_hub.inbox.rules.identifiers import Identifiers, Patterns

CITATION_IN_TEXT = "citation in the text"
PLATE_IN_TEXT = "licence plate in the text"
METER_IN_TEXT = "meter in the text"
FIELDS = {
    customers.EMAIL_ON_FILE: "email",
    customers.PHONE_ON_FILE: "phone",
    customers.NUMBER_IN_TEXT: "number",
    CITATION_IN_TEXT: "citation",
    PLATE_IN_TEXT: "plate",
    METER_IN_TEXT: "meter",
}
SHOWN = 3  # candidates; one more is kept beside them, for comparison

Row = dict[str, Any]
BARE: Row = {"account": None, "number": "", "probability": 0.0, "bits": 0.0, "fields": []}


def read(text: str) -> Identifiers:
    """Find what identifies somebody in a text without its history; one statement at most."""
    return identifiers.find(text, patterns=_patterns(), exist=_on_file, own=own_points())


def is_ours(address: str) -> bool:
    """Whether an address is one of our own."""
    return address.lower() in own_points()


def at_first_sight(sender: str, found: Identifiers) -> list[Row]:
    """The rows of those whom an address or an identifier names exactly, the likeliest first.

    A statement for points, one for numbers, and one each for citations, plates and meters, if
    there are any. A sender of our own names nobody.
    """
    named = {
        one.customer: one
        for one in customers.match(
            emails=[sender] if sender and not is_ours(sender) else [],
            phones=[phone.number for phone in found.phones],
            numbers=found.accounts,
        )
    }
    for customer, name, account, number, reason in _by_marks(found):
        known = named.setdefault(customer, customers.Candidate(customer, name))
        known.account, known.number = known.account or account, known.number or number
        known.reasons.append(reason)
    fields = {
        one.customer: [_evidence(reason, one, sender) for reason in one.reasons]
        for one in named.values()
    }
    bits = {pk: sum(one.bits for one in some) for pk, some in fields.items()}
    sure = dict(zip(bits, _probabilities(list(bits.values())), strict=True))
    candidates = [
        _row(
            Candidate(
                one.customer,
                one.name,
                one.account,
                one.number,
                sure[one.customer],
                bits[one.customer],
                tuple(fields[one.customer]),
            ),
            reasons=one.reasons,
        )
        for one in named.values()
    ]
    return sorted(candidates, key=lambda row: -row["probability"])


def language_of(case: Case) -> str:
    """How to write to whom a case is about, or most likely is; "" where nobody can tell."""
    if case.customer is not None:
        return case.customer.language
    best = case.match[0] if case.match and isinstance(case.match[0], dict) else {}
    if band(best.get("probability", 0.0)) != "suggested":
        return ""
    return (
        Customer.objects.filter(pk=best["customer"]).values_list("language", flat=True).first()
        or ""
    )


def told_by(name: str, sender: str, found: Identifiers) -> Told:
    """What a message tells of who wrote it, for a look at everybody on file.

    Our own address and the name beside it tell nothing: a colleague handed something on.
    """
    if is_ours(sender):
        name = sender = ""
    homes = [one for one in found.addresses if not one.is_mailing]
    return Told(
        names=(name,) if name else (),
        emails=(sender,) if sender else (),
        phones=tuple(phone.number for phone in found.phones),
        streets=tuple(f"{home.number} {home.street}" for home in homes),
        zips=tuple(home.zip_code for home in homes if home.zip_code),
        units=tuple(home.unit for home in homes if home.unit),
        meters=found.meters,
        plates=found.plates,
    )


def rows_of(found: Found, *, without: Collection[int] = ()) -> list[Row]:
    """The rows of a look at everybody, best first; the best one left out comes last, marked so."""
    rows = [_row(one) for one in found.candidates[:SHOWN] if one.customer not in without]
    known = {row["customer"] for row in rows} | set(without)
    others = [*([found.rejected] if found.rejected else []), *found.candidates[SHOWN:]]
    beside = next((one for one in others if one.customer not in known), None)
    if beside is not None:
        rows.append(_row(beside) | {"beside": True})
    if rows and found.ask:
        rows[0]["ask"] = found.ask
    return rows


def band(probability: float) -> Band:
    """In which way somebody so likely is spoken of here."""
    return weighing.band(
        probability,
        suggest=float(parameter("matching.suggest")),
        possible=float(parameter("matching.possible")),
    )


def found_in(rows: Iterable[Row]) -> Row:
    """Rows as the look-up they came of, which is what a decision about one of them labels."""
    some = [BARE | row for row in rows]
    likely = [row for row in some if not row.get("beside")]
    best = max((row["probability"] for row in likely), default=0.0)
    return {
        "version": Found.VERSION,
        "candidates": some,
        "rejected": next((row for row in some if row.get("beside")), None),
        "band": band(best),
        "ask": likely[0].get("ask", "") if likely else "",
    }


def _probabilities(bits: list[float]) -> list[float]:
    known_share = float(parameter("matching.known_share"))
    return weighing.probabilities(bits, known_share=known_share)


def _patterns() -> Patterns:
    return Patterns(
        account=parameter("accounts.pattern"),
        check_digit=parameter("accounts.check_digit"),
        citation=parameter("citations.pattern"),
        plate=parameter("plates.pattern"),
        meter=parameter("meters.pattern"),
        region=parameter("phones.region"),
        area=parameter("phones.area"),
    )


def _on_file(numbers: list[str]) -> Collection[str]:
    return set(Account.objects.filter(number__in=numbers).values_list("number", flat=True))


def _by_marks(found: Identifiers) -> list[tuple[int, str, int | None, str, str]]:
    """Whose a citation, a plate or a meter is: customer, name, account, number, reason."""
    rows: dict[tuple[int, str, int | None, str, str], None] = {}
    columns = ("customer", "customer__name", "account", "account__number")
    cited = Citation.objects.exclude(customer=None)
    looks: list[tuple[Iterable[tuple[Any, ...]], str]] = []
    if found.citations:
        of_number = cited.filter(number__in=found.citations)
        looks.append((of_number.values_list(*columns), CITATION_IN_TEXT))
    if found.plates:
        of_plate = cited.filter(plate__in=found.plates)
        looks.append((of_plate.values_list(*columns), PLATE_IN_TEXT))
    if found.meters:
        metered = Service.objects.filter(meter__in=found.meters)
        of_meter = metered.values_list(
            "account__customer", "account__customer__name", "account", "account__number"
        )
        looks.append((of_meter, METER_IN_TEXT))
    for look, reason in looks:
        for customer, name, account, number in look:
            rows.setdefault((customer, name, account, number or "", reason))
    return list(rows)


def _evidence(reason: str, one: customers.Candidate, sender: str) -> Evidence:
    field = FIELDS[reason]
    told = {"email": sender, "number": one.number}.get(field, "")
    return Evidence(field, told, told, "exact", weighing.BITS[field])


def _row(one: Candidate, *, reasons: Iterable[str] = ()) -> Row:
    row = asdict(one)  # lists as JSON has them, so that what was kept compares
    return row | {"fields": list(row["fields"]), "reasons": list(reasons)}
