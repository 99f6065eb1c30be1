"""Forks workers: "start ARGUMENTS" and "wait PID" on stdin, replies and logs on stdout."""

import logging
import os
import sys
import threading

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
    django.setup()

import errands  # noqa: F401  # its tasks and its schedule
from django.utils.module_loading import autodiscover_modules

from contact_hub.jobs import worker
from contact_hub.jobs.schedules import TIMETABLES

lock = threading.Lock()


def say(line):
    with lock:
        os.write(1, line.encode() + b"\n")


class Lines(logging.Handler):
    def emit(self, record):
        say(f"log {os.getpid()} {record.getMessage()}")


def work(arguments):
    """In the child: be a worker, and nothing of the parent."""
    os.close(0)
    root = logging.getLogger()
    root.handlers[:] = [Lines()]
    root.setLevel(logging.INFO)
    code = 70
    try:
        code = worker.main(arguments)
    except Exception:  # noqa: BLE001  # the log tells the test
        root.exception("the worker fell over")
    finally:
        os._exit(code)


autodiscover_modules("tasks")
for name in set(TIMETABLES) - {"errand"}:
    del TIMETABLES[name]  # the hub's own fire whenever a test crosses a full minute
for line in iter(sys.stdin.readline, ""):
    verb, *arguments = line.split()
    if verb == "start":
        pid = os.fork()
        if not pid:
            work(arguments)
        say(f"reply {pid}")
    else:
        _, status = os.waitpid(int(arguments[0]), 0)
        say(f"reply {os.waitstatus_to_exitcode(status)}")
