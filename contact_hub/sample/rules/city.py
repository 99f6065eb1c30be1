"""What a city keeps beside bills: orders, disputes, programs, citations, licences, outages."""

from __future__ import annotations

import random

from contact_hub.sample.rules.data import places
from contact_hub.sample.rules.ledgers import Ledger
from contact_hub.sample.rules.numbers import plate
from contact_hub.sample.rules.protections import write_flag
from contact_hub.sample.rules.residents import Holding
from contact_hub.sample.rules.sheets import Sheets, day_text, money_text

VIOLATIONS = (  # code, cents
    ("EXPIRED METER", 3_500), ("NO PARKING", 5_500), ("FIRE LANE", 12_500), ("72 HOURS", 6_000),
    ("DISABLED ZONE", 45_000), ("WRONG SIDE", 4_500),
)  # fmt: skip
MAKES = ("Toyota", "Ford", "Honda", "Chevrolet", "Subaru", "Nissan", "Kia", "Ram")
COLORS = ("white", "black", "silver", "gray", "blue", "red", "green")
PROGRAMS = ("EBILL", "REBATE-HP", "AUDIT", "ROUND-UP", "TREES", "LEAK-ALERT")
ERRANDS = ("meter_test", "leak_check", "re_read", "meter_exchange", "high_bill_visit")
CAUSES = ("tree on line", "vehicle and pole", "main break", "planned work", "squirrel")
FIBRE = ("router", "ont", "set_top_box")


def write_orders(
    sheets: Sheets, holding: Holding, *, dice: random.Random, begins: int, day: int
) -> None:
    """The visit that opened an account lately, and an errand now and then."""
    if holding.opened > begins and holding.line in "EWC":
        _order(sheets, holding, "connect", holding.opened - 1, done=holding.opened)
    if dice.random() < 0.04 and holding.season:
        made = day - dice.randint(0, 420)
        done = made + dice.randint(1, 6)
        _order(sheets, holding, dice.choice(ERRANDS), made, done=done if done <= day else None)


def _order(sheets: Sheets, holding: Holding, kind: str, made: int, *, done: int | None) -> None:
    sheets.add(
        "service_orders",
        order_id=f"O{holding.running:09d}-{made}",
        account_id=holding.number,
        premise_id=holding.premise.id,
        type=kind,
        priority="normal",
        created_on=day_text(made),
        scheduled_for=day_text(done or made + 5),
        window="08-12" if made % 2 else "12-17",
        status="completed" if done else "scheduled",
        completed_on=day_text(done),
        result_code="done" if done else "",
        tech=f"T{made % 17:02d}",
        notes="Please knock" if made % 5 == 0 else "",
    )


def write_dispute(
    sheets: Sheets, holding: Holding, ledger: Ledger, *, dice: random.Random, day: int
) -> None:
    """Somebody contests a bill."""
    contested, age, part = dice.random() < 0.005, dice.randint(40, 300), dice.random()
    billed = next((billed for billed in ledger.issued if billed > day - age), None)
    if not contested or billed is None or billed + 8 > day:
        return
    opened = billed + 8
    decided = opened + 30 if opened + 30 <= day else None
    sheets.add(
        "disputes",
        dispute_id=f"X{holding.running:09d}",
        account_id=ledger.number,
        bill_id=ledger.bill_id(billed),
        opened_on=day_text(opened),
        amount=money_text(int(2_000 + part * 9_000)),
        status="decided" if decided else "open",
        decided_on=day_text(decided),
        decision="bill stands" if decided and part < 0.7 else "reduced" if decided else "",
    )
    write_flag(sheets, "dispute", account=ledger.number, begins=opened, ends=decided)


def write_programs(sheets: Sheets, holding: Holding, *, dice: random.Random, day: int) -> None:
    """The programs an account takes part in."""
    chance, code = dice.random(), dice.choice(PROGRAMS)
    since = max(holding.opened, day - dice.randint(10, 700))
    if holding.credit:
        _program(sheets, holding, "LOW-INCOME", max(holding.opened, day - 300), None)
    if holding.level:
        _program(sheets, holding, "LEVEL-PAY", holding.opened, None)
    if chance < 0.11:
        _program(sheets, holding, code, since, since + 200 if chance < 0.02 else None)


def _program(sheets: Sheets, holding: Holding, code: str, since: int, ended: int | None) -> None:
    sheets.add(
        "programs_enrolled",
        account_id=holding.number,
        program_code=code,
        cycle=day_text(since)[:4],
        enrolled_on=day_text(since),
        verified_on=day_text(since + 7),
        status="ended" if ended else "enrolled",
        ended_on=day_text(ended),
        end_reason="moved" if ended else "",
    )


