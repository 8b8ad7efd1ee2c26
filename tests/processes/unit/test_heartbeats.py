from datetime import timedelta

import pytest
from django.utils import timezone

from citycoin.health import queries
from citycoin.health.checks import Line
from citycoin.health.heartbeats import beat
from citycoin.health.models import Heartbeat

pytestmark = pytest.mark.django_db
ANSWERS = Line("database", True, "", "")
SILENT = Line("database", False, "", "")


class TestBeating:
    def test_is_good_right_after_a_beat(self):
        beat("worker")

        assert queries.beating("worker", database=ANSWERS).good

    def test_is_bad_before_the_first_beat(self):
        assert not queries.beating("worker", database=ANSWERS).good

    def test_is_bad_after_three_missed_beats_and_says_for_how_long(self):
        beat("worker")
        Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=7))

        line = queries.beating("worker", database=ANSWERS)

        assert not line.good
        assert line.says_en == "silent for 7 s"

    def test_of_another_process_changes_nothing(self):
        beat("beat")

        assert not queries.beating("worker", database=ANSWERS).good

    def test_is_a_warning_while_the_database_is_away(self):
        line = queries.beating("worker", database=SILENT)

        assert line.good
        assert line.warning
