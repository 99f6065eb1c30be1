"""Indexes in the order of the work list, so that a page of it stops early at any size."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("inbox", "0003_full_text"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=Q(("state__in", ["new", "open"])), fields=["due_at", "id"], name="case_due"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["state", "queue", "owner"], name="case_counted"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=Q(("closed_at", None), _negated=True), fields=["-closed_at", "-id"], name="case_ended"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=Q(("undelivered", True)), fields=["-last_at"], name="case_undelivered"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=Q(("last_inbound", True), ("owner", None), ("state__in", ["new", "open"])),
                fields=["queue", "-priority", "due_at", "id"],
                name="case_next",
            ),
        ),
    ]
