"""What binds and protects customers: consents, who may speak for them, flags, deposits.

The dice are an account's own; what is drawn does not depend on how far the extract goes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from contact_hub.sample.rules.ledgers import Ledger
from contact_hub.sample.rules.names import person
from contact_hub.sample.rules.numbers import phone
from contact_hub.sample.rules.paying import Payer
from contact_hub.sample.rules.residents import SETTLED, Holding, Party
from contact_hub.sample.rules.sheets import Sheets, day_text, money_text

MARKS = (  # a flag on an account or its customer: code, odds, on what, note, who sees it
    ("safety", 0.003, "premise", "Dog runs free", "all"),
    ("fraud", 0.0008, "customer", "Identity alert of the owner", "all"),
    ("investigation", 0.0008, "account", "Seal broken", "leads"),
    ("confidential", 0.0008, "customer", "Address confidentiality program", "leads"),
    ("third_party", 0.006, "account", "Daughter gets copies of notices", "all"),
    ("do_not_contact", 0.005, "customer", "No calls", "all"),
    ("attorney", 0.001, "customer", "Write to the attorney", "all"),
    ("pledge", 0.003, "account", "Agency pledged", "all"),
    ("no_offers", 0.01, "customer", "", "all"),
    ("access", 0.008, "premise", "Key in lock box", "all"),
)
YEAR = 365
RELATIONS = ("daughter", "son", "spouse", "bookkeeper", "caregiver", "attorney")
SCOPES = ("balance", "service", "everything")


def write_party(sheets: Sheets, party: Party, *, dice: random.Random, day: int) -> None:
    """Write what somebody consented to, who may speak for them, and what warns of them."""
    promoted, texted, speaks = dice.random() < 0.38, dice.random() < 0.5, dice.random() < 0.05
    asked = day_text(max(party.since, day - 200 - int(party.id[1:]) % 900))
    if party.email:
        reached = "granted" if party.reachable else "revoked"
        wanted = promoted if party.promotions is None else party.promotions
        _consent(sheets, party, "email", "service", reached, asked)
        _consent(sheets, party, "email", "promotion", "granted" if wanted else "revoked", asked)
    if party.phone and party.phone_type == "M":
        _consent(sheets, party, "sms", "service", "granted" if texted else "unknown", asked)
    if speaks or not party.name:
        _speaker(sheets, party, dice, day)
    _warn(sheets, party, day)


def _warn(sheets: Sheets, party: Party, day: int) -> None:
    begins = {
        "employee": party.since if party.more.get("employee_flag") == "Y" else None,
        "deceased": party.died,
        "returned_mail": party.lost,
        "do_not_contact": None if party.reachable else day - 200,
    }
    for code, begun in begins.items():
        if begun is not None:
            write_flag(sheets, code, customer=party.id, begins=begun)


def _consent(
    sheets: Sheets, party: Party, channel: str, purpose: str, status: str, asked: str
) -> None:
    sheets.add(
        "contact_consents",
        customer_id=party.id,
        channel=channel,
        purpose=purpose,
        status=status,
        wording_version="2024-1",
        captured_at=f"{asked}T12:00:00-08:00",
        source="application",
    )


def _speaker(sheets: Sheets, party: Party, dice: random.Random, day: int) -> None:
    name = person(dice, last=party.name.last if party.name and dice.random() < 0.6 else "")
    ended = dice.random() < 0.15
    sheets.add(
        "authorized_parties",
        customer_id=party.id,
        party_id="1",
        name=name.full,
        relation=dice.choice(RELATIONS) if party.name else "office manager",
        scope=dice.choice(SCOPES),
        phone=phone(2_450_000 + int(party.id[1:]) % 500_000),
        start=day_text(max(party.since, day - 1400)),
        end=day_text(day - dice.randint(1, 300) if ended else day + 365),
        document_ref=f"AUTH-{party.id[1:]}",
    )


def write_flags(
    sheets: Sheets, holding: Holding, ledger: Ledger, payer: Payer, *, dice: random.Random, day: int
) -> None:
    """Write the flags of an account: those that follow from it, and a few that just are."""
    for code, begins, ends in _following(holding, payer, day):
        write_flag(sheets, code, account=ledger.number, begins=begins, ends=ends)
    if holding.category == "GOV":
        write_flag(sheets, "critical", premise=holding.premise.id, begins=holding.opened)
    of = {
        "customer": holding.party.id,
        "account": ledger.number,
        "premise": holding.premise.id,
    }
    for code, odds, what, note, visibility in MARKS:
        if dice.random() < odds:
            begins = day - dice.randint(5, 600)
            ends = begins + YEAR if dice.random() < 0.4 else None
            write_flag(
                sheets, code, begins=begins, ends=ends, note=note, visibility=visibility,
                **{what: of[what]},
            )  # fmt: skip


def _following(holding: Holding, payer: Payer, day: int) -> Iterator[tuple[str, int, int | None]]:
    """What an account's own story marks it with: code, from, until."""
    if holding.medical:
        yield "medical", max(holding.opened, day - 500), None
    if holding.line == "C" and holding.party.more.get("cpni_password_set") == "Y":
        yield "cpni", holding.opened, None
    for plan in payer.plans:
        if plan.running:
            yield "arrangement", plan.made, None
    if payer.cut is not None:
        yield "shut_off", payer.cut - 3, payer.cut
    if len(payer.returned) > 1 and payer.returned[-1] > day - YEAR:
        yield "cash_only", payer.returned[-1], payer.returned[-1] + YEAR


