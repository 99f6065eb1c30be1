"""Whom we serve: people, accounts and places, money, flags, and how to reach them."""

from contact_hub.customers.models.accounts import Account, Premise, Reading, Service
from contact_hub.customers.models.billing import (
    Adjustment,
    Arrangement,
    Bill,
    BillLine,
    Deposit,
    Instalment,
    Payment,
)
from contact_hub.customers.models.city import (
    AmbulanceRun,
    Citation,
    Dispute,
    Enrolment,
    FieldOrder,
    Licence,
    Notice,
)
from contact_hub.customers.models.flags import Bankruptcy, Flag
from contact_hub.customers.models.importing import Finding, ImportFile, ImportReject, ImportRun
from contact_hub.customers.models.matching import (
    Face,
    MatchLabel,
    MatchWeights,
    Vocabulary,
)
from contact_hub.customers.models.parameters import Parameter
from contact_hub.customers.models.people import AuthorisedParty, Customer, CustomerNote, Role
from contact_hub.customers.models.points import Consent, Point, Suppression
from contact_hub.customers.models.secrets import Secret
from contact_hub.customers.models.sourced import HUB, FormerFact, Sourced
from contact_hub.customers.models.tariffs import Equipment, HydrantRental, Outage, Tariff

__all__ = [
    "HUB",
    "Account",
    "Adjustment",
    "AmbulanceRun",
    "Arrangement",
    "AuthorisedParty",
    "Bankruptcy",
    "Bill",
    "BillLine",
    "Citation",
    "Consent",
    "Customer",
    "CustomerNote",
    "Deposit",
    "Dispute",
    "Enrolment",
    "Equipment",
    "Face",
    "FieldOrder",
    "Finding",
    "Flag",
    "FormerFact",
    "HydrantRental",
    "ImportFile",
    "ImportReject",
    "ImportRun",
    "Instalment",
    "Licence",
    "MatchLabel",
    "MatchWeights",
    "Notice",
    "Outage",
    "Parameter",
    "Payment",
    "Point",
    "Premise",
    "Reading",
    "Role",
    "Secret",
    "Service",
    "Sourced",
    "Suppression",
    "Tariff",
    "Vocabulary",
]
