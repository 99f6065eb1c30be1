"""The queue's verbs: put in, take, keep, end, give back, decide."""

from contact_hub.jobs.actions.claiming import claim, keep, recover, release
from contact_hub.jobs.actions.ending import fail, finish
from contact_hub.jobs.actions.enqueueing import enqueue, insert
from contact_hub.jobs.actions.letters import discard, retry
from contact_hub.jobs.actions.pruning import prune

__all__ = [
    "claim",
    "discard",
    "enqueue",
    "fail",
    "finish",
    "insert",
    "keep",
    "prune",
    "recover",
    "release",
    "retry",
]
