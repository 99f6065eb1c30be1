"""A customer with everything on file, for tests and for looking at screens."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import (
    Account,
    Arrangement,
    AuthorisedParty,
    Bill,
    BillLine,
    Citation,
    Consent,
    Customer,
    CustomerNote,
    Deposit,
    Dispute,
    Enrolment,
    FieldOrder,
    Flag,
    Instalment,
    Licence,
    Payment,
    Point,
    Premise,
    Reading,
    Role,
    Service,
)

CIS = {"source": "cis"}
SEASON = (310, 295, 270, 240, 230, 260, 340, 380, 350, 280, 270, 300)  # kWh in 30 days


def serve(*, name="Rosa Delgado", number="4410227931", months=25, today=None, **account):
    """A customer and an electric account with two years of bills and all that goes with it."""
    today = today or timezone.localdate()
    now = timezone.now()
    first, last = name.split()
    customer = Customer.objects.create(
        name=name, first_name=first, last_name=last, preferred_name="Rosie", language="es",
        since=today - timedelta(days=2000), as_of=now - timedelta(hours=3), **CIS,
    )  # fmt: skip
    premise = Premise.objects.create(
        street="1204 Oak St", city="Alder Creek", state="WA", zip_code="98101", apn="123-456-78",
        meter_location="Left of the garage", access_note="Dog in the yard", dwelling="single",
        year_built=1962, square_feet=1420, owner_occupied=True,
    )  # fmt: skip
    electric = Account.objects.create(
        **{
            "number": number, "line": "electric", "customer": customer, "premise": premise,
            "balance": "213.40", "past_due": "90.12", "due_on": today + timedelta(days=12),
            "autopay": False, "delivery": "paper", "as_of": now - timedelta(hours=3),
            "opened_on": today - timedelta(days=1900), **CIS,
        } | account
    )  # fmt: skip
    _meter(electric, premise, today)
    _bills(electric, today, months)
    _money(electric, today)
    renew([customer.pk, *_around(customer, electric, premise, today, now)])
    return customer, electric


def _meter(account, premise, today):
    meter = f"E{account.number}"
    Service.objects.create(
        account=account, premise=premise, kind="electric", rate="D-1", meter=meter,
        baseline_region="X", medical_units=1, medical_until=today + timedelta(days=120),
        remote_switch=True, **CIS,
    )  # fmt: skip
    for back in range(3):
        Reading.objects.create(
            meter=meter, read_on=today - timedelta(days=3 + 31 * back), value=48210 - 800 * back,
            usage=412, days=31, code="estimated" if back == 1 else "actual", kind="int",
        )  # fmt: skip


def _bills(account, today, months):
    for back in range(months):
        bill_of(account, back, today)


def bill_of(account, back, today):
    """One bill, `back` months ago: the latest is an actual reading after an estimate too low."""
    on = today - timedelta(days=3 + round(30.4 * back))
    days = 34 if back == 0 else 29 + back % 3
    usage = Decimal(SEASON[on.month - 1]) * days / 30
    usage = {0: usage * Decimal("1.7"), 1: usage * Decimal("0.6")}.get(back, usage)
    usage = usage.quantize(Decimal("0.001"))
    price = Decimal("0.3420") if back < 6 else Decimal("0.3210")
    energy = (usage * price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    tax = (energy * Decimal("0.035")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    fee = Decimal("10.00") if back == 0 else Decimal(0)
    total = energy + tax + fee + Decimal("8.50")
    bill = Bill.objects.create(
        external_id=f"B{account.number}-{back}", account=account, billed_on=on, days=days,
        usage=usage, unit="kWh", current=total, taxes=tax, total=total, estimated=back == 1,
        period_to=on, period_from=on - timedelta(days=days), rate="D-1", **CIS,
    )  # fmt: skip
    lines = [
        ("ENERGY", usage, price, energy),
        ("CUSTOMER CHARGE", None, None, Decimal("8.50")),
        ("TAX CITY", None, None, tax),
        *([("LATE FEE", None, None, fee)] if fee else []),
    ]
    BillLine.objects.bulk_create(
        BillLine(bill=bill, position=n, code=code, quantity=q, price=p, amount=amount)
        for n, (code, q, p, amount) in enumerate(lines)
    )
    return bill


def _money(account, today):
    for back in range(1, 7):
        Payment.objects.create(
            external_id=f"P{account.number}-{back}", account=account, amount="104.00",
            received_on=today - timedelta(days=30 * back), method="card", **CIS,
        )  # fmt: skip
    Deposit.objects.create(external_id=f"D{account.number}", account=account, amount="150.00")
    deal = Arrangement.objects.create(
        external_id=f"A{account.number}", account=account, total="225.00",
        made_on=today - timedelta(days=60),
    )  # fmt: skip
    for n in range(5):
        Instalment.objects.create(
            arrangement=deal, position=n, amount="45.00",
            due_on=today + timedelta(days=30 * n - 45),
            paid_on=today - timedelta(days=45 - 30 * n) if n < 2 else None,
        )  # fmt: skip
    FieldOrder.objects.create(
        external_id=f"F{account.number}", account=account, kind="meter check", status="planned",
        made_on=today, scheduled_for=today + timedelta(days=2), window="8-12",
    )  # fmt: skip
    Dispute.objects.create(
        external_id=f"X{account.number}", account=account, opened_on=today, amount="90.00"
    )
    Enrolment.objects.create(account=account, program="Budget billing", enrolled_on=today)


def _around(customer, account, premise, today, now):
    flag = {"source": "cis", "as_of": now - timedelta(hours=3), "starts_on": date(2025, 3, 1)}
    Flag.objects.create(code="medical", customer=customer, note="Ventilator", **flag)
    Flag.objects.create(code="arrangement", account=account, **flag)
    Flag.objects.create(code="investigation", account=account, leads_only=True,
                        note="Meter seal broken", **flag)  # fmt: skip
    Flag.objects.create(code="cash_only", account=account, ends_on=today - timedelta(days=1),
                        note="Long over", **flag)  # fmt: skip
    for kind, value in (("email", "rosa@cust.test"), ("phone", "+12065550134")):
        point = Point.objects.create(customer=customer, kind=kind, value=value, since=today, **CIS)
        Consent.objects.create(point=point, channel=kind, purpose="service", granted=True,
                               source="cis")  # fmt: skip
    other = Customer.objects.create(name="Mateo Delgado", **CIS)
    Point.objects.create(customer=other, kind="phone", value="+12065550134")
    Role.objects.create(customer=other, kind="co_holder", account=account)
    landlord = Customer.objects.create(name="Alder Homes LLC", kind="organisation", **CIS)
    Role.objects.create(customer=landlord, kind="landlord", premise=premise)
    AuthorisedParty.objects.create(customer=customer, name="Ines Vega", relation="daughter",
                                   scope="balance", ends_on=today + timedelta(days=90))  # fmt: skip
    CustomerNote.objects.create(customer=customer, text="Prefers to be called after five.",
                                at=now, expires_on=today + timedelta(days=30))  # fmt: skip
    CustomerNote.objects.create(customer=customer, text="Was on holiday.", at=now,
                                expires_on=today - timedelta(days=1))  # fmt: skip
    return other.pk, landlord.pk


def city(customer, today=None):
    """A parking, a licence and an ambulance account of the same customer."""
    today = today or timezone.localdate()
    made = {
        line: Account.objects.create(
            number=f"{line[:3].upper()}{customer.pk:07d}", line=line, customer=customer, **CIS
        )
        for line in ("parking", "licence", "ambulance")
    }
    Citation.objects.create(number="C778812", customer=customer, account=made["parking"],
                            issued_at=timezone.now(), plate="BKR4471", plate_state="WA",
                            violation="Expired meter", amount_due="58.00")  # fmt: skip
    Licence.objects.create(number="L2024118", customer=customer, account=made["licence"],
                           trade_name="Rosa's Kitchen", kind="restaurant",
                           expires_on=today + timedelta(days=40), tax="120.00")  # fmt: skip
    renew([customer.pk])
    return made
