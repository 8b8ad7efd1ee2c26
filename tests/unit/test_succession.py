"""The snapshot that a successor takes over, before any chain sees it."""

import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from contracts.domain.encoding import Scheme, domain_separator, typed_digest
from contracts.domain.succession import Carried, Takeover, list_hash, lists_of, snapshot_hash
from tests.signing import TYPES

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

    def test_hash_of_a_snapshot_list_changes_with_everything_in_it(self):
        one = ACCOUNTS[0]
        others = [
            Carried(one.account[:-1] + "8", one.kind, one.frozen, one.balance),
            Carried(one.account, SHOP, one.frozen, one.balance),
            Carried(one.account, one.kind, True, one.balance),
            Carried(one.account, one.kind, one.frozen, one.balance + 1),
            Carried(one.account, one.kind, one.frozen, one.balance, one.account),
        ]

        assert len({list_hash([each]) for each in (one, *others)}) == 6

    def test_hash_of_a_snapshot_changes_with_the_order_of_its_lists(self):
        hashes = [list_hash(some) for some in lists_of(ACCOUNTS, supply=SUPPLY, size=2)]

        assert snapshot_hash(hashes) == keccak(hashes[0] + hashes[1] + hashes[2])
        assert snapshot_hash(hashes) != snapshot_hash(hashes[::-1])


class TestWhatTheFoundingOfficialsSign:
    def test_takeover_digest_is_the_struct_as_another_library_hashes_it(self):
        hashes = tuple(list_hash(some) for some in lists_of(ACCOUNTS, supply=SUPPLY, size=2))
        takeover = Takeover("0x" + "12" * 20, SUPPLY, hashes, (2026, 2027), (1, 2, 3), 2**40)
        domain = {"name": "Pay", "version": "1", "chainId": 31_337, "verifyingContract": "0x" + "34" * 20}
        facts = {
            "predecessor": takeover.predecessor,
            "supply": SUPPLY,
            "snapshot": snapshot_hash(hashes),
            "fiscalYears": [2026, 2027],
            "programmes": [1, 2, 3],
            "deadline": 2**40,
        }
        signable = encode_typed_data(
            domain_data=domain, message_types={"Takeover": TYPES["Takeover"]}, message_data=facts
        )
        separator = domain_separator(name="Pay", chain_id=31_337, contract=domain["verifyingContract"])

        digest = typed_digest(separator, takeover.fields(), Scheme.SECP256K1)

        assert digest == keccak(b"\x19\x01" + signable.header + signable.body)
