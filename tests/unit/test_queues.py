"""Runs over many rows: a row's own failure sets it aside after three tries; what the next row would meet sets none aside."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta

import pytest
from django import db
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from redis import RedisError

from citycoin import celery
from citycoin.foundation.kernel.clock import KST
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.cities.models import City
from citycoin.platform.events.models import Event
from citycoin.platform.events.queries import RELAYING
from citycoin.platform.health.models import FailingStep
from citycoin.platform.health.operations import steps
from citycoin.platform.health.queries import report
from citycoin.platform.incidents.models import Incident
from citycoin.platform.incidents.operations import IncidentUnknown
from citycoin.platform.queues.doors.health import queue_lines
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.queues.operations import TOGETHER, NotSetAside, reason_of, requeue, take
from citycoin.platform.queues.queries import due, queues, standing_of
from citycoin.runtime.domain.addresses import ROOT
from contracts.domain.gateway import ChainUnavailable
from contracts.models import Chain, Contract
from contracts.operations.cities import CitiesFailed, for_each
from contracts.operations.sending import SendingKeyBroken
from tests.unit.model import ChainOfTheTest, a_token, hash_of, number
from wallets.models import Lot, Wallet

NOW = datetime(2026, 5, 20, 12, tzinfo=KST)
SHARED = [
    db.OperationalError("deadlock detected"),
    db.OperationalError("database or disk is full"),
    db.InterfaceError("connection already closed"),
    db.ProgrammingError("relation does not exist"),
    ChainUnavailable(reason="timeout"),
    SendingKeyBroken(role="issuer"),
    RedisError("down"),
    OSError("no space left on device"),
]


def news(count: int) -> list[int]:
    """So many rows of a queue, in a city of their own."""
    city = City.objects.create(slug=f"queue-{number()}", name_ko="시", name_en="City")
    rows = [Event(city=city, wallet=index + 1, name="news", facts={}, at=NOW) for index in range(count)]
    return [each.pk for each in Event.objects.bulk_create(rows)]


def due_at(moment: datetime) -> set[int]:
    """The keys of the rows that may be tried at this moment."""
    return set(due(RELAYING, moment).values_list("pk", flat=True))


def failing_on(*bad: int):
    """An act that fails where one of these is in its part, as one transaction would; and the rows that it advanced."""
    advanced: list[int] = []

    def act(part):
        if set(part) & set(bad):
            raise ValueError("a person's name")
        advanced.extend(part)
        return len(part)

    return act, advanced


@pytest.mark.django_db
class TestRowOfItsOwnFault:
    def test_row_that_fails_three_times_waits_longer_each_time_and_is_set_aside(self):
        bad, good = news(2)
        waits = []
        moment = NOW
        for _ in range(3):
            act, advanced = failing_on(bad)
            assert take(RELAYING, [bad, good], act, now=moment) == 1
            assert advanced == [good]
            failed = FailedRow.objects.get(row=bad)
            assert due_at(moment) == {good}
            if failed.again_at:
                waits.append(failed.again_at - moment)
                moment = failed.again_at

        assert waits == [timedelta(seconds=5), timedelta(seconds=20)]
        assert due_at(NOW + timedelta(days=365)) == {good}
        assert (standing_of(RELAYING).waiting, standing_of(RELAYING).set_aside) == (1, 1)
        incident = Incident.objects.get(what="row_set_aside")
        assert (incident.city_id, incident.details["queue"], incident.details["row"]) == (
            Event.objects.get(pk=bad).city_id,
            "relaying",
            bad,
        )

    def test_row_that_gets_through_at_the_second_try_is_tried_three_times_again_when_it_fails_later(self):
        (row,) = news(1)
        failing, _ = failing_on(row)
        passing, _ = failing_on()

        take(RELAYING, [row], failing, now=NOW)
        take(RELAYING, [row], passing, now=NOW + timedelta(seconds=6))

        assert not FailedRow.objects.exists()

    @pytest.mark.parametrize(("at_once", "order"), [(1, [0, 1, 2]), (3, [0, 2, 1])])
    def test_row_that_failed_before_keeps_its_place_where_each_goes_by_itself_and_else_goes_last(self, at_once, order):
        """A sender's bytes go out in the order of their nonces; a batch is not torn in two by one row of it."""
        rows = news(3)
        failing, _ = failing_on(rows[1])
        passing, advanced = failing_on()

        take(RELAYING, rows, failing, now=NOW)
        take(RELAYING, rows, passing, now=NOW + timedelta(seconds=6), at_once=at_once)

        assert advanced == [rows[place] for place in order]

    def test_reason_names_the_error_and_its_place_and_nothing_that_the_row_holds(self):
        (row,) = news(1)
        act, _ = failing_on(row)

        take(RELAYING, [row], act, now=NOW)

        reason = FailedRow.objects.get().reason
        assert reason.startswith("ValueError: test_queues.py:")
        assert "name" not in reason

    def test_reason_of_a_constraint_is_its_name(self):
        (row,) = news(1)
        wallet = Wallet.objects.create(city=City.objects.first(), kind="resident", created_at=NOW)

        @db.transaction.atomic
        def act(_part):
            Lot.objects.create(
                wallet=wallet, programme=1, issue_id="0x", issue_index=0, amount=0, funders={}, expires_at=NOW
            )
            return 1

        take(RELAYING, [row], act, now=NOW)

        assert FailedRow.objects.get().reason == "IntegrityError: a_lot_is_of_some_won"

    @pytest.mark.parametrize(
        ("ours", "place"),
        [("/srv/city/wallets/lots.py", "lots.py:2"), ("/lib/site-packages/wallets/lots.py", "library.py:1")],
        ids=["from source", "from a wheel"],
    )
    def test_reason_names_our_own_code_or_where_all_is_installed_the_last_place(self, ours, place):
        said = {}
        for source, path in [
            ("def fail(): raise ValueError", "/lib/site-packages/library.py"),
            ("\ndef act(): fail()", ours),
        ]:
            exec(compile(source, path, "exec"), said)  # noqa: S102 - the two lines above, as if they lay there

        with pytest.raises(ValueError) as failed:  # noqa: PT011 - its place is what is looked at
            said["act"]()
        assert failed.value.__traceback__ is not None
        without_this_test = failed.value.with_traceback(failed.value.__traceback__.tb_next)

        assert reason_of(without_this_test) == f"ValueError: {place}"

    @given(size=st.integers(1, 60), bad=st.sets(st.integers(0, 59), max_size=TOGETHER - 1), at_once=st.integers(1, 60))
    def test_any_bad_rows_among_many_are_found_and_all_others_go_through(self, size, bad, at_once):
        rows = news(size)
        wrong = {rows[place] for place in bad if place < size}
        act, advanced = failing_on(*wrong)

        done = take(RELAYING, rows, act, now=NOW, at_once=at_once)

        assert sorted(advanced) == sorted(set(rows) - wrong)
        assert done == len(advanced)
        assert set(FailedRow.objects.filter(row__in=rows).values_list("row", flat=True)) == wrong


