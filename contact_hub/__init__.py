"""Contact Hub: one inbox for the customer service of utilities and cities."""

__version__ = "0.1.0"
