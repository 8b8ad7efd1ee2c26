"""The cap is the contract's: not even the issuing key itself gets one won past it."""

import secrets

import pytest
from eth_account import Account

from citycoin.foundation import vault
from citycoin.foundation.kernel import clock
from citycoin.platform.cities.queries import city_named
from contracts.domain.signing import name_of
from contracts.models import Sender, Submission
from contracts.queries import scope_of, token_of
from tests.by_hand import signed_by_hand
from tests.chain.own_contract import RESIDENT, YEAR, OwnContract, issuing
from tests.node import Node, Refused
from tests.outside import CityApi, eventually

pytestmark = pytest.mark.one_database

CAP = 1_000_000


@pytest.fixture(scope="module")
def node(system):
    node = Node(system.rpc_url)
    yield node
    node.close()
    system.manage("reconcile", check=True)


@pytest.fixture(scope="module")
def contract(node):
    return OwnContract(node, cap=CAP)


@pytest.fixture(scope="module")
def resident(contract):
    address = Account.create().address
    contract.register(address, kind=RESIDENT)
    return address


class TestOfACity:
    """The issuing key is unsealed here, as the operator of the server could."""

    @pytest.fixture
    def city(self):
        return token_of(city_named("gimpo").pk)

    @pytest.fixture
    def issuer(self, city):
        return Sender.objects.get(city=city.city, role=Sender.Role.ISSUER)

    @pytest.fixture
    def shop(self, system):
        api = CityApi(system.web_url, "gimpo")
        yield api.shops()[0]
        api.http.close()

    def test_issuing_key_of_a_city_is_the_issuer_of_its_contract(self, node, city, issuer):
        secret = vault.unseal(bytes(issuer.sealed), owner=name_of(scope_of(issuer), issuer.address))

        on_chain = "0x" + node.number(city.address, "issuer()").to_bytes(20, "big").hex()

        assert Account.from_key(secret).address.lower() == issuer.address == on_chain

    def test_issue_of_what_the_cap_leaves_passes_and_of_one_won_more_is_refused(self, node, city, issuer, shop):
        year = clock.fiscal_year(clock.now())
        budget = node.budget(city.address, year)
        left = budget["cap"] - budget["issued"]

        node.call(city.address, issuing(secrets.token_bytes(32), shop, left), sender=issuer.address)
        with pytest.raises(Refused) as refused:
            node.call(city.address, issuing(secrets.token_bytes(32), shop, left + 1), sender=issuer.address)

        assert refused.value.name == "CapExceeded"
        assert refused.value.arguments == {"year": year, "cap": budget["cap"], "asked": budget["cap"] + 1}

    def test_issue_over_the_cap_sent_straight_to_the_contract_reverts(self, node, city, shop):
        year = clock.fiscal_year(clock.now())
        budget = node.budget(city.address, year)
        supply = node.number(city.address, "totalSupply()")
        over = bytes.fromhex(issuing(secrets.token_bytes(32), shop, budget["cap"] - budget["issued"] + 1)[2:])

        sent = signed_by_hand(city.city_id, over, role=Sender.Role.ISSUER, gas=300_000)
        receipt = node.mined(sent.tx_hash)

        assert receipt["status"] == "0x0"
        assert node.budget(city.address, year)["issued"] == budget["issued"]
        assert node.number(city.address, "totalSupply()") == supply
        mine = Submission.objects.filter(pk=sent.pk)
        eventually(lambda: mine.get().status == Submission.Status.REVERTED, what="the end of the submission")


class TestOfAContract:
    """The same with real transactions, where it may really be reached."""

    def test_cap_is_reached_to_the_won_and_never_passed(self, node, contract, resident):
        def refused(won):
            data = issuing(secrets.token_bytes(32), resident, won)
            with pytest.raises(Refused) as refusal:
                node.call(contract.address, data, sender=contract.operator.address)
            receipt = contract.send(contract.address, data)
            return receipt["status"], refusal.value.name, refusal.value.arguments

        cap_exceeded = ("0x0", "CapExceeded", {"year": YEAR, "cap": CAP, "asked": CAP + 1})
        assert refused(CAP + 1) == cap_exceeded
        assert contract.balance(resident) == 0

        assert contract.issue(secrets.token_bytes(32), resident, CAP)["status"] == "0x1"
        assert contract.balance(resident) == CAP

        assert refused(1) == cap_exceeded
        assert contract.balance(resident) == CAP
        assert node.number(contract.address, "totalSupply()") == CAP
        assert node.budget(contract.address, YEAR)["issued"] == CAP
