
import django.db.models.deletion
from django.db import migrations, models

# Whatever code, or hand, writes to the database: an act that is written stays as it is.
POSTGRESQL = [
    """CREATE FUNCTION audit_acts_are_final() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'an act in the audit log is never changed or deleted'; END $$""",
    """CREATE TRIGGER audit_acts_are_final BEFORE UPDATE OR DELETE ON audit_auditevent
       FOR EACH ROW EXECUTE FUNCTION audit_acts_are_final()""",
]
SQLITE = [
    f"""CREATE TRIGGER audit_acts_are_final_{when.lower()} BEFORE {when} ON audit_auditevent
        BEGIN SELECT RAISE(ABORT, 'an act in the audit log is never changed or deleted'); END"""
    for when in ("UPDATE", "DELETE")
]
UNDO_POSTGRESQL = [
    "DROP TRIGGER audit_acts_are_final ON audit_auditevent",
    "DROP FUNCTION audit_acts_are_final()",
]
UNDO_SQLITE = ["DROP TRIGGER audit_acts_are_final_update", "DROP TRIGGER audit_acts_are_final_delete"]


def add(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    for statement in UNDO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_first'),
        ('cities', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('act', models.CharField(max_length=40)),
                ('facts', models.JSONField()),
                ('at', models.DateTimeField()),
                ('previous', models.BinaryField(max_length=32)),
                ('hash', models.BinaryField(max_length=32)),
                ('city', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='audit_events', to='cities.city')),
                ('official', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='accounts.official')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'number'), name='audit_events_are_numbered_without_forks')],
            },
        ),
        migrations.RunPython(add, remove),
    ]
