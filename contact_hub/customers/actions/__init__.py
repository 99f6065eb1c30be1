"""What is done to what we know of customers."""

from contact_hub.customers.actions.parameters import decide
from contact_hub.customers.actions.points import allow_again, suppress

__all__ = ["allow_again", "decide", "suppress"]
