"""Which payments go into the next batch: by gas, and never by a number of records."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.chain.encoding import Scheme
from wallets.settlement import GAS_OF_BATCH, GAS_OF_GROUP, GAS_OF_RECORD, Waiting, next_batch

SHOPS = ["0x" + f"{number:040x}" for number in range(4)]
GAS = st.integers(min_value=0, max_value=1_000_000)


@st.composite
def waiting(draw):
    """Up to forty payments of both schemes to four shops, oldest first."""
    kinds = draw(st.lists(st.tuples(st.sampled_from(SHOPS), st.sampled_from(Scheme)), max_size=40))
    return [Waiting(number, shop, scheme) for number, (shop, scheme) in enumerate(kinds, 1)]


def worst_gas(payments):
    """What these payments take at most, reckoned anew."""
    groups = {(payment.payee, payment.scheme) for payment in payments}
    return GAS_OF_BATCH + len(groups) * GAS_OF_GROUP + sum(GAS_OF_RECORD[each.scheme] for each in payments)


class TestNextBatch:
    @given(waiting(), GAS)
    def test_never_takes_more_gas_than_it_may(self, payments, gas):
        chosen = set(next_batch(payments, gas=gas))

        assert not chosen or worst_gas([each for each in payments if each.id in chosen]) <= gas

    @given(waiting(), GAS)
    def test_takes_the_oldest_and_leaves_no_room_for_the_next(self, payments, gas):
        chosen = next_batch(payments, gas=gas)

        assert chosen == tuple(each.id for each in payments[: len(chosen)])
        assert len(chosen) == len(payments) or worst_gas(payments[: len(chosen) + 1]) > gas

    def test_stays_below_the_limit_of_a_transaction_with_a_shop_for_each_payment(self):
        one_each = [Waiting(number, "0x" + f"{number:040x}", Scheme.P256) for number in range(1_000)]

        chosen = next_batch(one_each, gas=16_000_000)

        assert 0 < len(chosen) < len(one_each)
        assert worst_gas(one_each[: len(chosen)]) <= 16_777_216
