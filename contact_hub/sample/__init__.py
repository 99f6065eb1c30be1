"""A believable fictional utility: its staff, customers and traffic."""
