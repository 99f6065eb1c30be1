"""A process of its own that imports the extract of its argument, two rows at a time.

It says "step" after each transaction and goes on with the next line of its standard input; at last
it says "over".
"""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
django.setup()

from contact_hub.customers.actions import importing  # noqa: E402  # after it is ready
from contact_hub.customers.actions.importing import keeping, reading, writing  # noqa: E402

keeping.PACE = 0.0
reading.PIECE = writing.CHUNK = {True: 2, False: 2}


def step(_keeper):
    print("step", flush=True)  # noqa: T201
    sys.stdin.readline()


keeping.Keeper.breathe = step
importing.carry_out(importing.prepare(Path(sys.argv[1]), by=None))
print("over", flush=True)  # noqa: T201
