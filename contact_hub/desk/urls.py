"""Addresses of the desk: the work list and what is done to many rows; the case; what to tend."""

from django.urls import path

from contact_hub.desk.views import (
    attachments,
    bulk,
    case,
    composer,
    customers,
    find,
    frame,
    panel,
    tend,
    verbs,
    work,
)

app_name = "desk"
urlpatterns = [
    # whom we serve
    path("", find.page, name="find"),
    path("customers/<int:pk>/", customers.page, name="customer"),
    path("customers/<int:pk>/facts.csv", customers.export, name="export-customer"),
    path("customers/<int:pk>/notes/", customers.leave_note, name="leave-note"),
    path("customers/<int:pk>/notes/<int:note_pk>/end/", customers.end_note, name="end-note"),
    path("customers/<int:pk>/cases/", customers.open_case, name="open-case"),
    # the work list
    path("desk/", work.page, name="work"),
    path("desk/next/", frame.next_contact, name="next"),
    path("desk/palette/", frame.palette, name="palette"),
    path("desk/bulk/<slug:verb>/", bulk.do, name="bulk"),
    # one case
    path("desk/cases/<int:pk>/", case.page, name="case"),
    path("desk/cases/<int:pk>/head/", case.head, name="head"),
    path("desk/cases/<int:pk>/timeline/", case.timeline, name="timeline"),
    path("desk/cases/<int:pk>/context/", case.aside, name="context"),
    path("desk/cases/<int:pk>/panel/", panel.case_panel, name="panel"),
    path("desk/cases/<int:pk>/presence/", case.presence, name="presence"),
    # what is done to it
    path("desk/cases/<int:pk>/assign/", verbs.assign, name="assign"),
    path("desk/cases/<int:pk>/hand-over/", verbs.hand_over, name="hand-over"),
    path("desk/cases/<int:pk>/snooze/", verbs.snooze, name="snooze"),
    path("desk/cases/<int:pk>/wake/", verbs.wake, name="wake"),
    path("desk/cases/<int:pk>/priority/", verbs.priority, name="priority"),
    path("desk/cases/<int:pk>/merge/", verbs.merge, name="merge"),
    path("desk/cases/<int:pk>/unmerge/", verbs.unmerge, name="unmerge"),
    path("desk/cases/<int:pk>/wrap-up/", verbs.wrap_up, name="wrap-up"),
    path("desk/cases/<int:pk>/reopen/", verbs.reopen, name="reopen"),
    path("desk/cases/<int:pk>/confirm/", verbs.confirm, name="confirm"),
    path("desk/cases/<int:pk>/reject/", verbs.reject, name="reject"),
    # what is written in it
    path("desk/cases/<int:pk>/compose/", composer.compose, name="compose"),
    path("desk/cases/<int:pk>/reply/", composer.reply, name="reply"),
    path("desk/cases/<int:pk>/note/", composer.note, name="note"),
    path("desk/cases/<int:pk>/draft/", composer.keep, name="draft"),
    path("desk/cases/<int:pk>/drop/", composer.drop, name="drop"),
    path("desk/cases/<int:pk>/attach/", attachments.attach, name="attach"),
    path("desk/cases/<int:pk>/detach/<int:attachment_pk>/", attachments.detach, name="detach"),
    path("desk/cases/<int:pk>/canned/", composer.canned, name="canned"),
    path("desk/cases/<int:pk>/canned/<int:canned_pk>/", composer.use_canned, name="use-canned"),
    path("desk/cases/<int:pk>/names/", composer.names, name="names"),
    # one message
    path("desk/messages/<int:pk>/undo/", composer.undo, name="undo"),
    path("desk/messages/<int:pk>/resend/", composer.resend, name="resend"),
    path("desk/messages/<int:pk>/dismiss/", composer.dismiss, name="dismiss"),
    path("desk/messages/<int:pk>/html/", attachments.html, name="html"),
    path("desk/messages/<int:pk>/text/", attachments.text, name="text"),
    path("desk/attachments/<int:pk>/<str:name>", attachments.attachment, name="attachment"),
    # what went wrong
    path("desk/undelivered/", tend.undelivered, name="undelivered"),
    path("desk/mentions/", tend.mentions, name="mentions"),
    path("desk/cases/<int:pk>/seen/", tend.seen, name="seen"),
    path("tend/quarantine/", tend.quarantine, name="quarantine"),
    path("tend/quarantine/<int:pk>/", tend.raw, name="raw"),
    path("tend/quarantine/<int:pk>/mail.eml", tend.download, name="eml"),
    path("tend/quarantine/<int:pk>/release/", tend.release, name="release"),
    path("tend/quarantine/<int:pk>/discard/", tend.discard, name="discard"),
    path("tend/jobs/", tend.job_list, name="jobs"),
    path("tend/jobs/<int:pk>/retry/", tend.retry_job, name="retry-job"),
    path("tend/jobs/<int:pk>/discard/", tend.discard_job, name="discard-job"),
]
