import secrets

from django.db import migrations

REQUEST_BIT = 1 << 39


def give_each_a_code(apps, schema_editor):
    for shop in apps.get_model("merchants", "Shop").objects.filter(code=None):
        shop.code = secrets.randbelow(REQUEST_BIT)
        shop.save(update_fields=["code"])
    for request in apps.get_model("merchants", "PaymentRequest").objects.filter(code=None):
        request.code = REQUEST_BIT | secrets.randbelow(REQUEST_BIT)
        request.save(update_fields=["code"])


class Migration(migrations.Migration):
    dependencies = [("merchants", "0002_people_and_codes")]
    operations = [migrations.RunPython(give_each_a_code, migrations.RunPython.noop)]