def write_citations(sheets: Sheets, holding: Holding, *, dice: random.Random, day: int) -> None:
    """Cars that stood where they may not; of some nobody knows the owner."""
    chance = dice.random()
    known = chance < 0.03 and holding.party.name is not None
    if not known and chance < 0.985:
        return
    car = {
        "plate": plate(holding.running),
        "plate_state": "WA" if dice.random() < 0.86 else "OR",
        "vin_last6": f"{dice.randint(0, 999_999):06d}",
        "make": dice.choice(MAKES),
        "color": dice.choice(COLORS),
    }
    for place in range(dice.choice((1, 1, 1, 2, 3))):
        issued = day - dice.randint(1, 500)
        code, cents = dice.choice(VIOLATIONS)
        late = issued + 35 < day
        paid = dice.random() < 0.6
        sheets.add(
            "citations",
            citation_no=f"K{holding.running:09d}{place}",
            issued_at=f"{day_text(issued)}T{dice.randint(7, 18):02d}:{dice.randint(0, 59):02d}"
            ":00-08:00",
            **car,
            violation_code=code,
            location=f"{dice.randint(1, 99)}00 {dice.choice(places()['street_words'])} Street",
            officer=f"PE{dice.randint(1, 9)}",
            base_penalty=money_text(cents),
            late_penalty=money_text(2_500 if late and not paid else 0),
            amount_due=money_text(0 if paid else cents + 2_500 * late),
            due_date=day_text(issued + 21),
            delinquent_mailed_on=day_text(issued + 30) if late and not paid else "",
            stage="paid" if paid else "delinquent" if late else "issued",
            dmv_hold_on=day_text(issued + 90) if not paid and issued + 90 < day else "",
            owner_customer_id=holding.party.id if known else "",
        )


def write_licence(sheets: Sheets, holding: Holding, *, dice: random.Random, day: int) -> None:
    """The licence of a business, or of who works at home."""
    party, where = holding.party, holding.premise
    trades = places()["trades"]
    trade, naics = next(
        (one for one in trades if party.organisation.endswith(one[0])), None
    ) or dice.choice(trades)
    lapsed = dice.random() < 0.05
    issued = day - dice.randint(20, 340) - 365 * lapsed
    gross = dice.randint(20_000, 900_000) * 100
    sheets.add(
        "licenses",
        license_no=f"BL{holding.running:09d}",
        customer_id=party.id,
        dba=party.organisation or f"{party.told} {trade}",
        type="general" if party.organisation else "home occupation",
        naics=naics,
        basis="gross",
        basis_amount=money_text(gross),
        issued_on=day_text(issued),
        expires_on=day_text(issued + 365),
        tax=money_text(gross // 1000 + 5_000),
        penalty=money_text(2_500 if lapsed else 0),
        status="expired" if lapsed else "active",
        address=f"{where.line}, {where.city} {where.state}",
    )


def write_run(sheets: Sheets, holding: Holding, *, dice: random.Random) -> None:
    """An ambulance's run and who pays for it."""
    charge = 85_000 + dice.randint(0, 90_000)
    payer = dice.choice(("medicare", "medicaid", "commercial", "self"))
    allowed = charge * 7 // 10 if payer != "self" else charge
    insured = allowed * 8 // 10 if payer != "self" else 0
    sheets.add(
        "ambulance_runs",
        run_no=f"AR{holding.running:09d}",
        customer_id=holding.party.id,
        service_date=day_text(holding.opened),
        payer_type=payer,
        plan_regulated={"commercial": "Y", "self": "N"}.get(payer, "U"),
        charge=money_text(charge),
        allowed=money_text(allowed),
        insurer_paid=money_text(insured),
        cost_share=money_text(allowed - insured),
        patient_owed=money_text(allowed - insured),
        first_billed_on=day_text(holding.opened + 30),
        status="open" if dice.random() < 0.5 else "paid",
    )


def write_equipment(sheets: Sheets, holding: Holding, *, dice: random.Random, until: int) -> None:
    """What a fibre customer has at home, and a hydrant's meter that somebody rents."""
    closed = holding.closed is not None and holding.closed <= until
    if holding.line == "C":
        sheets.add(
            "equipment",
            serial=f"AC{holding.running:010d}",
            account_id=holding.number,
            type=dice.choice(FIBRE),
            owned="N",
            issued_on=day_text(holding.opened),
            returned_on=day_text(holding.closed) if closed else "",
            condition="good",
            charge="0.00",
        )
    if holding.line == "M":
        sheets.add(
            "hydrant_rentals",
            rental_id=f"H{holding.running:09d}",
            account_id=holding.number,
            meter_serial=f"HM{holding.running:06d}",
            issued_on=day_text(holding.opened),
            location=f"Hydrant at {holding.premise.street}",
            start_read=str(dice.randint(10, 900)),
            damage_amount="0.00",
        )


def write_outages(sheets: Sheets, premises: list[str], *, dice: random.Random, day: int) -> None:
    """The outages of the last weeks, one of them not over yet."""
    for place in range(12):
        line = dice.choice("EEEWC")
        began = day - place * dice.randint(2, 9)
        sheets.add(
            "outages",
            outage_id=f"U{day}-{place}",
            line=line,
            area=" ".join(sorted(set(dice.choices(premises, k=6)))),
            start=f"{day_text(began)}T{dice.randint(0, 23):02d}:15:00-08:00",
            est_restore=f"{day_text(began + 1)}T08:00:00-08:00",
            cause=dice.choice(CAUSES),
            status="restored" if place else "open",
        )
