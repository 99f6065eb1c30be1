"""The inbox in the admin: queues, mailboxes, wordings; and its raw records, to be looked at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contact_hub.inbox.forms import MailboxForm
from contact_hub.inbox.models import CannedReply, Envelope, Mailbox, Outcome, Queue, WrapUpCode
from contact_hub.journal.admin import Journalled, ReadOnly, tell_access_changed
from contact_hub.staff.models import Person


@admin.register(Queue)
class QueueAdmin(Journalled):
    list_display = ("name", "key", "first_reply_minutes", "position")
    list_editable = ("position",)
    prepopulated_fields = {"key": ("name",)}

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Queue], formsets: Any, change: Any
    ) -> None:
        """Who gains or loses the queue must not keep looking at the screen of before."""
        before = set(form.instance.teams.all())
        super().save_related(request, form, formsets, change)
        changed = before ^ set(form.instance.teams.all())
        people = Person.objects.filter(teams__in=changed).values_list("pk", flat=True)
        tell_access_changed(people.distinct())


@admin.register(Mailbox)
class MailboxAdmin(Journalled):
    form = MailboxForm
    list_display = ("address", "name", "queue", "active", "last_good_at")
    list_filter = ("active", "queue")
    list_select_related = ("queue",)
    readonly_fields = ("last_good_at", "last_error")
    fieldsets = (
        (None, {"fields": ("address", "name", "queue", "active")}),
        (_("What is put under our mail"), {"fields": ("signature", "signature_es")}),
        (
            _("Fetching mail (IMAP)"),
            {
                "fields": (
                    ("imap_host", "imap_port", "imap_encryption"),
                    ("imap_user", "imap_password"),
                    ("imap_folder", "imap_all", "sent_folder"),
                    ("last_good_at", "last_error"),
                )
            },
        ),
        (
            _("Sending mail (SMTP); without a host the site's own server is used"),
            {
                "fields": (
                    ("smtp_host", "smtp_port", "smtp_tls"),
                    ("smtp_user", "smtp_password"),
                )
            },
        ),
    )


@admin.register(WrapUpCode)
class WrapUpCodeAdmin(Journalled):
    list_display = ("name", "name_es", "key", "active", "position")
    list_editable = ("active", "position")
    prepopulated_fields = {"key": ("name",)}


@admin.register(Outcome)
class OutcomeAdmin(Journalled):
    list_display = ("name", "name_es", "key", "active", "position")
    list_editable = ("active", "position")
    prepopulated_fields = {"key": ("name",)}


@admin.register(CannedReply)
class CannedReplyAdmin(Journalled):
    list_display = ("title", "owner", "team", "used", "updated_at")
    list_filter = ("team", "queues")
    list_select_related = ("owner", "team")
    search_fields = ("title", "tags", "body")
    readonly_fields = ("used", "updated_at")


@admin.register(Envelope)
class EnvelopeAdmin(ReadOnly):
    """What came in; the mail itself is only shown to those who tend the quarantine."""

    list_display = ("received_at", "carrier", "door", "state", "mailbox", "size", "attempts")
    list_filter = ("state", "door", "carrier")
    list_select_related = ("mailbox",)
    search_fields = ("external_id__startswith", "mail_from__startswith")
    ordering = ("-received_at",)
    exclude = ("raw", "blob", "message")
