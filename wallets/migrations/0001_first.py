
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
        ('contracts', '0001_first'),
        ('passkeys', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manifest', citycoin.foundation.fields.HashField(max_length=66, unique=True)),
                ('formed_at', models.DateTimeField()),
                ('posted_at', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='cities.city')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='batch', to='contracts.submission')),
            ],
            options={
                'verbose_name_plural': 'batches',
                'indexes': [models.Index(condition=models.Q(('posted_at', None)), fields=['city'], name='batch_not_posted')],
            },
        ),
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('block', models.PositiveBigIntegerField()),
                ('books', citycoin.foundation.fields.WonField()),
                ('chain', citycoin.foundation.fields.WonField()),
                ('compared_at', models.DateTimeField()),
                ('differs_since', models.DateTimeField(null=True)),
                ('city', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='comparison', to='cities.city')),
            ],
        ),
        migrations.CreateModel(
            name='RegistrationCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.BinaryField(max_length=32, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registration_codes', to='cities.city')),
            ],
        ),
        migrations.CreateModel(
            name='Wallet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('resident', 'Resident'), ('shop', 'Shop'), ('treasury', 'Treasury'), ('issuance', 'Issuance'), ('suspense', 'Suspense')], max_length=10)),
                ('posted', citycoin.foundation.fields.WonField(default=0)),
                ('held', citycoin.foundation.fields.WonField(default=0)),
                ('registered_at', models.DateTimeField(null=True)),
                ('frozen_at', models.DateTimeField(null=True)),
                ('nonce_authorised', models.PositiveBigIntegerField(default=0)),
                ('nonce_final', models.PositiveBigIntegerField(default=0)),
                ('paced_until_ms', models.PositiveBigIntegerField(default=0)),
                ('access_hash', models.BinaryField(max_length=32, null=True, unique=True)),
                ('pin_fingerprint', models.BinaryField(max_length=32, null=True)),
                ('pin_failures', models.PositiveSmallIntegerField(default=0)),
                ('pin_locked_until', models.DateTimeField(null=True)),
                ('small_most', citycoin.foundation.fields.WonField(default=0)),
                ('small_since', models.DateTimeField(null=True)),
                ('small_in_a_row', models.PositiveSmallIntegerField(default=0)),
                ('small_won', citycoin.foundation.fields.WonField(default=0)),
                ('small_day', models.DateField(null=True)),
                ('created_at', models.DateTimeField()),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wallets', to='cities.city')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='wallets', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('held__gte', 0)), name='won_held_are_not_negative'), models.CheckConstraint(condition=models.Q(('held__lte', models.F('posted')), ('kind__in', ['issuance', 'suspense']), _connector='OR'), name='a_wallet_holds_no_more_than_it_has'), models.CheckConstraint(condition=models.Q(('small_most__gte', 0), ('small_most__lte', 50000)), name='a_small_payment_is_small'), models.CheckConstraint(condition=models.Q(models.Q(('small_most', 0), ('small_since', None)), models.Q(('pin_fingerprint__isnull', False), ('small_most__gt', 0), ('small_since__isnull', False)), _connector='OR'), name='a_pin_let_small_payments_go_unconfirmed'), models.UniqueConstraint(condition=models.Q(('kind__in', ['treasury', 'issuance', 'suspense'])), fields=('city', 'kind'), name='a_city_has_one_of_each_of_its_own_accounts'), models.UniqueConstraint(condition=models.Q(('kind', 'resident')), fields=('city', 'owner'), name='a_person_has_one_wallet_in_a_city')],
                'indexes': [models.Index(condition=models.Q(('registered_at', None)), fields=['id'], name='wallet_not_registered')],
            },
        ),
        migrations.CreateModel(
            name='Key',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', citycoin.foundation.fields.AddressField(max_length=42)),
                ('scheme', models.PositiveSmallIntegerField(choices=[(0, 'SECP256K1'), (1, 'P256')])),
                ('public_key', models.BinaryField(default=b'', max_length=64)),
                ('sealed', models.BinaryField(null=True)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='cities.city')),
                ('registration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registered_keys', to='contracts.submission')),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'address'), name='an_address_is_one_wallets_key'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('wallet',), name='a_wallet_has_one_key_in_force')],
                'indexes': [models.Index(condition=models.Q(('registration', None), ('until', None)), fields=['city'], name='key_to_register')],
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField()),
                ('facts', models.BinaryField(default=b'', max_length=32)),
                ('code', models.CharField(max_length=40)),
                ('details', models.JSONField(default=dict)),
                ('refused_at', models.DateTimeField()),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refusals', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wallet', 'client_id'), name='a_refused_id_is_refused_once')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField()),
                ('facts', models.BinaryField(max_length=32)),
                ('request', models.UUIDField(null=True)),
                ('payee_address', citycoin.foundation.fields.AddressField(max_length=42)),
                ('amount', citycoin.foundation.fields.WonField()),
                ('refunded', citycoin.foundation.fields.WonField(default=0)),
                ('nonce', models.PositiveBigIntegerField()),
                ('expires', models.PositiveBigIntegerField()),
                ('signature', models.BinaryField(max_length=64)),
                ('confirmed_by', models.CharField(choices=[('pin', 'pin'), ('passkey', 'passkey'), ('signature', 'signature'), ('nothing', 'nothing'), ('promise', 'promise'), ('mandate', 'mandate')], max_length=10)),
                ('status', models.CharField(choices=[('authorised', 'authorised'), ('settled', 'settled'), ('voided', 'voided')], max_length=10)),
                ('authorised_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('batch_index', models.PositiveIntegerField(null=True)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='wallets.batch')),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='cities.city')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='wallets.key')),
                ('refund_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund_payments', to='wallets.payment')),
                ('payee', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='incoming_payments', to='wallets.wallet')),
                ('payer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_payment_moves_something'), models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', models.F('amount'))), name='no_more_is_refunded_than_was_paid'), models.CheckConstraint(condition=models.Q(('payer', models.F('payee')), _negated=True), name='payer_and_payee_differ'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by', 'promise'), ('refund_of__isnull', False)), models.Q(('confirmed_by__in', ['pin', 'passkey', 'signature', 'nothing', 'mandate']), ('refund_of', None)), _connector='OR'), name='a_payment_says_what_confirmed_it'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by', 'nothing'), _negated=True), ('amount__lte', 50000), _connector='OR'), name='only_a_small_payment_goes_unconfirmed'), models.UniqueConstraint(fields=('payer', 'client_id'), name='a_client_id_names_one_payment_of_a_wallet'), models.UniqueConstraint(fields=('key', 'nonce'), name='a_payment_nonce_is_used_once'), models.UniqueConstraint(condition=models.Q(models.Q(('status', 'voided'), _negated=True), ('request__isnull', False)), fields=('request',), name='a_request_is_paid_once')],
                'indexes': [models.Index(condition=models.Q(('batch', None), ('status', 'authorised')), fields=['city', 'id'], name='payment_waiting'), models.Index(fields=['payee', 'authorised_at'], name='payment_taken'), models.Index(condition=models.Q(('status', 'authorised')), fields=['payer', 'nonce'], name='payment_in_flight')],
            },
        ),
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effect', models.CharField(max_length=120, unique=True)),
                ('reason', models.CharField(choices=[('payment', 'Payment'), ('refund', 'Refund'), ('payout', 'Payout'), ('bounce', 'Bounce'), ('issue', 'Issue'), ('cancellation', 'Cancellation'), ('redemption', 'Redemption'), ('lapse', 'Lapse'), ('recovery', 'Recovery'), ('sweep', 'Sweep'), ('unexplained', 'Unexplained')], max_length=12)),
                ('amount', citycoin.foundation.fields.WonField()),
                ('block_number', models.PositiveBigIntegerField()),
                ('tx_hash', citycoin.foundation.fields.HashField(max_length=66)),
                ('at', models.DateTimeField()),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='cities.city')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outgoing', to='wallets.wallet')),
                ('target', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='incoming', to='wallets.wallet')),
            ],
            options={
                'indexes': [models.Index(fields=['target', 'at'], name='movement_came')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='movement_moves_something'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='movement_has_two_sides')],
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.PositiveIntegerField()),
                ('issue_id', citycoin.foundation.fields.HashField(max_length=66)),
                ('issue_index', models.PositiveIntegerField()),
                ('part', models.PositiveIntegerField(default=0)),
                ('amount', citycoin.foundation.fields.WonField()),
                ('taken', citycoin.foundation.fields.WonField(default=0)),
                ('funders', models.JSONField()),
                ('expires_at', models.DateTimeField()),
                ('final_at', models.DateTimeField(null=True)),
                ('spendable', models.BooleanField(default=True)),
                ('warn_at', models.DateTimeField(null=True)),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='wallets.wallet')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('warn_at__isnull', False)), fields=['warn_at'], name='lot_to_warn_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_lot_is_of_some_won'), models.CheckConstraint(condition=models.Q(('taken__gte', 0), ('taken__lte', models.F('amount'))), name='no_more_is_taken_than_the_lot_has'), models.UniqueConstraint(fields=('issue_id', 'issue_index', 'wallet', 'part'), name='a_lot_is_issued_once')],
            },
        ),
        migrations.CreateModel(
            name='Freeze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('booked', 'Booked'), ('freezing', 'Freezing'), ('frozen', 'Frozen'), ('thawing', 'Thawing'), ('lifting', 'Lifting'), ('ended', 'Ended')], default='booked', max_length=10)),
                ('began_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('submission', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='freezes', to='contracts.submission')),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='freezes', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'ended'), _negated=True), fields=('wallet',), name='a_wallet_is_frozen_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status', 'ended')), models.Q(models.Q(('status', 'ended'), _negated=True), ('ended_at', None)), _connector='OR'), name='a_freeze_ends_at_a_moment')],
            },
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', citycoin.foundation.fields.SentenceField(max_length=300)),
                ('stopped_at', models.DateTimeField()),
                ('review', citycoin.foundation.fields.SentenceField(default='', max_length=1000)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='cities.city')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stop_reviews', to='accounts.official')),
                ('stopped_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='accounts.official')),
                ('submission', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='contracts.submission')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('city',), name='a_city_has_one_stop_at_a_time'), models.CheckConstraint(condition=models.Q(('reviewed_by', models.F('stopped_by')), _negated=True), name='nobody_reviews_their_own_stop'), models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(models.Q(('reviewed_at', None), _negated=True), models.Q(('review', ''), _negated=True)), _connector='OR'), name='a_stop_ends_after_its_review')],
            },
        ),
        migrations.CreateModel(
            name='SupplyMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('issued', citycoin.foundation.fields.WonField(default=0)),
                ('gone', citycoin.foundation.fields.WonField(default=0)),
                ('benefit', citycoin.foundation.fields.WonField(default=0)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supply_months', to='cities.city')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'month'), name='a_city_has_one_supply_a_month'), models.CheckConstraint(condition=models.Q(('benefit__gte', 0), ('issued__gte', models.F('benefit'))), name='a_benefit_is_a_part_of_what_is_issued')],
            },
        ),
        migrations.CreateModel(
            name='Take',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', citycoin.foundation.fields.WonField()),
                ('returned', citycoin.foundation.fields.WonField(default=0)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='wallets.lot')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='wallets.payment')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_take_is_of_some_won'), models.CheckConstraint(condition=models.Q(('returned__gte', 0), ('returned__lte', models.F('amount'))), name='no_more_returns_than_was_taken'), models.UniqueConstraint(fields=('payment', 'lot'), name='a_payment_takes_of_a_lot_once')],
            },
        ),
        migrations.CreateModel(
            name='PayingPasskey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('passkey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pays_for', to='passkeys.passkey')),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paying_passkeys', to='wallets.wallet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('wallet', 'passkey'), name='a_passkey_is_allowed_to_pay_once_for_a_wallet')],
            },
        ),
    ]
