"""Ids of payments that pages make: the first that nothing was answered to, the same for everybody who looks."""

from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from citycoin.web.resident.contexts.payment_ids import first_unanswered, payment_id
from merchants.domain.codes import PaymentCode

HERE, THERE = PaymentCode(7), PaymentCode(8)


def ids():
    return (UUID(int=place) for place in count())


class TestThePagesIds:
    @given(st.integers(0, 300))
    def test_payment_id_of_a_page_comes_after_as_many_as_were_answered(self, answered):
        taken = {UUID(int=place) for place in range(answered)}

        assert first_unanswered(ids(), taken.intersection) == UUID(int=answered)

    @given(st.sets(st.integers(0, 100)))
    def test_payment_id_of_a_page_is_the_first_that_was_not_answered(self, answered):
        taken = {UUID(int=place) for place in answered}

        found = first_unanswered(ids(), taken.intersection)

        assert found.int not in answered
        assert all(place in answered for place in range(found.int))

    def test_payment_id_of_a_page_is_the_same_for_the_same_wallet_code_and_place(self):
        assert payment_id(3, HERE, 0) == payment_id(3, PaymentCode.parse(str(HERE)), 0)

    def test_payment_id_of_a_page_differs_by_wallet_and_code_and_place(self):
        assert (
            len({payment_id(3, HERE, 0), payment_id(4, HERE, 0), payment_id(3, THERE, 0), payment_id(3, HERE, 1)}) == 4
        )
