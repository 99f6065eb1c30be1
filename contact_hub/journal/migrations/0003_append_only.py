from django.db import migrations

from contact_hub.journal import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def lift(apps, schema_editor):
    append_only.lift(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [('journal', '0002_initial')]
    operations = [migrations.RunPython(install, lift)]
