"""Queues, cases, contacts and messages: the way in, the work, the way out."""
