"""What every address of the hub is bound to; one without a recipe fails the outsider's test."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Recipe:
    """What an address is bound to.

    behind  "case"   a case, or something in one: outsiders meet a 404
            "tend"   what leads tend: others meet a 403
            "customers"  whom we serve: for roles that serve them, masked, and of the cases only
                         what one may see
            "lists"  what one may see: others get it without a word of the case
            "self"   one's own account
            "anyone" open without sign-in
    """

    behind: str
    names: dict = field(default_factory=dict)  # of the address → an object of the stage
    post: dict | None = None  # what a member would post; None: it only answers GET


CASE = {"pk": "case"}
RECIPES = {
    "": Recipe("customers"),
    "customers/<int:pk>/": Recipe("customers", {"pk": "rosa"}),
    "customers/<int:pk>/facts.csv": Recipe("customers", {"pk": "rosa"}),
    "customers/<int:pk>/notes/": Recipe("customers", {"pk": "rosa"}, {"text": "x"}),
    "customers/<int:pk>/notes/<int:note_pk>/end/": Recipe(
        "customers", {"pk": "rosa", "note_pk": "left"}, {}
    ),
    "customers/<int:pk>/cases/": Recipe(
        "customers", {"pk": "rosa"}, {"subject": "x", "queue": "queue", "channel": "voice"}
    ),
    "desk/": Recipe("lists"),
    "desk/next/": Recipe("lists", post={}),
    "desk/palette/": Recipe("lists"),
    "desk/bulk/<slug:verb>/": Recipe("lists", {"verb": "assign"}, {"case": "case", "to": "zoe"}),
    "desk/cases/<int:pk>/": Recipe("case", CASE),
    "desk/cases/<int:pk>/head/": Recipe("case", CASE),
    "desk/cases/<int:pk>/timeline/": Recipe("case", CASE),
    "desk/cases/<int:pk>/context/": Recipe("case", CASE),
    "desk/cases/<int:pk>/panel/": Recipe("case", CASE),
    "desk/cases/<int:pk>/presence/": Recipe("case", CASE, {"state": "viewing"}),
    "desk/cases/<int:pk>/assign/": Recipe("case", CASE, {"to": "ana"}),
    "desk/cases/<int:pk>/hand-over/": Recipe("case", CASE, {"queue": "queue", "note": "x"}),
    "desk/cases/<int:pk>/snooze/": Recipe("case", CASE, {"at": "2099-01-01T08:00"}),
    "desk/cases/<int:pk>/wake/": Recipe("case", CASE, {}),
    "desk/cases/<int:pk>/priority/": Recipe("case", CASE, {"priority": "2"}),
    "desk/cases/<int:pk>/merge/": Recipe("case", CASE, {"into": "other"}),
    "desk/cases/<int:pk>/unmerge/": Recipe("case", CASE, {}),
    "desk/cases/<int:pk>/wrap-up/": Recipe("case", CASE, {"code": "code", "outcome": "outcome"}),
    "desk/cases/<int:pk>/reopen/": Recipe("case", CASE, {}),
    "desk/cases/<int:pk>/confirm/": Recipe("case", CASE, {"customer": "rosa"}),
    "desk/cases/<int:pk>/reject/": Recipe("case", CASE, {"customer": "rosa"}),
    "desk/cases/<int:pk>/who/": Recipe("case", CASE, {"name": "Rosa Delgado"}),
    "desk/cases/<int:pk>/verification/": Recipe("case", CASE),
    "desk/cases/<int:pk>/verify/": Recipe("case", CASE, {"account_number": "4410227931"}),
    "desk/cases/<int:pk>/code/": Recipe("case", CASE, {"point": "point"}),
    "desk/cases/<int:pk>/call-back/": Recipe("case", CASE, {"point": "point"}),
    "desk/cases/<int:pk>/photo-id/": Recipe("case", CASE, {"document": "passport"}),
    "desk/cases/<int:pk>/point/": Recipe("case", CASE, {"point": "point", "value": "a@b.test"}),
    "desk/cases/<int:pk>/secret/": Recipe("case", CASE, {"kind": "pin", "value": "1234"}),
    "desk/cases/<int:pk>/red-flag/": Recipe("case", CASE, {"kind": "bill_denied"}),
    "desk/cases/<int:pk>/red-flag/clear/": Recipe("tend", CASE, {"flag": "flag"}),
    "desk/cases/<int:pk>/reveal/": Recipe("tend", CASE, {"reason": "x"}),
    "desk/cases/<int:pk>/compose/": Recipe("case", CASE),
    "desk/cases/<int:pk>/reply/": Recipe(
        "case", CASE, {"case": "case", "mode": "email", "to": "rosa@cust.test", "body": "x"}
    ),
    "desk/cases/<int:pk>/note/": Recipe(
        "case", CASE, {"case": "case", "mode": "note", "body": "x"}
    ),
    "desk/cases/<int:pk>/draft/": Recipe(
        "case", CASE, {"case": "case", "mode": "email", "body": "x"}
    ),
    "desk/cases/<int:pk>/drop/": Recipe("case", CASE, {"mode": "email"}),
    "desk/cases/<int:pk>/back/<int:draft_pk>/": Recipe(
        "case", {"pk": "case", "draft_pk": "dropped"}, {}
    ),
    "desk/cases/<int:pk>/attach/": Recipe("case", CASE, {"mode": "email"}),
    "desk/cases/<int:pk>/detach/<int:attachment_pk>/": Recipe(
        "case", {"pk": "case", "attachment_pk": "drafted"}, {}
    ),
    "desk/cases/<int:pk>/canned/": Recipe("case", CASE),
    "desk/cases/<int:pk>/canned/<int:canned_pk>/": Recipe(
        "case", {"pk": "case", "canned_pk": "canned"}, {}
    ),
    "desk/cases/<int:pk>/names/": Recipe("case", CASE),
    "desk/cases/<int:pk>/seen/": Recipe("case", CASE, {}),
    "desk/messages/<int:pk>/undo/": Recipe("case", {"pk": "answer"}, {}),
    "desk/messages/<int:pk>/resend/": Recipe("case", {"pk": "answer"}, {}),
    "desk/messages/<int:pk>/dismiss/": Recipe("case", {"pk": "answer"}, {}),
    "desk/messages/<int:pk>/html/": Recipe("case", {"pk": "message"}),
    "desk/messages/<int:pk>/text/": Recipe("case", {"pk": "message"}),
    "desk/attachments/<int:pk>/<str:name>": Recipe("case", {"pk": "attachment", "name": "m.png"}),
    "desk/undelivered/": Recipe("lists"),
    "desk/mentions/": Recipe("lists"),
    "tend/quarantine/": Recipe("tend"),
    "tend/quarantine/<int:pk>/": Recipe("tend", {"pk": "envelope"}),
    "tend/quarantine/<int:pk>/mail.eml": Recipe("tend", {"pk": "envelope"}),
    "tend/quarantine/<int:pk>/release/": Recipe("tend", {"pk": "envelope"}, {}),
    "tend/quarantine/<int:pk>/discard/": Recipe("tend", {"pk": "envelope"}, {"reason": "spam"}),
    "tend/jobs/": Recipe("tend"),
    "tend/jobs/<int:pk>/retry/": Recipe("tend", {"pk": "job"}, {}),
    "tend/jobs/<int:pk>/discard/": Recipe("tend", {"pk": "job"}, {}),
    "tend/import/": Recipe("tend"),
    "tend/import/start/": Recipe("tend", post={"place": "x", "act": "preview"}),
    "tend/import/<int:pk>/": Recipe("tend", {"pk": "import"}),
    "tend/import/<int:pk>/rejects/<int:file_pk>/": Recipe(
        "tend", {"pk": "import", "file_pk": "import_file"}
    ),
    "tend/import/<int:pk>/mended/": Recipe("tend", {"pk": "import"}, {}),
    "tend/import/<int:pk>/take/": Recipe("tend", {"pk": "import"}, {}),
    "tend/import/<int:pk>/resume/": Recipe("tend", {"pk": "import"}, {}),
    "tend/import/<int:pk>/give-up/": Recipe("tend", {"pk": "import"}, {}),
    "me/": Recipe("self"),
    "me/sessions/": Recipe("self"),
    "me/sessions/end-others/": Recipe("self", post={}),
    "me/sessions/<int:pk>/end/": Recipe("self", {"pk": "session"}, {}),
    "account/": Recipe("self"),
    "account/language/": Recipe("anyone", post={}),
    "healthz": Recipe("anyone"),
    "readyz": Recipe("anyone"),
    "metrics": Recipe("anyone"),
}
