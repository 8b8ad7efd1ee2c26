"""A signature for one contract moves nothing in another, whoever sends it there and however good it is."""

import secrets

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from citycoin.platform.cities.queries import city_named
from contracts.domain.encoding import PaymentMessage, Record, Scheme, compact, packed_batch
from contracts.queries import domain_of, token_of
from tests.chain.own_contract import RESIDENT, SHOP, OwnContract, refusals
from tests.node import Node
from tests.outside import P256Key, Secp256k1Key
from tests.signing import P256_N

pytestmark = pytest.mark.one_database

SIGNATURE_INVALID, PAYER_UNKNOWN, NONCE_USED = 1, 2, 3
# What a foreign secp256k1 signature yields is somebody whom the contract doesn't know.
REASONS = {"wallet": PAYER_UNKNOWN, "browser": SIGNATURE_INVALID}
IN_2100 = 4_102_444_800


@pytest.fixture(scope="module")
def node(system):
    node = Node(system.rpc_url)
    yield node
    node.close()
    system.manage("reconcile", check=True)


@pytest.fixture(scope="module")
def wallet():
    return Secp256k1Key()


@pytest.fixture(scope="module")
def browser():
    return P256Key()


@pytest.fixture(scope="module")
def shop():
    return Account.create().address.lower()


@pytest.fixture(scope="module")
def contract(node, wallet, browser, shop):
    """A contract where both keys have won."""
    made = OwnContract(node, cap=1_000_000)
    made.register(address(wallet), address(browser), kind=RESIDENT)
    made.register(shop, kind=SHOP)
    for each in (wallet, browser):
        assert made.issue(secrets.token_bytes(32), address(each), 1_000)["status"] == "0x1"
    return made


@pytest.fixture(scope="module")
def gimpo(system):  # noqa: ARG001 - its database is read
    return domain_of(token_of(city_named("gimpo").pk)).as_json()


def address(key):
    if isinstance(key, P256Key):
        return "0x" + bytes(keccak(key.public_key))[12:].hex()
    return key.address.lower()


def record(key, domain, shop, *, nonce, won=100):
    message = {"payee": shop, "amount": won, "nonce": nonce, "expires": IN_2100}
    signed = key.signed(domain, message)
    said = PaymentMessage(shop, won, nonce, IN_2100)
    signature = bytes.fromhex(signed["signature"][2:])
    if "public_key" in signed:
        r, s = signature[:32], int.from_bytes(signature[32:])
        return Record(
            said, Scheme.P256, r + min(s, P256_N - s).to_bytes(32, "big"), bytes.fromhex(signed["public_key"][2:])
        )
    return Record(said, Scheme.SECP256K1, compact(signature))


class TestABatch:
    @pytest.mark.parametrize("who", REASONS)
    def test_batch_with_a_signature_for_another_contract_moves_nothing(self, request, contract, gimpo, shop, who):
        """E1."""
        key, reason = request.getfixturevalue(who), REASONS[who]
        before = contract.balance(address(key)), contract.balance(shop)

        receipt = contract.settle(packed_batch([record(key, gimpo, shop, nonce=1)]))

        assert refusals(receipt) == [reason]
        assert (contract.balance(address(key)), contract.balance(shop)) == before

    @pytest.mark.parametrize("who", REASONS)
    def test_batch_with_a_signature_for_another_chain_moves_nothing(self, request, contract, shop, who):
        key, reason = request.getfixturevalue(who), REASONS[who]
        before = contract.balance(address(key)), contract.balance(shop)

        receipt = contract.settle(packed_batch([record(key, contract.domain | {"chainId": 1}, shop, nonce=1)]))

        assert refusals(receipt) == [reason]
        assert (contract.balance(address(key)), contract.balance(shop)) == before

    @pytest.mark.parametrize("who", REASONS)
    def test_batch_with_its_own_signature_moves_its_won_once(self, request, contract, shop, who):
        key = request.getfixturevalue(who)
        before = contract.balance(address(key)), contract.balance(shop)
        batch = packed_batch([record(key, contract.domain, shop, nonce=2)])

        first, second = contract.settle(batch), contract.settle(batch)

        assert (refusals(first), refusals(second)) == ([], [NONCE_USED])
        assert (contract.balance(address(key)), contract.balance(shop)) == (before[0] - 100, before[1] + 100)
