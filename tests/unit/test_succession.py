"""The snapshot that a successor takes over, before any chain sees it."""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from contracts.domain.succession import Carried, Taken, list_hash, lists_of

RESIDENT, SHOP = 1, 2
ACCOUNTS = [Carried(f"0x{number:040x}", RESIDENT, False, number) for number in (7, 300, 2, 65_536, 11)]
SUPPLY = sum(each.balance for each in ACCOUNTS)


class TestTheLists:
    def test_snapshot_lists_hold_each_account_once_by_address_whatever_the_order(self):
        there, back = (lists_of(some, supply=SUPPLY, size=2) for some in (ACCOUNTS, reversed(ACCOUNTS)))

        assert there == back
        assert [[each.balance for each in some] for some in there] == [[2, 7], [11, 300], [65_536]]

    def test_snapshot_lists_refuse_an_account_that_is_there_twice_in_other_letters(self):
        twice = [Carried("0x" + "ab" * 20, RESIDENT, False, 1), Carried("0x" + "AB" * 20, SHOP, False, 2)]

        with pytest.raises(ValueError, match="once"):
            lists_of(twice, supply=3)

    @pytest.mark.parametrize("supply", [SUPPLY - 1, SUPPLY + 1])
    def test_snapshot_lists_refuse_another_sum_than_the_supply(self, supply):
        with pytest.raises(ValueError, match="supply"):
            lists_of(ACCOUNTS, supply=supply)

    def test_snapshot_lists_have_the_retired_last_so_that_their_new_addresses_come_before_them(self):
        lost = Carried("0x" + "00" * 19 + "01", RESIDENT, True, 0, retired=True)

        *_, last = lists_of([lost, *ACCOUNTS], supply=SUPPLY, size=3)

        assert last[-1] == lost

    def test_hash_of_a_snapshot_list_is_that_of_its_addresses_in_a_row(self):
        one, other, *_ = ACCOUNTS
        words = [bytes(12) + bytes.fromhex(each.account[2:]) for each in (one, other)]

        assert list_hash([one, other]) == keccak(words[0] + words[1])
        assert list_hash([one, other]) == list_hash([replace(one, balance=5, frozen=True), other])
        assert len({list_hash(some) for some in ([one], [other], [one, other], [other, one])}) == 4


class TestTheSnapshot:
    HASHES = (b"\x01" * 32, b"\x02" * 32)
    TAKEN = Taken(HASHES, (2026, 2027), (1, 2, 3))

    def test_snapshot_hashes_how_many_lists_and_years_there_are_and_all_of_it_in_a_row(self):
        row = [(2).to_bytes(32), (2).to_bytes(32), *self.HASHES, *(each.to_bytes(32) for each in (2026, 2027, 1, 2, 3))]

        assert self.TAKEN.snapshot() == keccak(b"".join(row))

    def test_snapshot_changes_with_everything_in_it(self):
        others = [
            replace(self.TAKEN, list_hashes=self.HASHES[::-1]),
            replace(self.TAKEN, list_hashes=self.HASHES[:1]),
            replace(self.TAKEN, fiscal_years=(2026,), programmes=(2027, 1, 2, 3)),
            replace(self.TAKEN, programmes=(1, 2)),
        ]

        assert len({each.snapshot() for each in (self.TAKEN, *others)}) == 5
