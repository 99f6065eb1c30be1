"""Secrets of customers, of which only hashes are kept."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_importing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Secret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pin', 'PIN or passphrase'), ('password', 'Password for communications')], max_length=8, verbose_name='kind')),
                ('hashed', models.CharField(max_length=160)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='set')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='customers.customer')),
            ],
            options={
                'verbose_name': 'secret',
                'verbose_name_plural': 'secrets',
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind'), name='secret_once')],
            },
        ),
    ]
