"""The fictional utility has no business in a real one's database."""

import pytest

from contact_hub.customers.models import Customer
from contact_hub.sample.actions.loading import load
from contact_hub.sample.errors import NotEmpty


def test_the_sample_keeps_out_of_an_office_that_is_there(ana):
    with pytest.raises(NotEmpty):
        load()

    assert not Customer.objects.exists()
