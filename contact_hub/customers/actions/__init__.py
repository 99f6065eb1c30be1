"""What is done to what we know of customers."""

from contact_hub.customers.actions.parameters import decide
from contact_hub.customers.actions.points import allow_again, change, suppress
from contact_hub.customers.actions.secrets import is_secret, set_secret

__all__ = ["allow_again", "change", "decide", "is_secret", "set_secret", "suppress"]
