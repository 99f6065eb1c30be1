"""Indexes hold only what is there, and a message's own id is looked up where it stands."""

from itertools import islice

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from contact_hub.inbox.rules.threading import digest


def forget_own(apps, schema_editor):
    """The ids that messages bear were kept twice."""
    apps.get_model("inbox", "ThreadKey").objects.filter(own=True).delete()


def recall_own(apps, schema_editor):
    """Going back: those who look for them among the keys find them there again."""
    key = apps.get_model("inbox", "ThreadKey")
    born = apps.get_model("inbox", "Message").objects.exclude(message_id="")
    rows = born.values_list("message_id", "case", "from_address").iterator(chunk_size=2000)
    while some := list(islice(rows, 2000)):
        key.objects.bulk_create(
            [
                key(digest=digest(name), case_id=case, own=True, address=address)
                for name, case, address in some
            ],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_secrets'),
        ('inbox', '0011_search_kept_cheaply'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(forget_own, recall_own),
        migrations.RemoveConstraint(
            model_name='threadkey',
            name='thread_key_once',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='inbox_case_custome_c54e09_idx',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='inbox_case_state_e3938d_idx',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='inbox_conta_queue_i_85ac7a_idx',
        ),
        migrations.AlterField(  # so that it can be put back
            model_name='threadkey',
            name='own',
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveField(
            model_name='threadkey',
            name='own',
        ),
        migrations.AlterField(
            model_name='case',
            name='account',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to='customers.account'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='agent',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contacts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['customer', '-last_at'], name='case_of_customer'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='case_of_account'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'snoozed')), fields=['snoozed_until'], name='case_snoozed'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('agent__isnull', False)), fields=['agent'], name='contact_of_agent'),
        ),
        migrations.AddConstraint(
            model_name='threadkey',
            constraint=models.UniqueConstraint(fields=('digest', 'case'), name='referred_once'),
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='inbox_case_owner_i_aba99d_idx',
        ),
        migrations.AlterField(
            model_name='envelope',
            name='message',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='envelopes', to='inbox.message'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner', 'state', 'due_at'], name='case_of_owner'),
        ),
        migrations.AddIndex(
            model_name='envelope',
            index=models.Index(condition=models.Q(('message__isnull', False)), fields=['message'], name='envelope_of_message'),
        ),
    ]
