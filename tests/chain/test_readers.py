"""What explorers, wallets and exchanges read of the token, asked by plain JSON-RPC as they ask."""

from __future__ import annotations

from collections import Counter

import pytest
from eth_abi.abi import decode
from eth_utils.crypto import keccak

from contracts.domain.encoding import PaymentMessage, domain_separator, packed_batch
from tests.chain.keys import CityKey, DeviceKey
from tests.chain.own_chain import OwnChain
from tests.chain.own_contract import FAR_AWAY, RESIDENT, SHOP, OwnContract, events, logs_of, refusals
from tests.chain.settle_model import NOBODY, separator_of
from tests.node import calldata

pytestmark = pytest.mark.one_database

ISSUED = 90_000
# Residents pay shops, shops pay residents and the treasury.
KINDS_ALLOWED = 1 << 6 | 1 << 9 | 1 << 11
STRANGER = "0x" + bytes(keccak(text="stranger"))[12:].hex()
RESIDENTS = [CityKey("wallet 1"), DeviceKey("device 1"), DeviceKey("device 2")]
SHOPS = [CityKey("shop 1"), DeviceKey("shop 2")]


@pytest.fixture(scope="module")
def contract():
    with OwnChain() as node:
        yield OwnContract(node, cap=1_000_000, name="Read Pay", kinds_allowed=KINDS_ALLOWED)


@pytest.fixture(scope="module")
def lived(contract):
    """The contract after payments settled and refused, a refund, and a redemption that was burned."""
    contract.register(*(key.address for key in RESIDENTS), kind=RESIDENT)
    contract.register(*(key.address for key in SHOPS), kind=SHOP)
    contract.issue_to(*((key.address, ISSUED // 3) for key in RESIDENTS), (STRANGER, 5))
    domain = domain_separator(
        name="Read Pay", chain_id=int(contract.domain["chainId"]), contract=str(contract.domain["verifyingContract"])
    )
    one, other = SHOPS

    def settled(*payments):
        records = [
            key.record(domain, PaymentMessage(payee, won, nonce, FAR_AWAY)) for key, payee, won, nonce in payments
        ]
        return refusals(contract.settle(packed_batch(records)))

    bought = [(key, shop.address, 1_000, nonce) for nonce, shop in enumerate(SHOPS, 1) for key in RESIDENTS]
    assert settled(*bought) == []
    back = [(one, RESIDENTS[0].address, 400, 1), (other, contract.treasury, 2_500, 1), (other, STRANGER, 1, 2)]
    assert settled(*back) == [6]
    contract.done("redeem(bytes32,uint256[])", bytes(32), [2_000])
    return contract


def asked(contract, function, *arguments, answer):
    return decode(answer, contract.node.call(contract.address, calldata(function, *arguments)))


class TestAReader:
    def test_token_tells_its_name_symbol_and_decimals(self, contract):
        assert asked(contract, "name()", answer=["string"]) == ("Read Pay",)
        assert asked(contract, "symbol()", answer=["string"]) == ("TEST",)
        assert asked(contract, "decimals()", answer=["uint8"]) == (0,)

    def test_balances_of_the_token_sum_to_the_supply(self, lived):
        holders = [*(key.address for key in (*RESIDENTS, *SHOPS)), lived.treasury]

        held = {address: lived.balance(address) for address in holders}

        assert held == {
            RESIDENTS[0].address: 28_400,
            RESIDENTS[1].address: 28_000,
            RESIDENTS[2].address: 28_000,
            SHOPS[0].address: 2_600,
            SHOPS[1].address: 500,
            lived.treasury: 500,
        }
        assert lived.node.number(lived.address, "totalSupply()") == sum(held.values()) == ISSUED - 2_000

    @pytest.mark.parametrize("who", [NOBODY, STRANGER, "the contract"])
    def test_balance_of_an_address_without_an_account_is_zero(self, lived, who):
        address = lived.address if who == "the contract" else who

        assert lived.balance(address) == 0
        assert lived.account(address) == (0, 0, False, 0, 0)

    def test_transfer_events_sum_to_each_balance_and_the_supply(self, lived):
        sums = Counter()
        for event in events(logs_of(lived.node, lived.address)):
            if event.name == "Transfer":
                payer, payee, won = event.args
                sums[payer] -= won
                sums[payee] += won

        supply = -sums.pop(NOBODY)

        assert supply == lived.node.number(lived.address, "totalSupply()")
        assert len(sums) == 6
        assert {address: lived.balance(address) for address in sums} == sums

    def test_transfer_events_have_the_form_of_erc_20(self, lived):
        topic = "0x" + bytes(keccak(text="Transfer(address,address,uint256)")).hex()

        found = [log for log in logs_of(lived.node, lived.address) if log["topics"][0] == topic]

        # Three issued, six payments, a refund, a redemption, a burn; what was refused or skipped left none.
        assert len(found) == 3 + 6 + 1 + 1 + 1
        assert {(len(log["topics"]), len(log["data"])) for log in found} == {(3, 66)}


class TestAWallet:
    @pytest.mark.parametrize(
        ("function", "arguments"),
        [
            ("transfer(address,uint256)", (STRANGER, 1)),
            ("transfer(address,uint256)", (STRANGER, 0)),
            ("approve(address,uint256)", (STRANGER, 1)),
            ("transferFrom(address,address,uint256)", (RESIDENTS[0].address, STRANGER, 1)),
        ],
    )
    def test_transfer_or_approval_sent_to_the_token_reverts_with_use_signed_payment(self, lived, function, arguments):
        refused = lived.refusal(function, *arguments, sender=RESIDENTS[0].address)

        assert (refused.name, refused.arguments) == ("UseSignedPayment", {})

    def test_allowance_of_the_token_is_zero(self, lived):
        assert lived.node.number(lived.address, "allowance(address,address)", RESIDENTS[0].address, STRANGER) == 0

    def test_signing_domain_read_from_the_token_is_that_of_its_signatures(self, lived):
        types = ["bytes1", "string", "string", "uint256", "address", "bytes32", "uint256[]"]

        fields, name, version, chain_id, address, salt, extensions = asked(lived, "eip712Domain()", answer=types)

        # EIP-5267: name, version, chainId and verifyingContract are used, a salt is not.
        assert (fields, salt, extensions) == (b"\x0f", bytes(32), ())
        found = {"name": name, "version": version, "chainId": chain_id, "verifyingContract": address}
        assert found == lived.domain
        assert asked(lived, "DOMAIN_SEPARATOR()", answer=["bytes32"]) == (separator_of(found),)
