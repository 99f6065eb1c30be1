"""A draft that was thrown away is kept for a while, beside one that was begun anew."""

import django.db.models.manager
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("inbox", "0005_next_contact"),
    ]
    operations = [
        migrations.AddField(
            model_name="draft",
            name="dropped_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(model_name="draft", name="draft_once"),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=Q(("dropped_at", None)),
                fields=("case", "person", "mode"),
                name="draft_once",
            ),
        ),
    ]
