
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('incidents', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue', models.CharField(max_length=20)),
                ('row', models.PositiveBigIntegerField()),
                ('tries', models.PositiveSmallIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('again_at', models.DateTimeField(null=True)),
                ('incident', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='row_set_aside', to='incidents.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('queue', 'row'), name='a_row_fails_in_a_queue_once'), models.CheckConstraint(condition=models.Q(models.Q(('again_at', None), ('incident__isnull', False)), models.Q(('again_at__isnull', False), ('incident', None)), _connector='OR'), name='a_row_is_tried_again_or_set_aside_as_an_incident')],
            },
        ),
    ]
