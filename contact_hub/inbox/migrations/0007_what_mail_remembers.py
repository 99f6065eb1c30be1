"""What the ways of mail remember: who was put off, how a mailbox is reached, when raw mail was filed."""

from importlib import import_module

from django.db import migrations, models

full_text = import_module("contact_hub.inbox.migrations.0003_full_text")


def tie_the_search_again(apps, schema_editor):
    """On SQLite a table that gets such a column is at times made anew, without its triggers."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in full_text.SQLITE:
            if statement.startswith("CREATE TRIGGER"):
                again = statement.replace("TRIGGER", "TRIGGER IF NOT EXISTS", 1)
                schema_editor.execute(again, params=None)


def name_the_encryption(apps, schema_editor):
    apps.get_model("inbox", "Mailbox").objects.filter(imap_tls=False).update(imap_encryption="none")
    read = apps.get_model("inbox", "Mailbox").objects.exclude(uid_validity=None)
    read.update(imap_all=True)  # until now every mailbox was read from its beginning


def date_what_is_over(apps, schema_editor):
    over = apps.get_model("inbox", "Envelope").objects.filter(state__in=["filed", "discarded"])
    over.update(finished_at=models.F("received_at"))


def forget_its_name(apps, schema_editor):
    apps.get_model("inbox", "Mailbox").objects.filter(imap_encryption="none").update(imap_tls=False)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0006_dropped_draft")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, tie_the_search_again),
        migrations.AddField("message", "put_off", models.JSONField(blank=True, default=list)),
        migrations.RunPython(tie_the_search_again, migrations.RunPython.noop),
        migrations.AddField(
            "mailbox",
            "imap_encryption",
            models.CharField(
                choices=[("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "None")],
                default="tls",
                max_length=8,
                verbose_name="IMAP encryption",
            ),
        ),
        migrations.AddField(
            "mailbox",
            "imap_all",
            models.BooleanField(
                default=False,
                help_text=(
                    "Otherwise the mailbox is read from the moment on when it is first reached."
                ),
                verbose_name="take in what is there already",
            ),
        ),
        migrations.AddField(
            "mailbox",
            "imap_since",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(name_the_encryption, forget_its_name),
        migrations.AddField("envelope", "finished_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(date_what_is_over, migrations.RunPython.noop),
        migrations.RemoveField("mailbox", "imap_tls"),
    ]
