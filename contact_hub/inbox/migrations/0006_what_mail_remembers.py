from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_work_list")]

    operations = [
        migrations.AddField("message", "put_off", models.JSONField(blank=True, default=list)),
    ]
