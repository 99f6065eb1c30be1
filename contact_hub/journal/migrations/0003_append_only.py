from django.db import migrations

from contact_hub.journal.append_only import JOURNAL


def install(apps, schema_editor):
    JOURNAL.install(schema_editor.connection)


def lift(apps, schema_editor):
    JOURNAL.lift(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [('journal', '0002_initial')]
    operations = [migrations.RunPython(install, lift)]
