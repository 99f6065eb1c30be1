"""What most flags and roles lack is indexed only where it is there, so that SQLite looks there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("customers", "0007_matching_by_house")]

    operations = [
        migrations.AlterField(
            model_name='flag',
            name='account',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='customers.account'),
        ),
        migrations.AlterField(
            model_name='flag',
            name='customer',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='customers.customer'),
        ),
        migrations.AlterField(
            model_name='flag',
            name='premise',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='customers.premise'),
        ),
        migrations.AlterField(
            model_name='role',
            name='account',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='customers.account'),
        ),
        migrations.AlterField(
            model_name='role',
            name='premise',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='customers.premise'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['customer'], name='flag_of_customer'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='flag_of_account'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('premise__isnull', False)), fields=['premise'], name='flag_of_premise'),
        ),
        migrations.AddIndex(
            model_name='role',
            index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='role_of_account'),
        ),
        migrations.AddIndex(
            model_name='role',
            index=models.Index(condition=models.Q(('premise__isnull', False)), fields=['premise'], name='role_of_premise'),
        ),
    ]
