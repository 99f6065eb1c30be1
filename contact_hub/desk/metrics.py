"""Figures for Prometheus: what this process has answered, and how the whole hub stands."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from contact_hub.inbox.models import Envelope, Mailbox, Message
from contact_hub.jobs.models import Job
from contact_hub.lib.meters import REQUESTS


class RequestMetrics:
    """Times every request; addresses nobody serves count as one view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        view = request.resolver_match.view_name if request.resolver_match else "none"
        status = f"{response.status_code // 100}xx"
        REQUESTS.labels(view, status).observe(time.perf_counter() - started)
        return response


class Standing(Collector):
    """How the hub stands in the database, asked anew at each scrape."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self.jobs()
        yield from self.envelopes()
        yield self.mailboxes()
        undelivered = Message.objects.filter(
            state__in=Message.UNDELIVERED, trouble_dismissed_at=None
        )
        yield GaugeMetricFamily(
            "hub_undelivered_messages",
            "Answers that did not arrive and that nobody has dealt with",
            value=undelivered.count(),
        )

    def jobs(self) -> Iterator[GaugeMetricFamily]:
        counts = GaugeMetricFamily("hub_jobs", "Jobs that are not done, by state", labels=["state"])
        found = Job.objects.exclude(state=Job.State.DONE).values_list("state")
        by_state = dict(found.annotate(Count("pk")))
        for state in (Job.State.READY, Job.State.RUNNING, Job.State.DEAD, Job.State.UNKNOWN):
            counts.add_metric([state], by_state.get(state, 0))
        yield counts
        due = Job.objects.filter(state=Job.State.READY, run_at__lte=self.now)
        yield GaugeMetricFamily(
            "hub_jobs_oldest_ready_seconds",
            "How long the job that is due longest has been waiting",
            value=self.age(due.aggregate(oldest=Min("run_at"))["oldest"]),
        )

    def envelopes(self) -> Iterator[GaugeMetricFamily]:
        waiting = (Envelope.State.PENDING, Envelope.State.QUARANTINED)
        rows = Envelope.objects.filter(state__in=waiting).values_list("state")
        found = {
            state: (number, oldest)
            for state, number, oldest in rows.annotate(Count("pk"), Min("received_at"))
        }
        counts = GaugeMetricFamily("hub_envelopes", "Mail not filed, by state", labels=["state"])
        oldest = GaugeMetricFamily(
            "hub_envelopes_oldest_seconds", "Age of the oldest of them", labels=["state"]
        )
        for state in waiting:
            number, since = found.get(state, (0, None))
            counts.add_metric([state], number)
            oldest.add_metric([state], self.age(since))
        yield counts
        yield oldest

    def mailboxes(self) -> GaugeMetricFamily:
        fetched = GaugeMetricFamily(
            "hub_mailbox_last_good_fetch_seconds",
            "Time since mail was last fetched without trouble; -1 when it never was",
            labels=["mailbox"],
        )
        for mailbox in Mailbox.objects.filter(active=True).exclude(imap_host=""):
            age = self.age(mailbox.last_good_at) if mailbox.last_good_at else -1
            fetched.add_metric([mailbox.address], age)
        return fetched

    def age(self, since: datetime | None) -> float:
        return max(0.0, (self.now - since).total_seconds()) if since else 0.0


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures as text, for whoever holds the token or sits on this machine."""
    if not _is_watcher(request):
        return HttpResponse("Not for you.\n", status=403, content_type="text/plain")
    answered = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # several web processes: sum what all have seen
        answered = CollectorRegistry()
        MultiProcessCollector(answered)  # type: ignore[no-untyped-call]
    standing = CollectorRegistry()
    standing.register(Standing(timezone.now()))
    text = generate_latest(answered) + generate_latest(standing)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _is_watcher(request: HttpRequest) -> bool:
    """With a token set, only the token counts; behind a proxy everybody seems to be local."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
