
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import citycoin.foundation.fields


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_first'),
        ('accounts', '__first__'),
        ('cities', '0001_first'),
        ('wallets', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ko', citycoin.foundation.fields.NameField(max_length=60)),
                ('name_en', citycoin.foundation.fields.NameField(max_length=60)),
                ('business_number', models.CharField(max_length=10)),
                ('district', citycoin.foundation.fields.NameField(blank=True, default='', max_length=40)),
                ('category', models.CharField(choices=[('food', 'Food'), ('cafe', 'Cafe'), ('market', 'Market'), ('health', 'Health'), ('learning', 'Learning'), ('home', 'Home'), ('beauty', 'Beauty'), ('other', 'Other')], default='other', max_length=10)),
                ('sought_by', citycoin.foundation.fields.ComparedField(editable=False, of=('name_ko', 'name_en', 'district'))),
                ('code', models.PositiveBigIntegerField(unique=True)),
                ('posters_at', citycoin.foundation.fields.NameField(blank=True, default='', max_length=100)),
                ('opened_at', models.DateTimeField()),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shops', to='cities.city')),
                ('wallet', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='shop', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'business_number'), name='a_business_registers_once_in_a_city')],
            },
        ),
        migrations.CreateModel(
            name='PastCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('posters_at', citycoin.foundation.fields.NameField(blank=True, default='', max_length=100)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='past_codes', to='merchants.shop')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='a_code_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField()),
                ('amount', citycoin.foundation.fields.WonField()),
                ('reason', models.CharField(choices=[('wrong_amount', 'Wrong Amount'), ('twice', 'Twice'), ('asked', 'Asked'), ('sold_out', 'Sold Out'), ('other', 'Other')], max_length=12)),
                ('promised_at', models.DateTimeField()),
                ('sent_under', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to=settings.AUTH_USER_MODEL)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='wallets.payment')),
                ('sent', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='wallets.payment')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='merchants.shop')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_refund_gives_something_back'), models.UniqueConstraint(fields=('shop', 'client_id'), name='a_client_id_names_one_refund_of_a_shop')],
                'indexes': [models.Index(condition=models.Q(('sent', None)), fields=['id'], name='refund_to_send')],
            },
        ),
        migrations.CreateModel(
            name='PaymentRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('amount', citycoin.foundation.fields.WonField()),
                ('code', models.PositiveBigIntegerField(unique=True)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='merchants.shop')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_request_asks_for_something')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', citycoin.foundation.fields.NameField(max_length=40)),
                ('pairing_hash', models.BinaryField(max_length=32, unique=True)),
                ('pairing_expires_at', models.DateTimeField()),
                ('token_hash', models.BinaryField(max_length=32, null=True, unique=True)),
                ('paired_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counters', to='merchants.shop')),
            ],
        ),
        migrations.CreateModel(
            name='ShopApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ko', citycoin.foundation.fields.NameField(max_length=60)),
                ('name_en', citycoin.foundation.fields.NameField(max_length=60)),
                ('business_number', models.CharField(max_length=10)),
                ('district', citycoin.foundation.fields.NameField(blank=True, max_length=40)),
                ('category', models.CharField(choices=[('food', 'Food'), ('cafe', 'Cafe'), ('market', 'Market'), ('health', 'Health'), ('learning', 'Learning'), ('home', 'Home'), ('beauty', 'Beauty'), ('other', 'Other')], max_length=10)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('approved', 'Approved'), ('rejected', 'Rejected')], default='waiting', max_length=10)),
                ('applied_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', citycoin.foundation.fields.SentenceField(blank=True, max_length=300)),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shop_applications', to=settings.AUTH_USER_MODEL)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shop_applications', to='cities.city')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_applications', to='accounts.official')),
                ('shop', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='merchants.shop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('city', 'business_number'), name='a_business_waits_once_in_a_city')],
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('cashier', 'Cashier')], max_length=10)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('pin_fingerprint', models.BinaryField(max_length=32, null=True)),
                ('pin_failures', models.PositiveSmallIntegerField(default=0)),
                ('pin_locked_until', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='merchants.shop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('shop', 'person'), name='a_person_has_one_part_in_a_shop')],
            },
        ),
        migrations.CreateModel(
            name='DailySum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('district', citycoin.foundation.fields.NameField(blank=True, max_length=40)),
                ('category', models.CharField(choices=[('food', 'Food'), ('cafe', 'Cafe'), ('market', 'Market'), ('health', 'Health'), ('learning', 'Learning'), ('home', 'Home'), ('beauty', 'Beauty'), ('other', 'Other')], max_length=10)),
                ('payments', models.PositiveIntegerField(default=0)),
                ('won', citycoin.foundation.fields.WonField(default=0)),
                ('refunds', models.PositiveIntegerField(default=0)),
                ('refunded', citycoin.foundation.fields.WonField(default=0)),
                ('city', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='daily_sums', to='cities.city')),
                ('shop', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='daily_sums', to='merchants.shop')),
            ],
            options={
                'indexes': [models.Index(fields=['city', 'day'], name='daily_sums_of_a_city')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'day', 'district', 'category'), name='a_day_of_a_shop_is_summed_once'), models.CheckConstraint(condition=models.Q(('won__gte', 0), ('refunded__gte', 0)), name='daily_sums_are_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='RegisterView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', citycoin.foundation.fields.NameField(max_length=30)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('saved_at', models.DateTimeField()),
                ('official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='register_views', to='accounts.official')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('official', 'name'), name='an_official_gives_a_name_to_one_view')],
            },
        ),
        migrations.CreateModel(
            name='AwaitedEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField()),
                ('amount', citycoin.foundation.fields.WonField()),
                ('asked_at', models.DateTimeField()),
                ('over_at', models.DateTimeField(null=True)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awaited_ends', to='merchants.shop')),
                ('wallet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='awaited_ends', to='wallets.wallet')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('over_at', None)), fields=['asked_at'], name='end_awaited')],
                'constraints': [models.UniqueConstraint(fields=('wallet', 'client_id'), name='an_end_is_awaited_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='an_awaited_payment_is_of_some_won')],
            },
        ),
        migrations.CreateModel(
            name='RefundClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField()),
                ('amount', citycoin.foundation.fields.WonField()),
                ('reason', models.CharField(choices=[('wrong_amount', 'Wrong Amount'), ('twice', 'Twice'), ('not_received', 'Not Received'), ('sent_back', 'Sent Back'), ('other', 'Other')], max_length=12)),
                ('says', citycoin.foundation.fields.SentenceField(blank=True, max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('answer_by', models.DateTimeField()),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('granted', 'Granted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('unanswered', 'Unanswered')], default='waiting', max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('answer', citycoin.foundation.fields.SentenceField(blank=True, max_length=200)),
                ('declined_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='declined_claims', to=settings.AUTH_USER_MODEL)),
                ('payment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='wallets.payment')),
                ('refund', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claim', to='merchants.refund')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['answer_by'], name='claim_waiting')],
                'constraints': [models.UniqueConstraint(fields=('payment', 'client_id'), name='a_client_id_names_one_claim_of_a_payment'), models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('payment',), name='one_claim_of_a_payment_waits'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_claim_asks_for_something'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('status', 'waiting')), models.Q(models.Q(('status', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='a_claim_waits_or_has_ended'), models.CheckConstraint(condition=models.Q(models.Q(('refund__isnull', False), ('status', 'granted')), models.Q(models.Q(('status', 'granted'), _negated=True), ('refund', None)), _connector='OR'), name='a_granted_claim_has_its_refund'), models.CheckConstraint(condition=models.Q(models.Q(('declined_by__isnull', False), ('status', 'declined'), models.Q(('answer', ''), _negated=True)), models.Q(models.Q(('status', 'declined'), _negated=True), ('answer', ''), ('declined_by', None)), _connector='OR'), name='a_declined_claim_says_who_and_why')],
            },
        ),
    ]
