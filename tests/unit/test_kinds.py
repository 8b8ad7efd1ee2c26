"""The matrix of which kind of account may pay which."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.kinds import AccountKind, allows, matrix_of, pairs_of

kinds = st.sampled_from(AccountKind)
pairs = st.sets(st.tuples(kinds, kinds))


@given(pairs)
def test_matrix_is_read_back_as_the_pairs_it_was_made_of(allowed):
    assert set(pairs_of(matrix_of(allowed))) == allowed


@given(pairs, kinds, kinds)
def test_matrix_allows_exactly_its_pairs(allowed, payer, payee):
    assert allows(matrix_of(allowed), payer, payee) == ((payer, payee) in allowed)


def test_matrix_has_its_bits_where_the_contract_reads_them():
    assert matrix_of([(AccountKind.RESIDENT, AccountKind.SHOP)]) == 1 << (1 * 4 + 2)
    assert matrix_of([(AccountKind.SHOP, AccountKind.RESIDENT)]) == 1 << (2 * 4 + 1)
