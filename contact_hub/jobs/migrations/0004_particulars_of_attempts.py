from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_claim_by_index_on_sqlite")]

    operations = [
        migrations.AddField("attempt", "particulars", models.JSONField(default=dict)),
    ]
