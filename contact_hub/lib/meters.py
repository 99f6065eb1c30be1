"""What a process counts about itself as it works; `/metrics` tells it."""

from __future__ import annotations

from prometheus_client import Gauge, Histogram

REQUESTS = Histogram(
    "hub_request_seconds",
    "Time to answer a request, by view and class of status",
    ["view", "status"],
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12),
)
SOCKETS = Gauge(
    "hub_open_sockets", "Screens connected to this process", multiprocess_mode="livesum"
)
