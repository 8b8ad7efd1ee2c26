"""Freezing: at once in the books, on chain when what was authorised is final, and back."""

import pytest

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.cities.models import City
from contracts.models import Contract
from tests.faults import scenes
from tests.node import Node, calldata
from tests.outside import eventually
from wallets.models import Wallet
from wallets.operations import freezing
from wallets.queries import freezes
from wallets.queries.waiting import freezes_to_tell

pytestmark = pytest.mark.both_databases


@pytest.fixture(scope="module")
def official() -> Official:
    city = City.objects.get(slug="gimpo")
    return open_official(city=city, username="freezer", password="-", totp_secret="JBSWY3DPEHPK3PXP", now=clock.now())


@pytest.fixture
def payer(gimpo):
    return scenes.residents(gimpo, [10_000])[0]


@pytest.fixture
def wallet(payer):
    return Wallet.objects.get(keys__address=payer.address.lower())


@pytest.fixture
def chain(system, wallet):
    """The flag of the wallet as the node has it."""
    node, contract = Node(system.rpc_url), Contract.objects.get(city_id=wallet.city_id).address

    def flag() -> bool:
        address = wallet.keys.get(until=None).address
        answer = node.call(contract, calldata("accountOf(address)", address))
        return bool(int.from_bytes(answer[64:96]))

    yield flag
    node.close()


def freeze(wallet, official):
    freezing.freeze(
        city_id=wallet.city_id, wallet_id=wallet.pk, official=official, reason="a report of theft", now=clock.now()
    )


def unfreeze(wallet, official):
    freezing.unfreeze(city_id=wallet.city_id, wallet_id=wallet.pk, official=official, reason="found", now=clock.now())


def state(wallet):
    return freezes.state_on_chain(Wallet.objects.get(pk=wallet.pk))


class TestFreezing:
    def test_payment_authorised_before_a_freeze_settles_before_the_chain_is_told(
        self, system, payer, wallet, official, chain
    ):
        shop = payer.api.shops()[0]
        system.stop("worker")
        paid = payer.pay(shop, 1_000)

        freeze(wallet, official)
        refused = payer.send(payer.order(shop, 500))
        waiting = state(wallet)
        system.start("worker")
        payer.wait_settled(paid["id"])
        eventually(lambda: state(wallet) == "final", what="the flag on chain")

        assert refused.json()["code"] == "payer_frozen"
        assert waiting == "waiting"
        assert chain()
        settled = wallet.payments.get().batch.submission
        flagged = freezes.freeze_of(wallet).submission
        assert settled.block_number < flagged.block_number
        assert payer.status(paid["id"]) == "settled"

    def test_unfrozen_wallet_pays_again_only_after_the_chain_has_followed(self, payer, wallet, official, chain):
        freeze(wallet, official)
        eventually(lambda: state(wallet) == "final" and chain(), what="the flag on chain")

        unfreeze(wallet, official)
        too_early = payer.send(payer.order(payer.api.shops()[0], 500))
        eventually(lambda: not payer.wallet()["frozen"], what="the end of the freezing")
        again = payer.pay(payer.api.shops()[0], 500)

        # A payment taken while the contract still says frozen would be refused there, after the shop was told.
        assert too_early.json()["code"] == "payer_frozen"
        assert not chain()
        payer.wait_settled(again["id"])

    def test_wallet_frozen_again_while_it_thaws_stays_frozen(self, wallet, official, chain):
        freeze(wallet, official)
        eventually(lambda: state(wallet) == "final" and chain(), what="the flag on chain")

        unfreeze(wallet, official)
        eventually(lambda: state(wallet) == "carrying", what="the unfreezing on its way")
        freeze(wallet, official)
        eventually(lambda: state(wallet) == "final" and chain(), what="the flag on chain again")

        assert Wallet.objects.get(pk=wallet.pk).frozen_at is not None

    def test_freeze_that_ends_before_the_chain_was_told_tells_it_nothing(self, system, wallet, official, chain):
        system.stop("worker")
        freeze(wallet, official)
        unfreeze(wallet, official)
        system.start("worker")

        assert not freezes_to_tell().filter(wallet=wallet).exists()
        assert state(wallet) == "final"
        assert not chain()
