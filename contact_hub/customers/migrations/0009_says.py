"""What an import tells people is kept by name, with its particulars, and said in their language."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0008_sparse_flags'),
    ]

    operations = [
        migrations.RenameField(
            model_name='finding',
            old_name='words',
            new_name='what',
        ),
        migrations.AddField(
            model_name='finding',
            name='told',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='importfile',
            name='told',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='importreject',
            name='told',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='importrun',
            name='told',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
