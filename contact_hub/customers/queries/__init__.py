"""What is read about customers: who somebody could be, and where nothing may be sent."""

from contact_hub.customers.queries.exact import (
    EMAIL_ON_FILE,
    NUMBER_IN_TEXT,
    PHONE_ON_FILE,
    Candidate,
    match,
)
from contact_hub.customers.queries.matching import find
from contact_hub.customers.queries.parameters import parameter
from contact_hub.customers.queries.points import refusals

__all__ = [
    "EMAIL_ON_FILE",
    "NUMBER_IN_TEXT",
    "PHONE_ON_FILE",
    "Candidate",
    "find",
    "match",
    "parameter",
    "refusals",
]
