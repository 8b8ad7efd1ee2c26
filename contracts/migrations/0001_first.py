
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
            name='Chain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain_id', models.PositiveBigIntegerField(unique=True)),
                ('first_block_hash', citycoin.foundation.fields.HashField(max_length=66)),
                ('head_number', models.PositiveBigIntegerField(default=0)),
                ('seen_at', models.DateTimeField(null=True)),
                ('behind_since', models.DateTimeField(null=True)),
                ('is_another', models.BooleanField(default=False)),
                ('verifies_p256', models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('token', 'Token')], default='token', max_length=10)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('symbol', models.CharField(blank=True, max_length=11)),
                ('kinds_allowed', models.PositiveIntegerField(default=0)),
                ('kinds_closing', models.PositiveIntegerField(default=0)),
                ('address', citycoin.foundation.fields.AddressField(max_length=42, unique=True)),
                ('treasury', citycoin.foundation.fields.AddressField(max_length=42)),
                ('domain_separator', models.BinaryField(max_length=32)),
                ('code_hash', citycoin.foundation.fields.HashField(blank=True, max_length=66)),
                ('next_block', models.PositiveBigIntegerField(default=0)),
                ('last_block_hash', citycoin.foundation.fields.HashField(blank=True, max_length=66)),
                ('copied_at', models.DateTimeField(null=True)),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='contracts.chain')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='cities.city')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'kind'), name='a_city_has_one_contract_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='ChainLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('block_number', models.PositiveBigIntegerField()),
                ('block_hash', citycoin.foundation.fields.HashField(max_length=66)),
                ('block_at', models.DateTimeField()),
                ('tx_hash', citycoin.foundation.fields.HashField(max_length=66)),
                ('log_index', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=40)),
                ('args', models.JSONField()),
                ('posted_at', models.DateTimeField(null=True)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='logs', to='contracts.contract')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contract', 'block_hash', 'log_index'), name='a_log_is_copied_once')],
                'indexes': [models.Index(condition=models.Q(('posted_at', None)), fields=['contract', 'block_number', 'log_index'], name='log_not_posted')],
            },
        ),
        migrations.CreateModel(
            name='Sender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('funder', 'Funder'), ('clerk', 'Clerk'), ('issuer', 'Issuer'), ('settler', 'Settler'), ('registrar', 'Registrar'), ('guardian', 'Guardian')], max_length=10)),
                ('address', citycoin.foundation.fields.AddressField(max_length=42)),
                ('sealed', models.BinaryField()),
                ('next_nonce', models.PositiveBigIntegerField(default=0)),
                ('chain', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='senders', to='contracts.chain')),
                ('city', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='senders', to='cities.city')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'role'), name='a_role_of_a_city_has_one_sender'), models.UniqueConstraint(fields=('chain', 'address'), name='a_sending_key_has_one_role')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('intent', models.UUIDField(unique=True)),
                ('nonce', models.PositiveBigIntegerField()),
                ('purpose', models.CharField(choices=[('gas money', 'Gas Money'), ('deploy', 'Deploy'), ('register', 'Register'), ('freeze', 'Freeze'), ('unfreeze', 'Unfreeze'), ('pause', 'Pause'), ('unpause', 'Unpause'), ('budget', 'Budget'), ('rotation', 'Rotation'), ('programme', 'Programme'), ('kinds', 'Kinds'), ('issue', 'Issue'), ('redeem', 'Redeem'), ('settle', 'Settle')], max_length=20)),
                ('raw', models.BinaryField()),
                ('tx_hash', citycoin.foundation.fields.HashField(max_length=66, unique=True)),
                ('status', models.CharField(choices=[('signed', 'Signed'), ('sent', 'Sent'), ('final', 'Final'), ('reverted', 'Reverted'), ('lost', 'Lost')], default='signed', max_length=10)),
                ('fed_again', models.BooleanField(default=False)),
                ('block_number', models.PositiveBigIntegerField(null=True)),
                ('signed_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='contracts.sender')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sender', 'nonce'), name='one_submission_for_a_sender_nonce')],
                'indexes': [models.Index(condition=models.Q(('status__in', ['signed', 'sent'])), fields=['status'], name='submission_in_flight')],
            },
        ),
    ]
