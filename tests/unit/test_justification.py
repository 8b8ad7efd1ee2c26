"""The hash of why a budget is: what two officials sign beside its cap."""

from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.text import sentence
from citycoin.money.issuance.domain.justification import LONGEST_PURPOSE, Justification
from tests.signing import basis_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


class TestBasis:
    def test_basis_is_a_hash_that_anybody_can_compute_in_a_shell(self):
        """Printf '22:City coin: why, form 1,13:추석 소비,6:조례,0:,' | sha256sum"""
        said = "0xf662c8828c95a1ca34bf6852287ab0d9c3727bb4c1f59f61b9634eca3702c8c4"

        assert Justification("추석 소비", "조례").basis == said

    @given(purpose=texts, legal_basis=texts)
    def test_basis_is_that_of_other_code_from_the_specification(self, purpose, legal_basis):
        assert Justification(purpose, legal_basis).basis == basis_of(purpose, legal_basis)

    @given(one=st.tuples(texts, texts), other=st.tuples(texts, texts))
    def test_basis_of_two_reasons_is_one_only_where_the_reasons_are(self, one, other):
        assert (Justification(*one).basis == Justification(*other).basis) == (one == other)

    def test_basis_changes_with_the_attachment_and_with_what_moves_from_one_part_to_the_other(self):
        same = [
            Justification("ab", "c"),
            Justification("a", "bc"),
            Justification("abc"),
            Justification("ab", "c", "0" * 64),
        ]

        assert len({each.basis for each in same}) == 4

    @given(typed=st.text(max_size=2 * LONGEST_PURPOSE))
    def test_reason_is_hashed_in_the_form_that_a_row_keeps(self, typed):
        why = Justification.of(typed, typed)

        assert (sentence(why.purpose), sentence(why.legal_basis)) == (why.purpose, why.legal_basis)
        assert len(why.purpose) <= LONGEST_PURPOSE
