"""The door for web pages and sockets when one process serves both."""

import os
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
pages = get_asgi_application()  # readies the models that the consumers import

from contact_hub.desk.consumers import DIRECT, LiveConsumer  # noqa: E402  # see above
from contact_hub.desk.switchboard import switchboard  # noqa: E402


async def lifespan(_scope: Any, receive: Any, send: Any) -> None:
    """When the server ends, tell its screens to look for the next one."""
    ended = False
    while not ended:
        event = (await receive())["type"]
        ended = event == "lifespan.shutdown"
        if ended:
            await switchboard().stop()
        await send({"type": f"{event}.complete"})


def directly(application: Any) -> Any:
    """Let consumers send past the middleware, which looks at the session for every frame."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, DIRECT: send}, receive, send)

    return serve


sockets = URLRouter([path("ws/", LiveConsumer.as_asgi()), re_path("", WebsocketDenier.as_asgi())])
application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": AllowedHostsOriginValidator(directly(AuthMiddlewareStack(sockets))),
        "lifespan": lifespan,
    }
)
