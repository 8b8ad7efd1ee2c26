
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import citycoin.foundation.fields


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cities', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone_fingerprint', models.BinaryField(db_index=True, max_length=32)),
                ('code_fingerprint', models.BinaryField(max_length=32)),
                ('sent_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TextMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone_sealed', models.BinaryField()),
                ('text_sealed', models.BinaryField()),
                ('written_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('username', citycoin.foundation.fields.NameField(max_length=40, null=True, unique=True)),
                ('phone_fingerprint', models.BinaryField(max_length=32, null=True, unique=True)),
                ('phone_sealed', models.BinaryField(null=True)),
                ('name_sealed', models.BinaryField(null=True)),
                ('totp_sealed', models.BinaryField(null=True)),
                ('totp_used_step', models.PositiveBigIntegerField(default=0)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('locked_until', models.DateTimeField(null=True)),
                ('joined_at', models.DateTimeField()),
                ('passkey_declined_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name_plural': 'people',
                'constraints': [models.CheckConstraint(condition=models.Q(('username__isnull', False), ('phone_fingerprint__isnull', False), _connector='OR'), name='a_person_signs_in_by_name_or_phone')],
            },
        ),
        migrations.CreateModel(
            name='OfficialSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('browser', models.BinaryField(max_length=32)),
                ('agent', models.CharField(max_length=300)),
                ('is_new', models.BooleanField()),
                ('since', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='official_sessions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Operator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='operator', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Official',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='officials', to='cities.city')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('city', 'person'), name='a_person_holds_one_office_in_a_city')],
            },
        ),
    ]
