
import django.db.models.deletion
from django.db import migrations, models

import citycoin.foundation.fields


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='City',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name_ko', citycoin.foundation.fields.NameField(max_length=40)),
                ('name_en', citycoin.foundation.fields.NameField(max_length=40)),
                ('population', models.PositiveIntegerField(null=True)),
                ('population_year', models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                'verbose_name_plural': 'cities',
                'ordering': ('slug',),
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('money_ko', citycoin.foundation.fields.NameField(max_length=60)),
                ('money_en', citycoin.foundation.fields.NameField(max_length=60)),
                ('says_ko', citycoin.foundation.fields.NameField(max_length=80)),
                ('says_en', citycoin.foundation.fields.NameField(max_length=80)),
                ('colour', models.CharField(max_length=7)),
                ('digest', models.CharField(max_length=16)),
                ('colours', models.TextField()),
                ('emblem', models.TextField()),
                ('picture', models.TextField()),
                ('picture_ink', models.TextField()),
                ('city', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='identity', to='cities.city')),
            ],
            options={
                'verbose_name_plural': 'identities',
            },
        ),
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ko', citycoin.foundation.fields.NameField(max_length=40)),
                ('name_en', citycoin.foundation.fields.NameField(max_length=40)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='districts', to='cities.city')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'name_ko'), name='a_district_is_named_once_in_a_city')],
            },
        ),
    ]
