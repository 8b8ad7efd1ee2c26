"""Which payments go into the next batch: by gas, and never by a number of records."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.encoding import Scheme
from contracts.domain.gas import BATCH, GROUP, RECORD
from wallets.operations.batching import Waiting, next_batch

SHOPS = ["0x" + f"{number:040x}" for number in range(4)]


def worst_gas(payments):
    """What these payments take at most, reckoned anew."""
    groups = {(payment.payee, payment.scheme) for payment in payments}
    return BATCH + len(groups) * GROUP + sum(RECORD[each.scheme] for each in payments)


@st.composite
def waiting_and_gas(draw):
    """Up to forty payments of both schemes to four shops, oldest first; and gas that some of them just need, or miss."""
    kinds = draw(st.lists(st.tuples(st.sampled_from(SHOPS), st.sampled_from(Scheme)), min_size=1, max_size=40))
    payments = [Waiting(number, shop, scheme) for number, (shop, scheme) in enumerate(kinds, 1)]
    needed = worst_gas(payments[: draw(st.integers(min_value=0, max_value=len(payments)))])
    return payments, needed + draw(st.sampled_from([-1, 0, 1, 25_000]))


class TestNextBatch:
    @given(waiting_and_gas())
    def test_batch_never_takes_more_gas_than_it_may(self, given_):
        payments, gas = given_

        chosen = set(next_batch(payments, limit=gas))

        assert not chosen or worst_gas([each for each in payments if each.id in chosen]) <= gas

    @given(waiting_and_gas())
    def test_batch_takes_the_oldest_payments_and_leaves_no_room_for_the_next(self, given_):
        payments, gas = given_

        chosen = next_batch(payments, limit=gas)

        assert chosen == tuple(each.id for each in payments[: len(chosen)])
        assert len(chosen) == len(payments) or worst_gas(payments[: len(chosen) + 1]) > gas

    def test_batch_with_a_shop_for_each_payment_stays_below_the_gas_limit(self):
        one_each = [Waiting(number, "0x" + f"{number:040x}", Scheme.P256) for number in range(1_000)]

        chosen = next_batch(one_each, limit=16_000_000)

        assert 0 < len(chosen) < len(one_each)
        assert worst_gas(one_each[: len(chosen)]) <= 16_777_216
