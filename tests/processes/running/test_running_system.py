from tests.running import RunningSystem


class TestRunningSystem:
    def test_is_good_in_every_line(self, system: RunningSystem):
        lines = system.status_lines()

        assert {name for name, line in lines.items() if not line["good"]} == set()
