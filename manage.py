#!/usr/bin/env python
"""Django's own command line, for the commands that `./hub` does not wrap."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
    execute_from_command_line(sys.argv)
