"""docs/entities.md draws what the models say."""

import re

from django.apps import apps

from citycoin.platform.pages.doors.entity_diagram import PAGE, page


def test_entity_diagram_is_committed_as_the_models_write_it():
    assert PAGE.read_text() == page(), "manage.py entity_diagram writes it"


def test_entity_diagram_draws_every_table_of_ours_once():
    drawn = re.findall(r"^    (\w+) \{$", page(), re.MULTILINE)

    ours = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.split(".")[0] not in {"django", "rest_framework"}
    ]

    assert sorted(drawn) == sorted(ours)