@pytest.mark.django_db
class TestFaultOfAll:
    @pytest.mark.parametrize("fault", SHARED, ids=lambda each: type(each).__name__)
    def test_fault_that_the_next_row_would_meet_ends_the_run_and_sets_nothing_aside(self, fault):
        rows = news(4)

        def act(part):
            if rows[1] in part:
                raise fault
            return len(part)

        for _ in range(4):
            with pytest.raises(type(fault)):
                take(RELAYING, rows, act, now=NOW, at_once=2)

        assert not FailedRow.objects.exists()

    def test_many_rows_that_all_fail_are_not_each_at_fault(self):
        rows = news(TOGETHER)
        act, _ = failing_on(*rows)

        for _ in range(4):
            with pytest.raises(ValueError, match="name"):
                take(RELAYING, rows, act, now=NOW)

        assert not FailedRow.objects.exists()

    def test_city_that_fails_keeps_no_other_from_its_turn_and_the_step_fails(self):
        first, second = (
            a_token(
                City.objects.create(slug=f"city-{number()}", name_ko="시", name_en="City"),
                Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOW),
            )
            for _ in range(2)
        )
        served: list[Contract] = []

        def do(contract):
            if contract == first:
                raise SendingKeyBroken(role="issuer")
            served.append(contract)
            return 1

        with pytest.raises(CitiesFailed) as failed:
            for_each([first, second], do=do)
        assert isinstance(failed.value.__cause__, SendingKeyBroken)
        assert served == [second]

    def test_failure_of_a_city_is_logged_once_with_the_city_and_noted_under_its_own_name(self, capfd):
        token = a_token(
            City.objects.create(slug=f"city-{number()}", name_ko="시", name_en="City"),
            Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOW),
        )
        chain = ChainOfTheTest(token)
        for _ in range(TOGETHER):
            chain.mine(("Registered", {}), at=NOW)  # says neither whom nor as what

        celery.app.loader.import_default_modules()

        celery._go_round(["contracts.post"])

        logged = [line for line in capfd.readouterr().err.splitlines() if "KeyError" in line]
        assert len(logged) == 1
        assert f"failed in {token.city.slug}: KeyError" in logged[0]
        assert FailingStep.objects.get(step="contracts.post").reason == "KeyError"


