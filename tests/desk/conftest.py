"""The stage of the tests about who gets what."""

from tests.desk.standing import stage  # noqa: F401  # a fixture
