"""One plain sentence about why a bill changed, in the languages that customers read.

Kept beside the rule and not in the catalogue of the screens: the sentence is for the customer,
whatever language whoever serves them has chosen.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from contact_hub.customers.rules.bill_change import DAYS, Change, Step

BEFORE, YEAR = "before", "year"  # what a bill is compared with

WORDS: dict[str, dict[str, str]] = {
    "en": {
        BEFORE: "the bill before",
        YEAR: "the same month last year",
        "more": "This bill is {amount} more than {other}: {steps}.",
        "less": "This bill is {amount} less than {other}: {steps}.",
        "same": "This bill is as much as {other}: {steps}.",
        "equal": "This bill is as much as {other}, and made up in the same way.",
        "and": " and ",
        "days+": "{n} more days",
        "day+": "one more day",
        "days-": "{n} fewer days",
        "day-": "one day fewer",
        "usage+": "more use per day",
        "usage-": "less use per day",
        "catch_up+": "use that earlier estimates had missed",
        "catch_up-": "earlier estimates that were too high",
        "rate+": "higher prices",
        "rate-": "lower prices",
        "fees+": "more fees",
        "fees-": "fewer fees",
        "credits+": "smaller credits",
        "credits-": "larger credits",
        "taxes+": "more tax",
        "taxes-": "less tax",
        "other+": "other charges",
        "other-": "other reductions",
    },
    "es": {
        BEFORE: "la factura anterior",
        YEAR: "el mismo mes del año pasado",
        "more": "Esta factura es {amount} más alta que {other}: {steps}.",
        "less": "Esta factura es {amount} más baja que {other}: {steps}.",
        "same": "Esta factura es igual que {other}: {steps}.",
        "equal": "Esta factura es igual que {other} y está compuesta del mismo modo.",
        "and": " y ",
        "days+": "{n} días más",
        "day+": "un día más",
        "days-": "{n} días menos",
        "day-": "un día menos",
        "usage+": "más consumo por día",
        "usage-": "menos consumo por día",
        "catch_up+": "consumo que faltaba en estimaciones anteriores",
        "catch_up-": "estimaciones anteriores demasiado altas",
        "rate+": "precios más altos",
        "rate-": "precios más bajos",
        "fees+": "más cargos",
        "fees-": "menos cargos",
        "credits+": "créditos menores",
        "credits-": "créditos mayores",
        "taxes+": "más impuestos",
        "taxes-": "menos impuestos",
        "other+": "otros cargos",
        "other-": "otros descuentos",
    },
}


def sentence(change: Change, *, against: str = BEFORE, language: str = "en") -> str:
    """Say it to the customer; a language that is not spoken here is answered in English.

    against  BEFORE or YEAR: which bill the change is told against
    """
    words = WORDS.get(language[:2], WORDS["en"])
    told = [f"{_cause(step, words)} ({_signed(step.amount)})" for step in _loudest_first(change)]
    if not told:
        return words["equal"].format(other=words[against])
    by = change.difference
    kind = "more" if by > 0 else "less" if by < 0 else "same"
    steps = ", ".join(told[:-1]) + (words["and"] if len(told) > 1 else "") + told[-1]
    return words[kind].format(amount=_dollars(abs(by)), other=words[against], steps=steps)


def cause(step: Step, *, language: str = "en") -> str:
    """The few words beside a bar of the waterfall."""
    return _cause(step, WORDS.get(language[:2], WORDS["en"]))


def share(part: Decimal) -> str:
    """A share as people read it: +33.3 %."""
    figure = (part * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{'−' if figure < 0 else '+'}{abs(figure)} %"


def _loudest_first(change: Change) -> list[Step]:
    return sorted(change.steps, key=lambda step: abs(step.amount), reverse=True)


def _cause(step: Step, words: dict[str, str]) -> str:
    sign = "+" if step.amount > 0 else "-"
    if step.name != DAYS or not step.units:
        return words[f"{step.name}{sign}"].format(n="")
    sign, count = "+" if step.units > 0 else "-", abs(step.units)
    return words[f"{'day' if count == 1 else 'days'}{sign}"].format(n=count)


def _signed(amount: Decimal) -> str:
    return f"{'−' if amount < 0 else '+'}{_dollars(abs(amount))}"


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.2f}"
