"""A process of its own that records what it is told on standard input, a JSON list a line.

["case.1", "noted", ["case.1", "queue.1"]] is answered with the number of the new line;
a first item that is no topic is the key of a session, which ends.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402  # after it is ready

from contact_hub.journal.actions import record  # noqa: E402

print("ready", flush=True)  # noqa: T201
for line in sys.stdin:
    subject, verb, topics = json.loads(line)
    if "." not in subject:
        SessionStore(subject).delete()
        subject = topics[0]
    print(record(subject, verb, by=None, topics=topics).seq, flush=True)  # noqa: T201
