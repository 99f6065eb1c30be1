"""What was tried to prove who speaks is neither changed nor deleted, by the database's own word."""

from django.db import migrations

from contact_hub.inbox.append_only import VERIFICATIONS


def install(apps, schema_editor):
    VERIFICATIONS.install(schema_editor.connection)


def lift(apps, schema_editor):
    VERIFICATIONS.lift(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_verification")]
    operations = [migrations.RunPython(install, lift)]
