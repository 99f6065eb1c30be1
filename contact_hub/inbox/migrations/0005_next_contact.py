"""The index of what comes next holds every open case that nobody owns, whoever spoke last in it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_work_list")]
    operations = [
        migrations.RemoveIndex(model_name="case", name="case_next"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=Q(("owner", None), ("state__in", ["new", "open"])),
                fields=["queue", "-priority", "due_at", "id"],
                name="case_next",
            ),
        ),
    ]
