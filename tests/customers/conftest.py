"""Customers on file for matching, and extracts that are taken over through the command."""

from __future__ import annotations

import pytest

from contact_hub.cli.importing import run as hub_import
from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import Account, Customer, ImportRun, Point, Premise
from contact_hub.customers.rules import parameters
from tests.customers.extracts import extract


@pytest.fixture
def move_in(db):
    """Put a customer on file with an account and a place, and make the faces."""

    def make(name, street="", *, zip_code="43001", numbers=(), points=(), kind="person", **fields):
        first, _, last = name.rpartition(" ")
        if kind == "person":
            fields = {"first_name": first, "last_name": last} | fields
        customer = Customer.objects.create(name=name, kind=kind, **fields)
        premise = None
        if street:
            premise = Premise.objects.create(
                street=street, city="Springfield", state="OH", zip_code=zip_code
            )
        for number in numbers or (f"7{customer.pk:09}",):
            Account.objects.create(number=number, line="water", customer=customer, premise=premise)
        for value in points:
            point = "email" if "@" in value else "phone"
            Point.objects.create(customer=customer, kind=point, value=value)
        renew([customer.pk])
        return customer

    return make


FIRSTS = ("Ann", "Bea", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "John", "Mary", "Sam")
LASTS = ("Adler", "Brook", "Castle", "Dunn", "Egan", "Frost", "Gale", "Holm", "Ives", "Jost")


@pytest.fixture
def town(db):
    """A few hundred others, so that words are as common as words are."""
    people = [(first, last) for first in FIRSTS for last in (*LASTS, *["Smith"] * 5)]
    customers = Customer.objects.bulk_create(
        Customer(name=f"{first} {last}", first_name=first, last_name=last) for first, last in people
    )
    premises = Premise.objects.bulk_create(
        Premise(
            street=f"{100 + 31 * at} {LASTS[at % 10]} St",
            city="Springfield",
            state="OH",
            zip_code=f"{43001 + at % 9}",
        )
        for at in range(len(people))
    )
    Account.objects.bulk_create(
        Account(number=f"8{one.pk:09}", line="water", customer=one, premise=premise)
        for one, premise in zip(customers, premises, strict=True)
    )
    renew([one.pk for one in customers])


@pytest.fixture
def take(tmp_path, settings):
    """Import an extract of these files through the command; give its run."""
    settings.VAR = tmp_path / "var"
    numbers = iter(range(1, 100))

    def make(files, code=0, options=(), **more):
        number = next(numbers)
        place = extract(tmp_path / f"x{number}", files, number=f"X{number}", **more)
        assert hub_import([str(place), *options]) == code
        return ImportRun.objects.first()

    return make


@pytest.fixture
def lenient(monkeypatch):
    """In a few rows one misfit is more than a hundredth."""
    monkeypatch.setitem(parameters.KNOWN, "import.rejects", parameters.Known(1, ""))
