"""The door for pages and webhooks behind a WSGI server; sockets go to `asgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
application = get_wsgi_application()
