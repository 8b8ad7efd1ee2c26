"""The tables of what may become what."""

import pytest

from citycoin.money.issuance.models import TOP_UP_TRANSITIONS, TopUp
from contracts.models import TRANSITIONS as SUBMISSION_TRANSITIONS
from contracts.models import Submission
from wallets.models import FREEZE_TRANSITIONS, Freeze, Payment, Status
from wallets.models import TRANSITIONS as PAYMENT_TRANSITIONS

TABLES = {
    "payment": (Status, PAYMENT_TRANSITIONS, Status.AUTHORISED),
    "freeze": (Freeze.Status, FREEZE_TRANSITIONS, Freeze.Status.BOOKED),
    "submission": (Submission.Status, SUBMISSION_TRANSITIONS, Submission.Status.SIGNED),
    "top-up": (TopUp.Status, TOP_UP_TRANSITIONS, TopUp.Status.RESERVED),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
class TestTable:
    def test_transition_table_has_a_row_for_every_status_and_names_no_other(self, table):
        statuses, moves, _ = table

        assert moves.keys() == set(statuses)
        assert set().union(*moves.values()) <= set(statuses)

    def test_transition_table_lets_no_status_become_itself(self, table):
        statuses, moves, _ = table

        assert [status for status in statuses if status in moves[status]] == []

    def test_transition_table_reaches_every_status_from_the_first(self, table):
        statuses, moves, first = table

        reached, new = set(), {first}
        while new:
            reached |= new
            new = set().union(*(moves[status] for status in new)) - reached

        assert reached == set(statuses)


def test_a_payment_that_has_ended_stays_as_it_ended():
    assert PAYMENT_TRANSITIONS[Status.SETTLED] == PAYMENT_TRANSITIONS[Status.VOIDED] == frozenset()


def test_a_payment_may_have_every_status_of_the_table_and_no_other():
    assert [value for value, _ in Payment._meta.get_field("status").choices] == [status.value for status in Status]


def test_a_submission_whose_nonce_others_took_is_never_sent_again():
    assert SUBMISSION_TRANSITIONS[Submission.Status.LOST] == frozenset()


def test_top_up_that_is_issued_or_returned_stays_so():
    assert TOP_UP_TRANSITIONS[TopUp.Status.ISSUED] == TOP_UP_TRANSITIONS[TopUp.Status.RETURNED] == frozenset()
