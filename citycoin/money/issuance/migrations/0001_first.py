
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import citycoin.foundation.fields


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_first'),
        ('bank', '0001_first'),
        ('cities', '0001_first'),
        ('contracts', '0001_first'),
        ('rules', '0001_first'),
        ('wallets', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('budget', 'Budget'), ('rotation', 'Rotation'), ('kinds', 'Kinds')], max_length=10)),
                ('facts', models.JSONField()),
                ('purpose', citycoin.foundation.fields.SentenceField(blank=True, max_length=300)),
                ('legal_basis', citycoin.foundation.fields.SentenceField(blank=True, max_length=200)),
                ('basis_on_chain', citycoin.foundation.fields.HashField(blank=True, max_length=66)),
                ('digest', citycoin.foundation.fields.HashField(max_length=66)),
                ('calldata', models.BinaryField()),
                ('given_up_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField()),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='cities.city')),
                ('submission', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='contracts.submission')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'digest'), name='a_decision_is_carried_once'), models.CheckConstraint(condition=models.Q(('submission', None), ('given_up_at', None), _connector='OR'), name='a_decision_is_sent_or_given_up')],
            },
        ),
        migrations.CreateModel(
            name='OfficialKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', citycoin.foundation.fields.AddressField(max_length=42)),
                ('founding', models.BooleanField(default=False)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='official_keys', to='cities.city')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('city', 'address'), name='an_official_key_is_one_now')],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('year', models.PositiveSmallIntegerField()),
                ('name_ko', citycoin.foundation.fields.NameField(max_length=60)),
                ('name_en', citycoin.foundation.fields.NameField(max_length=60)),
                ('cap', citycoin.foundation.fields.WonField()),
                ('reserved', citycoin.foundation.fields.WonField(default=0)),
                ('issued', citycoin.foundation.fields.WonField(default=0)),
                ('open_at', models.DateTimeField(null=True)),
                ('first_day', models.DateField(null=True)),
                ('last_day', models.DateField(null=True)),
                ('next_cap', citycoin.foundation.fields.WonField(null=True)),
                ('change', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changed_programme', to='contracts.submission')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='cities.city')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='programme', to='contracts.submission')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'number'), name='a_programme_number_is_used_once'), models.CheckConstraint(condition=models.Q(('first_day', None), ('last_day', None), ('last_day__gte', models.F('first_day')), _connector='OR'), name='a_programme_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('change', None), ('next_cap', None)), models.Q(('change__isnull', False), ('next_cap__isnull', False)), _connector='OR'), name='a_programmes_next_cap_has_its_transaction'), models.CheckConstraint(condition=models.Q(('reserved__gte', 0), ('issued__gte', 0), ('cap__gte', django.db.models.expressions.CombinedExpression(models.F('reserved'), '+', models.F('issued')))), name='a_programme_promises_no_more_than_its_cap')],
            },
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issue_id', citycoin.foundation.fields.HashField(max_length=66, unique=True)),
                ('formed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='issue', to='contracts.submission')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='issuance.programme')),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('budget', 'Budget'), ('rotation', 'Rotation'), ('programme', 'Programme'), ('change', 'Change')], max_length=10)),
                ('facts', models.JSONField()),
                ('purpose', citycoin.foundation.fields.SentenceField(max_length=300)),
                ('legal_basis', citycoin.foundation.fields.SentenceField(blank=True, max_length=200)),
                ('proposed_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('open', 'Open'), ('approved', 'Approved'), ('rejected', 'Rejected')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', citycoin.foundation.fields.SentenceField(blank=True, max_length=300)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='cities.city')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_proposals', to='accounts.official')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='issuance.decision')),
                ('submission', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='contracts.submission')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='accounts.official')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), ('status', 'rejected'), _connector='OR'), name='nobody_approves_their_own_proposal')],
            },
        ),
        migrations.CreateModel(
            name='ProposalSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', citycoin.foundation.fields.AddressField(max_length=42)),
                ('signature', models.BinaryField(max_length=128)),
                ('signed_at', models.DateTimeField()),
                ('official', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='accounts.official')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='issuance.proposal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('proposal', 'address'), name='an_official_signs_a_proposal_once')],
            },
        ),
        migrations.CreateModel(
            name='TopUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField()),
                ('amount', citycoin.foundation.fields.WonField()),
                ('price', citycoin.foundation.fields.WonField()),
                ('funders', models.JSONField()),
                ('status', models.CharField(choices=[('reserved', 'Reserved'), ('paid', 'Paid'), ('issuing', 'Issuing'), ('issued', 'Issued'), ('lapsed', 'Lapsed'), ('returned', 'Returned')], default='reserved', max_length=10)),
                ('reserved_at', models.DateTimeField()),
                ('reserved_until', models.DateTimeField()),
                ('paid_at', models.DateTimeField(null=True)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='top_up', to='bank.virtualaccount')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='top_ups', to='cities.city')),
                ('issue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='top_ups', to='issuance.issue')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='top_ups', to='issuance.programme')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='top_ups', to='rules.rule')),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='top_ups', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wallet', 'client_id'), name='a_client_id_names_one_top_up_of_a_wallet'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_top_up_is_of_some_won'), models.CheckConstraint(condition=models.Q(('price__gt', 0), ('price__lte', models.F('amount'))), name='a_top_up_has_a_price')],
                'indexes': [models.Index(condition=models.Q(('status', 'issued'), _negated=True), fields=['status'], name='top_up_under_way'), models.Index(condition=models.Q(('status', 'issued')), fields=['city', '-paid_at'], name='top_ups_issued_of_a_city')],
            },
        ),
        migrations.CreateModel(
            name='BrowserKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', citycoin.foundation.fields.AddressField(max_length=42)),
                ('public_key', models.BinaryField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='browser_keys', to='cities.city')),
                ('official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='accounts.official')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'address'), name='an_address_is_one_browser_key')],
            },
        ),
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('cap', citycoin.foundation.fields.WonField()),
                ('version', models.PositiveIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budgets', to='cities.city')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'year'), name='a_city_has_one_budget_a_year')],
            },
        ),
        migrations.CreateModel(
            name='SaleWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sale_wishes', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('told_at', None)), fields=('wallet',), name='a_wallet_waits_once_for_a_sale')],
            },
        ),
    ]
