"""Search rows and vocabulary stay in step with what they are made of, in the same transaction."""

from datetime import date

import pytest
from django.db import transaction

from contact_hub.customers.actions import faces, words
from contact_hub.customers.actions.faces import renew, renew_at
from contact_hub.customers.models import (
    Account,
    Customer,
    Face,
    Point,
    Premise,
    Vocabulary,
)
from contact_hub.customers.queries import find
from contact_hub.customers.rules.matching import Told
from contact_hub.staff.models import Person


def count_of(kind, word):
    return Vocabulary.objects.filter(kind=kind, token=word).values_list("count", flat=True).first()


def test_words_are_counted(move_in):
    move_in("Rosa Delgado", "12 Oak St")
    move_in("Luis Delgado", "14 Oak St")

    assert count_of("l", "delgado") == 2
    assert count_of("s", "oak") == 2


def test_renewing_twice_changes_nothing(move_in, django_assert_max_num_queries):
    rosa = move_in("Rosa Delgado", "12 Oak St", points=["+16145550142"])
    before = list(Face.objects.values())

    with django_assert_max_num_queries(8):
        renew([rosa.pk, rosa.pk])

    assert list(Face.objects.values()) == before
    assert count_of("l", "delgado") == 1


def test_a_new_name_takes_the_place_of_the_old(move_in):
    rosa = move_in("Rosa Delgado", "12 Oak St")
    Customer.objects.filter(pk=rosa.pk).update(last_name="Ortega", name="Rosa Ortega")

    renew([rosa.pk])

    assert Face.objects.get().last == "ortega"
    assert (count_of("l", "delgado"), count_of("l", "ortega")) == (0, 1)


def test_a_word_that_comes_back_is_there_once(move_in):
    rosa = move_in("Rosa Delgado")
    for name in ("Ortega", "Delgado"):
        Customer.objects.filter(pk=rosa.pk).update(last_name=name)
        renew([rosa.pk])

    assert count_of("l", "delgado") == 1
    assert Vocabulary.objects.filter(kind="l").count() == 2


def test_what_is_rolled_back_leaves_no_face_and_no_word(move_in):
    with transaction.atomic():
        move_in("Rosa Delgado", "12 Oak St")
        transaction.set_rollback(True)

    assert not Face.objects.exists()
    assert not Vocabulary.objects.exists()


def test_a_customer_who_is_gone_leaves_nothing_behind(move_in):
    rosa = move_in("Rosa Delgado")
    Account.objects.all().delete()
    pk = rosa.pk
    rosa.delete()

    renew([pk])

    assert not Face.objects.exists()


def test_many_are_renewed_in_few_statements(db, django_assert_max_num_queries):
    Customer.objects.bulk_create(
        Customer(name=f"Ann {at}", first_name="Ann", last_name=f"Word{at}") for at in range(3000)
    )
    Point.objects.bulk_create(
        Point(customer=one, kind="post", value="12 Elm St, Springfield OH 43001")
        for one in Customer.objects.all()
    )

    with django_assert_max_num_queries(20):
        renew(list(Customer.objects.values_list("pk", flat=True)))

    assert Face.objects.filter(street="elm", zip="43001").count() == 3000
    assert count_of("f", "ann") == 3000


def test_a_place_that_moves_renews_everybody_there(move_in):
    move_in("Rosa Delgado", "12 Oak St")
    Premise.objects.update(street="14 Elm St")

    renew_at(Premise.objects.values_list("pk", flat=True))

    assert Face.objects.get().street == "elm"


def test_the_night_makes_what_is_missing_and_counts_anew(move_in):
    move_in("Rosa Delgado", "12 Oak St")
    Customer.objects.create(name="Luis Ortega")
    Vocabulary.objects.filter(token="delgado").update(count=77)

    assert faces.catch_up() == 1
    assert words.recount() == 1
    assert count_of("l", "delgado") == 1
    assert count_of("l", "ortega") == 1
    assert words.recount() == 0


@pytest.fixture
def ada(make_person):
    return make_person("Ada", role=Person.Role.ADMINISTRATOR)


def test_an_edit_in_the_admin_is_searchable_at_once(client, move_in, ada):
    rosa = move_in("Rosa Delgado", "12 Oak St")
    luis = move_in("Luis Ortega", "9 Elm St")
    point = Point.objects.create(customer=rosa, kind="phone", value="+16145550142")
    renew([rosa.pk])
    client.force_login(ada)

    page = client.post(
        f"/admin/customers/point/{point.pk}/change/",
        {
            "customer": luis.pk,
            "kind": "phone",
            "value": "+16145550142",
            "source": "hub",
            "extra": "{}",
            "on_file": "on",
            "since": date(2026, 1, 1),
        },
    )

    assert page.status_code == 302, page.text
    assert Face.objects.get(customer=luis).phones == "6145550142"
    assert Face.objects.get(customer=rosa).phones == ""
    assert find(Told(phones=("6145550142",))).candidates[0].customer == luis.pk
