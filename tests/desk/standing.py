"""The stage on which everybody tries every address: one of everything, and the way to each."""

from datetime import date

import pytest
from allauth.usersessions.models import UserSession
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from contact_hub.customers.models import (
    CustomerNote,
    Flag,
    ImportFile,
    ImportRun,
    Point,
    Secret,
)
from contact_hub.inbox import vault
from contact_hub.inbox.actions import alarms, drafts, notes, replying
from contact_hub.inbox.models import (
    Attachment,
    CannedReply,
    Case,
    Contact,
    ContactAccountLink,
    Draft,
    Envelope,
    Mention,
    Message,
    OneTimeCode,
    Reveal,
    VerificationEvent,
    Viewing,
)
from contact_hub.jobs.models import Job
from contact_hub.journal.models import Entry
from tests.desk.recipes import RECIPES
from tests.served import serve

SECRETS = ("My bill doubled", "Nobody was home", "Rosa", "4410227931", "meter.png", "A quiet word")
OF_CASES = ("My bill doubled", "Nobody was home", "meter.png", "A quiet word")
ABOVE = ("987.65", "rosa@cust.test", "(206) 555-0134", "1204 Oak")  # what nobody has proven opens
SCRIPT = {"HX-Request": "true"}
LONG_AGO = date(2020, 1, 1)


ELSEWHERE = ("admin/", "account/")  # Django's admin and allauth: asked as a whole, below
OUTSIDERS = ["case", "lists", "tend", "customers"]
SERVING = {  # role: whether it finds customers and sees their pages
    "csr": True,
    "front_desk": True,
    "lead": True,
    "manager": True,
    "auditor": True,
    "administrator": False,
}


def routes(patterns=None, before=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def is_elsewhere(route):
    return route not in RECIPES and route.removeprefix("^").startswith(ELSEWHERE)


ROUTES = sorted({route for route in routes() if not is_elsewhere(route)})


def behind(*kinds, posts=None):
    return [
        route
        for route, recipe in RECIPES.items()
        if recipe.behind in kinds and (posts is None or (recipe.post is not None) == posts)
    ]


@pytest.fixture
def stage(make_case, ana, zoe, billing, outages, code, outcome):
    """One of everything, in a case of Ana's team."""
    rosa, account = serve(months=2, balance="987.65")
    left = rosa.notes.first()
    match = [{"customer": rosa.pk, "name": rosa.name, "reasons": ["email on file"]}]
    case = make_case(text="Nobody was home.", match=match, customer=rosa, account=account)
    point = Point.objects.create(customer=rosa, kind="phone", value="+16149110142", since=LONG_AGO)
    other = make_case(subject="My bill doubled again", sender="other@cust.test")
    message = case.messages.get()
    answer = replying.reply(case, by=ana, body="A quiet word", to=["rosa@cust.test"])
    Message.objects.filter(pk=answer.pk).update(state="bounced", trouble="A quiet word")
    notes.note(case, by=ana, body="@Zoe A quiet word")
    Mention.objects.create(message=case.messages.get(kind="note"), person=zoe)
    flag = alarms.raise_flag(case, kind="bill_denied", by=ana)
    draft = drafts.keep(case, by=ana, mode="note", version=0, body="A quiet word")
    drafts.keep(case, by=ana, mode="email", version=0, body="A quiet word")
    stored = vault.blobs().put(b"picture")
    attachment = Attachment.objects.create(
        message=message, name="meter.png", content_type="image/png", size=7, sha256=stored
    )
    raw, blob = vault.keep(b"Subject: My bill doubled\r\n\r\nNobody was home")
    envelope = Envelope.objects.create(
        carrier="email",
        external_id="x",
        state="quarantined",
        size=9,
        raw=raw,
        blob=blob,
        mail_from="Rosa",
        error="My bill doubled",
    )
    extract = ImportRun.objects.create(
        place="Rosa", state="waiting", preview=True, as_of=timezone.now()
    )
    extract_file = ImportFile.objects.create(run=extract, position=0, name="accounts", path="Rosa")
    things = {
        "import": extract,
        "import_file": extract_file,
        "case": case,
        "other": other,
        "message": message,
        "answer": answer,
        "attachment": attachment,
        "drafted": drafts.attach(draft, by=ana, name="meter.png", content_type="", content=b"x"),
        "dropped": drafts.drop(case, by=ana, mode="email"),
        "canned": CannedReply.objects.create(title="Hello", body="Hello"),
        "envelope": envelope,
        "job": Job.objects.create(
            task="x", args=["Rosa"], state="dead", finished_at=timezone.now()
        ),
        "session": UserSession.objects.create(
            user=ana, ip="127.0.0.1", session_key="k" * 32, user_agent="Rosa"
        ),
        "queue": outages,
        "code": code,
        "outcome": outcome,
        "rosa": rosa,
        "left": left,
        "point": point,
        "flag": flag,
        "ana": ana,
        "zoe": zoe,
    }
    return {name: str(thing.pk) for name, thing in things.items()}


def address(route, stage):
    path = "/" + route
    for name, thing in RECIPES[route].names.items():
        for kind in ("int", "str", "slug"):
            path = path.replace(f"<{kind}:{name}>", stage.get(thing, thing))
    assert "<" not in path, f"{route}: say in RECIPES what it is bound to"
    return path


def body(route, stage):
    return {name: stage.get(value, value) for name, value in (RECIPES[route].post or {}).items()}


def counts():
    tables = (Case, Contact, Message, Draft, Attachment, Viewing, Entry, Mention, CustomerNote)
    tables += (ImportRun,)
    tables += (ContactAccountLink, VerificationEvent, OneTimeCode, Reveal, Flag, Point, Secret)
    return [list(table.objects.order_by("pk").values()) for table in tables]
