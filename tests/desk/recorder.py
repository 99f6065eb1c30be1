"""A process of its own that records what it is told on standard input, a JSON list a line.

["case.1", "noted", ["case.1", "queue.1"]] is answered with the number of the new line.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
django.setup()

from contact_hub.journal.actions import record  # noqa: E402  # after Django is ready

print("ready", flush=True)  # noqa: T201
for line in sys.stdin:
    subject, verb, topics = json.loads(line)
    print(record(subject, verb, by=None, topics=topics).seq, flush=True)  # noqa: T201
