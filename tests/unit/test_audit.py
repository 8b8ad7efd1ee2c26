"""The chain of acts, where somebody has got past the database's own refusal."""

import pytest
from django.db import connection

from citycoin.foundation.kernel import clock
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.audit.operations import record
from citycoin.platform.audit.queries import events_of, first_broken, hash_of
from citycoin.platform.cities.models import City

TRIGGERS = ("audit_acts_are_final_update", "audit_acts_are_final_delete")


pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    """A city with five acts, in a scratch database without its triggers."""
    made = City.objects.create(slug="somewhere", name_ko="어딘가", name_en="Somewhere")
    for number in range(1, 6):
        record(city_id=made.pk, official=None, act="key.bound", facts={"number": number}, now=clock.now())
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            cursor.execute(f"DROP TRIGGER {trigger}")
    return made


def act(city, number):
    return AuditEvent.objects.filter(city=city, number=number)


class TestFirstBroken:
    def test_audit_log_that_nobody_touched_has_no_broken_act(self, city):
        assert first_broken(city.pk) is None
        assert [each.number for each in events_of(city.pk)] == [5, 4, 3, 2, 1]

    @pytest.mark.parametrize(
        "change", [{"act": "key.lost"}, {"facts": {"number": 30}}, {"previous": bytes(32)}, {"hash": bytes(32)}]
    )
    def test_audit_log_is_first_broken_at_an_act_that_was_changed(self, city, change):
        act(city, 3).update(**change)

        assert first_broken(city.pk) == 3

    def test_audit_log_is_first_broken_at_an_act_that_is_missing(self, city):
        act(city, 2).delete()

        assert first_broken(city.pk) == 2

    def test_audit_log_is_first_broken_after_an_act_whose_hash_was_made_to_fit(self, city):
        forged = act(city, 3).get()
        forged.act = "key.lost"
        act(city, 3).update(act="key.lost", hash=hash_of(forged))

        assert first_broken(city.pk) == 4
