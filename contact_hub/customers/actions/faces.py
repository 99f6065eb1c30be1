"""Keeping what matching searches in step with customers, accounts, points and premises."""

from __future__ import annotations

from collections.abc import Sequence


def renew(customers: Sequence[int]) -> None:
    """Bring the search rows and the vocabulary of these customers up to date.

    customers  primary keys, thousands at once; call it in the transaction that changed them
    """
