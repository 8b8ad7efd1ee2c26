import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_first'),
        ('cities', '0002_districts'),
        ('wallets', '0004_refunds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('stopped_at', models.DateTimeField()),
                ('review', models.CharField(default='', max_length=1000)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='cities.city')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stop_reviews', to='accounts.officer')),
                ('stopped_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='accounts.officer')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('city',), name='a_city_has_one_stop_at_a_time'),
                    models.CheckConstraint(condition=models.Q(('reviewed_by', models.F('stopped_by')), _negated=True), name='nobody_reviews_her_own_stop'),
                    models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(models.Q(('reviewed_at', None), _negated=True), models.Q(('review', ''), _negated=True)), _connector='OR'), name='a_stop_ends_after_its_review'),
                ],
            },
        ),
    ]