@pytest.mark.django_db
class TestRequeue:
    @pytest.fixture
    def set_aside(self):
        (row,) = news(1)
        act, _ = failing_on(row)
        for seconds in (0, 6, 30):
            take(RELAYING, [row], act, now=NOW + timedelta(seconds=seconds))
        return row, Incident.objects.get(what="row_set_aside")

    def test_row_is_due_again_its_incident_closed_and_the_act_recorded(self, set_aside):
        row, incident = set_aside

        call_command("requeue", str(incident.pk))

        assert due_at(NOW) == {row}
        incident.refresh_from_db()
        assert incident.closed_at is not None
        act = AuditEvent.objects.get(city=incident.city, act="row.requeued")
        assert act.facts == {"incident": incident.pk, "queue": "relaying", "row": row}

    def test_row_of_an_incident_that_was_closed_meanwhile_can_still_be_requeued(self, set_aside):
        row, incident = set_aside
        Incident.objects.filter(pk=incident.pk).update(closed_at=NOW)

        requeue(incident_id=incident.pk, official=None, now=NOW + timedelta(hours=1))

        assert due_at(NOW) == {row}
        incident.refresh_from_db()
        assert incident.closed_at == NOW

    def test_incident_without_a_row_is_refused(self, set_aside):
        _, incident = set_aside
        requeue(incident_id=incident.pk, official=None, now=NOW)

        with pytest.raises(NotSetAside):
            requeue(incident_id=incident.pk, official=None, now=NOW)
        with pytest.raises(IncidentUnknown):
            requeue(incident_id=incident.pk + 1, official=None, now=NOW)
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("requeue", str(incident.pk))


@pytest.mark.django_db
class TestHealth:
    def test_line_of_a_queue_is_red_when_its_oldest_row_has_waited_longer_than_is_right(self):
        (row,) = news(1)
        line = {each.name: each for each in queue_lines()}["relaying"]
        Event.objects.filter(pk=row).update(relayed_at=NOW)
        after = {each.name: each for each in queue_lines()}["relaying"]

        assert (line.good, after.good) == (False, True)
        assert {each.name for each in queue_lines()} == {queue.name for queue in queues()}

    def test_row_set_aside_makes_no_line_red_and_is_a_warning(self):
        (row,) = news(1)
        incident = Incident.objects.create(what="row_set_aside", details={}, noticed_at=NOW)
        FailedRow.objects.create(queue="relaying", row=row, tries=3, reason="", again_at=None, incident=incident)

        line = {each.name: each for each in queue_lines()}["relaying"]

        assert (line.good, line.warning) == (True, True)
        assert "1 set aside" in line.words.en

    def test_step_is_red_after_its_third_failure_in_a_row_and_good_when_it_goes_through(self):
        def steps_line():
            return report._steps([])

        for _ in range(2):
            steps.step_failed("wallets.settle", ValueError("x"), now=NOW)
        twice = steps_line()
        steps.step_failed("wallets.settle", ValueError("x"), now=NOW)
        thrice = steps_line()
        steps.step_went_through("wallets.settle")

        assert (twice.good, thrice.good, steps_line().good) == (True, False, True)
        assert thrice.words.en == "failing again and again: wallets.settle (3, ValueError)"
        assert not FailingStep.objects.exists()

    def test_step_that_fails_for_a_part_with_a_red_line_of_its_own_is_not_red_as_well(self):
        for _ in range(3):
            steps.step_failed("contracts.watch_chain", ChainUnavailable(), now=NOW)
        down = report._bad("chain", "refused")

        assert (report._steps([down]).good, report._steps([]).good) == (True, False)
        steps.step_went_through("contracts.watch_chain")


class TestEachRun:
    def test_each_step_of_the_worker_has_a_queue_and_each_queue_a_step(self):
        named = {step for steps_of_a_round in celery.STEPS.values() for step in steps_of_a_round}

        # Books, chain and bank are compared by the clock, what is old is deleted in one statement, and a bank's files lie in a folder.
        assert {queue.step for queue in queues()} == named - {
            "wallets.compare",
            "float.check",
            "notices.forget",
            "bank.read",
        }

    @pytest.mark.parametrize(
        "app", ["wallets", "merchants", "contracts", "citycoin/money/bank", "citycoin/money/issuance"]
    )
    def test_task_runs_over_no_rows_by_itself(self, app):
        """Rows are gone through by ``take``, cities by ``in_each_city`` and ``for_each``; a chain is one for all."""
        loops = [
            node.lineno
            for node in ast.walk(ast.parse((ROOT / app / "tasks.py").read_text()))
            if isinstance(node, ast.For | ast.While | ast.ListComp | ast.GeneratorExp)
        ]

        assert len(loops) == (1 if app == "contracts" else 0)
