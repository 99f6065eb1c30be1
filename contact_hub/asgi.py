"""The door for web pages and sockets when one process serves both."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
application = get_asgi_application()
