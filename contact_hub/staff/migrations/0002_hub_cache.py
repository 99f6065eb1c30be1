"""The table behind the shared cache where there is no Redis: sign-in limits are counted in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.CreateModel(
                    name="HubCache",
                    fields=[
                        ("cache_key", models.CharField(max_length=255, primary_key=True)),
                        ("value", models.TextField()),
                        ("expires", models.DateTimeField(db_index=True)),
                    ],
                    options={"db_table": "hub_cache"},
                )
            ]
        )
    ]
