from django.db import migrations

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
    dependencies = [("audit", "0001_first")]
    operations = [migrations.RunPython(add, remove)]
