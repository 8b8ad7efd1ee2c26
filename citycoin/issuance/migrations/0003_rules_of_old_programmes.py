from django.db import migrations

# Older programmes carried their rules themselves, and had no caps a person.
NO_CAP = 2**48 - 1


def give_each_programme_its_rules(apps, schema_editor):
    Programme, Rules = apps.get_model("issuance", "Programme"), apps.get_model("issuance", "Rules")
    TopUp = apps.get_model("issuance", "TopUp")
    for programme in Programme.objects.all():
        rules = Rules.objects.create(
            programme=programme,
            in_force_from=f"{programme.year}-01-01",
            discount_per_mille=programme.discount_per_mille,
            funders=programme.funders,
            validity_days=programme.validity_days,
            purchase_step=1,
            monthly_cap=NO_CAP,
            holding_cap=NO_CAP,
        )
        TopUp.objects.filter(programme=programme).update(rules=rules)


class Migration(migrations.Migration):
    dependencies = [("issuance", "0002_rules_and_proposals")]
    operations = [migrations.RunPython(give_each_programme_its_rules, migrations.RunPython.noop)]
