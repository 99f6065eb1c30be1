"""Tasks for the tests of the queue, and the way to the provider that they call."""

import os
import socket

from django.db import transaction
from django_tasks import task

from contact_hub.jobs import schedules
from contact_hub.jobs.effects import effect
from contact_hub.jobs.errors import Later, Permanent, Unknown

ran = []  # what ran in this process


@task
def note(*args, **kwargs):
    ran.append((args, kwargs))
    return {"args": list(args), "kwargs": kwargs}


@task(queue_name="mail", priority=10)
def urgent(word):
    ran.append(word)


@task(takes_context=True)
def which_try(context, word):
    return [context.task_result.id, context.attempt, word]


@task
async def later_today(word):
    return word


@task
def break_down(words="it broke"):
    raise ValueError(words)


@task
def give_up(words="no such mailbox"):
    raise Permanent(words)


@task
def busy(seconds=None):
    raise Later("the other side is busy", seconds)


@task
def cannot_tell():
    raise Unknown("the line went dead after the text was read out")


@task
def leave():
    raise SystemExit(3)


@task
def unkeepable():
    ran.append("ran")
    return object()


@task
def follow_up():
    note.enqueue("second")


@task
def call_inside_a_transaction():
    with transaction.atomic(), effect("key"):
        ran.append("called")


@task
def deliver(key):
    """Hand `key` to the provider, again if it is not known whether it took it."""
    with effect(key) as call:
        if not call.accepted:
            call.external_id = ask(f"take {key}")
    ask(f"after {key}")


@task
def deliver_once(key):
    """Hand `key` to the provider, which can be asked whether it has taken it."""
    with effect(key) as call:
        if call.uncertain and (taken := ask(f"have {key}")):
            call.external_id = taken
        elif not call.accepted:
            call.external_id = ask(f"take {key}")


@task
def deliver_at_most_once(key):
    """Hand `key` to the provider; a person decides when it is not known whether it took it."""
    with effect(key) as call:
        if call.uncertain:
            raise Unknown("It may have gone out.")
        call.external_id = ask(f"take {key}")


@task
def ask_only(key):
    """Ask the provider and return what it says, without a word to the database."""
    return ask(f"take {key}")


def ask(words):
    """Say `words` to the provider and wait for its answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(os.environ["ERRANDS_PROVIDER"])
        line.sendall(words.encode() + b"\n")
        return line.makefile().readline().strip()


if os.environ.get("ERRANDS_SCHEDULED"):
    schedules.every("errand", note, os.environ["ERRANDS_SCHEDULED"], "UTC")
