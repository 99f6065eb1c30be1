"""The people and organisations we serve, their accounts, and how to reach them."""
