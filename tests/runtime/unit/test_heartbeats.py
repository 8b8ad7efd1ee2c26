from datetime import timedelta

import pytest
from django.utils import timezone

from citycoin.platform.health.domain.checks import Line
from citycoin.platform.health.models import Heartbeat
from citycoin.platform.health.operations.heartbeats import beat
from citycoin.platform.health.queries import report

pytestmark = pytest.mark.django_db
ANSWERS = Line("database", True, "", "")
SILENT = Line("database", False, "", "")


class TestBeating:
    def test_part_is_good_right_after_its_beat(self):
        beat("worker")

        assert report.beating("worker", database=ANSWERS).good

    def test_part_is_bad_before_its_first_beat(self):
        assert not report.beating("worker", database=ANSWERS).good

    def test_part_is_bad_after_three_missed_beats_and_says_for_how_long(self):
        beat("worker")
        Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=7))

        line = report.beating("worker", database=ANSWERS)

        assert not line.good
        assert line.words.en == "silent for 7 s"

    def test_part_stays_bad_after_the_beat_of_another_part(self):
        beat("beat")

        assert not report.beating("worker", database=ANSWERS).good

    def test_part_has_a_warning_while_the_database_is_away(self):
        line = report.beating("worker", database=SILENT)

        assert line.good
        assert line.warning
