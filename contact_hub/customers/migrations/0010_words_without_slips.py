"""Words one slip away are found in memory: their table is read by nobody."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0009_says'),
    ]

    operations = [
        migrations.DeleteModel(
            name='VocabularyDelete',
        ),
    ]
