
import django.db.models.deletion
from django.db import migrations, models

import citycoin.foundation.fields


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cities', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.BigIntegerField()),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('sender', models.CharField(blank=True, max_length=11)),
                ('message_id', models.CharField(blank=True, max_length=35)),
                ('verdict', models.CharField(choices=[('taken', 'Taken'), ('refused', 'Refused')], max_length=10)),
                ('why', models.CharField(blank=True, max_length=20)),
                ('deposits_found', models.PositiveIntegerField(default=0)),
                ('received_at', models.DateTimeField()),
                ('times', models.PositiveIntegerField(default=1)),
                ('city', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_files', to='cities.city')),
            ],
        ),
        migrations.CreateModel(
            name='CityAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bank_ko', citycoin.foundation.fields.NameField(max_length=40)),
                ('bank_en', citycoin.foundation.fields.NameField(max_length=40)),
                ('bic', models.CharField(max_length=11)),
                ('number', models.CharField(max_length=34)),
                ('operating_number', models.CharField(max_length=34)),
                ('holder', citycoin.foundation.fields.NameField(max_length=60)),
                ('prefix', models.CharField(max_length=20)),
                ('digits', models.PositiveSmallIntegerField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_accounts', to='cities.city')),
            ],
        ),
        migrations.CreateModel(
            name='Deposit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=35)),
                ('number', models.CharField(blank=True, max_length=34)),
                ('amount', citycoin.foundation.fields.WonField()),
                ('payer_name', citycoin.foundation.fields.SentenceField(blank=True, max_length=140)),
                ('payer_bank', models.CharField(blank=True, max_length=35)),
                ('payer_number', models.CharField(blank=True, max_length=34)),
                ('booked_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('received', 'Received'), ('bought', 'Bought'), ('suspense', 'Suspense'), ('returning', 'Returning'), ('returned', 'Returned')], default='received', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('decided_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='bank.cityaccount')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='cities.city')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='bank.bankfile')),
            ],
        ),
        migrations.CreateModel(
            name='OrderFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=35, unique=True)),
                ('content', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('delivered_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='order_files', to='bank.cityaccount')),
            ],
        ),
        migrations.CreateModel(
            name='TransferOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pays_from', models.CharField(max_length=34)),
                ('purpose', models.CharField(choices=[('return', 'Return'), ('payout', 'Payout'), ('check', 'Check')], max_length=10)),
                ('end_to_end', models.CharField(max_length=35, unique=True)),
                ('amount', citycoin.foundation.fields.WonField()),
                ('payee_name', citycoin.foundation.fields.SentenceField(blank=True, max_length=140)),
                ('payee_bank', models.CharField(max_length=35)),
                ('payee_number', models.CharField(max_length=34)),
                ('note', citycoin.foundation.fields.SentenceField(max_length=140)),
                ('status', models.CharField(choices=[('ordered', 'Ordered'), ('sent', 'Sent'), ('accepted', 'Accepted'), ('done', 'Done'), ('rejected', 'Rejected')], default='ordered', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=35)),
                ('ordered_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers_out', to='bank.cityaccount')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers_out', to='cities.city')),
                ('deposit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='bank.deposit')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='bank.orderfile')),
            ],
            options={
                'verbose_name_plural': 'transfers out',
            },
        ),
        migrations.CreateModel(
            name='VirtualAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=34)),
                ('purpose', models.CharField(max_length=20)),
                ('opened_at', models.DateTimeField()),
                ('open_until', models.DateTimeField()),
                ('kept_until', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='virtual_accounts', to='bank.cityaccount')),
            ],
        ),
        migrations.AddField(
            model_name='deposit',
            name='virtual_account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='bank.virtualaccount'),
        ),
        migrations.AddConstraint(
            model_name='bankfile',
            constraint=models.UniqueConstraint(condition=models.Q(('verdict', 'taken')), fields=('sender', 'message_id'), name='a_banks_message_is_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='bankfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'taken'), ('why', '')), models.Q(('verdict', 'refused'), models.Q(('why', ''), _negated=True)), _connector='OR'), name='a_refused_file_says_why'),
        ),
        migrations.AddConstraint(
            model_name='cityaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('city',), name='a_city_has_one_account_now'),
        ),
        migrations.AddConstraint(
            model_name='cityaccount',
            constraint=models.UniqueConstraint(fields=('bic', 'number'), name='an_account_is_of_one_city'),
        ),
        migrations.AddConstraint(
            model_name='cityaccount',
            constraint=models.UniqueConstraint(fields=('bic', 'prefix'), name='a_prefix_is_of_one_account'),
        ),
        migrations.AddIndex(
            model_name='transferout',
            index=models.Index(condition=models.Q(('status', 'ordered')), fields=['status'], name='transfer_to_send'),
        ),
        migrations.AddConstraint(
            model_name='transferout',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_transfer_out_is_of_some_won'),
        ),
        migrations.AddConstraint(
            model_name='transferout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'return'), _negated=True), ('deposit__isnull', False), _connector='OR'), name='a_return_has_its_deposit'),
        ),
        migrations.AddConstraint(
            model_name='transferout',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'rejected'), _negated=True), fields=('deposit',), name='a_deposit_goes_back_once'),
        ),
        migrations.AddConstraint(
            model_name='transferout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('order', None), ('status', 'ordered')), models.Q(models.Q(('status', 'ordered'), _negated=True), ('order__isnull', False)), _connector='OR'), name='what_is_sent_is_in_an_order'),
        ),
        migrations.AddConstraint(
            model_name='transferout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ['done', 'rejected'])), models.Q(models.Q(('status__in', ['done', 'rejected']), _negated=True), ('ended_at', None)), _connector='OR'), name='a_transfer_out_has_ended_or_not'),
        ),
        migrations.AddConstraint(
            model_name='virtualaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('released_at', None)), fields=('account', 'number'), name='a_number_is_given_to_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='virtualaccount',
            constraint=models.CheckConstraint(condition=models.Q(('kept_until__gt', models.F('open_until'))), name='a_number_is_kept_after_its_time'),
        ),
        migrations.AddIndex(
            model_name='deposit',
            index=models.Index(condition=models.Q(('status__in', ['received', 'suspense'])), fields=['status'], name='deposit_under_way'),
        ),
        migrations.AddConstraint(
            model_name='deposit',
            constraint=models.UniqueConstraint(fields=('account', 'reference'), name='a_deposit_is_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='deposit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_deposit_is_of_some_won'),
        ),
        migrations.AddConstraint(
            model_name='deposit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('status', 'received')), models.Q(models.Q(('status', 'received'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='a_deposit_is_received_or_decided'),
        ),
        migrations.AddConstraint(
            model_name='deposit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('status__in', ['received', 'bought'])), models.Q(('status__in', ['suspense', 'returning', 'returned']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='a_deposit_that_buys_nothing_says_why'),
        ),
        migrations.AddConstraint(
            model_name='deposit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'bought'), _negated=True), ('virtual_account__isnull', False), _connector='OR'), name='what_is_bought_has_its_account'),
        ),
    ]