def write_flag(
    sheets: Sheets,
    code: str,
    *,
    begins: int,
    ends: int | None = None,
    note: str = "",
    visibility: str = "all",
    customer: str = "",
    account: str = "",
    premise: str = "",
) -> None:
    sheets.add(
        "flags",
        customer_id=customer,
        account_id=account,
        premise_id=premise,
        flag_code=code,
        start=day_text(begins),
        end=day_text(ends),
        source="billing system",
        note=note,
        visibility=visibility,
    )


def write_bankruptcy(sheets: Sheets, holding: Holding, *, dice: random.Random, day: int) -> None:
    """Few, and mostly of those who pay hard."""
    odds = 0.02 if holding.payer == "hard" else 0.0012
    if dice.random() >= odds or not holding.party.name:
        return
    filed = day - dice.randint(20, 900)
    done = day - filed > 160
    write_flag(
        sheets, "bankruptcy", customer=holding.party.id, begins=filed,
        ends=filed + 150 if done else None,
    )  # fmt: skip
    sheets.add(
        "bankruptcies",
        case_no=f"{filed % 89 + 10}-{holding.running:05d}",
        court="Bankruptcy Court, District of Alder Creek",
        customer_id=holding.party.id,
        chapter="7" if dice.random() < 0.7 else "13",
        petition_date=day_text(filed),
        order_relief_date=day_text(filed),
        poc_filed_on=day_text(filed + 40) if day > filed + 40 else "",
        poc_amount=money_text(dice.randint(9_000, 90_000)),
        assurance_due=day_text(filed + 20),
        assurance_received="Y",
        discharge_date=day_text(filed + 150) if done else "",
        trustee=person(dice).full,
    )


def write_deposit(sheets: Sheets, holding: Holding, *, until: int, day: int) -> None:
    """The security that some paid when they moved in."""
    if not holding.deposit:
        return
    applied = holding.deposit_back is None and holding.has_gone(SETTLED, by=until)
    back = holding.deposit_back
    refunded = back if back is not None and back <= until else None
    months = (min(refunded or day, holding.closed or day) - holding.opened) // 30
    sheets.add(
        "deposits",
        deposit_id=f"D{holding.running:09d}",
        account_id=holding.number,
        type="security",
        amount=money_text(holding.deposit),
        paid_on=day_text(holding.opened),
        interest_method="simple",
        interest_paid_to=day_text(holding.opened + months * 30),
        interest_accrued=money_text(holding.deposit * months // 1200),
        review_on=day_text(holding.opened + 365),
        status="refunded" if refunded else "applied" if applied else "held",
        refunded_on=day_text(refunded),
        reason="No credit history",
    )
