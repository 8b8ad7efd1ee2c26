
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
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('number', models.PositiveIntegerField(default=0)),
                ('in_force_from', models.DateField()),
                ('body', models.JSONField()),
                ('legal_basis', citycoin.foundation.fields.SentenceField(blank=True, max_length=200)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='cities.city')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'kind', 'number', 'in_force_from'), name='one_rule_of_a_kind_begins_on_a_day')],
            },
        ),
    ]
