"""The ordinary way, for comparison: a Channels group of all sockets, and one `group_send` an event.

Served only by bench/fanout.py. A socket that sends {"event": n, "at": t} makes an event of it.
"""

from __future__ import annotations

import json
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402  # after Django is ready
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

settings.CHANNEL_LAYERS = {"default": json.loads(os.environ["BENCH_LAYER"])}


class Plain(AsyncWebsocketConsumer):
    groups = ("all",)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        asked = json.loads(text_data or "{}")
        if "event" in asked:
            await self.channel_layer.group_send("all", {"type": "changed", **asked})
        else:
            await self.send(json.dumps({"watching": {}}))

    async def changed(self, event: dict[str, Any]) -> None:
        news = {"case.1": {"seq": event["event"], "verbs": ["noted"]}}
        await self.send(json.dumps({"changed": news, "n": event["event"]}))


application = ProtocolTypeRouter({"websocket": AuthMiddlewareStack(Plain.as_asgi())})
