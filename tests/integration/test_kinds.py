"""A kind of payment switched off while payments of it are in flight: none is lost, and the chain follows the books."""

from uuid import uuid4

import pytest

from contracts.domain.kinds import AccountKind, bit_of
from contracts.queries import token_of
from tests.faults import scenes
from tests.node import Node
from tests.outside import code_of, eventually
from tests.signing import WalletOfficial, matrix

pytestmark = pytest.mark.both_databases

PURCHASES = bit_of(AccountKind.RESIDENT, AccountKind.SHOP)


@pytest.fixture
def node(system):
    node = Node(system.rpc_url)
    yield node
    node.close()


@pytest.fixture
def switch(system, gimpo, node):
    """Two officials say which kind may pay which; at the end the matrix is as it was."""
    token = token_of(scenes.city_id("gimpo"))
    officials = [WalletOfficial.founding(system.var, "gimpo", number) for number in (1, 2)]
    before = token.kinds_allowed

    def decide(kinds_allowed):
        body = matrix(node, token.address, gimpo.domain(), kinds_allowed, *officials)
        answer = gimpo.call("POST", "kinds", body)
        assert answer.status_code == 202, answer.text
        return answer.json()

    yield decide
    if on_chain(node, token) != before:
        decide(before)
        eventually(lambda: on_chain(node, token) == before, what="the matrix as it was")


def on_chain(node, token):
    return node.number(token.address, "kindsAllowed()")


def test_purchases_switched_off_with_50_in_flight_are_refused_at_once_and_none_is_voided(system, gimpo, node, switch):
    token, shop, voided = token_of(scenes.city_id("gimpo")), gimpo.shops()[0], scenes.voided()
    payers = scenes.residents(gimpo, [100] * 5)
    system.stop("worker")
    ids = scenes.send_all(scenes.orders(payers, [shop], count=50))

    decision = switch(token.kinds_allowed & ~PURCHASES)
    refused = payers[0].send(payers[0].order(shop, 1))
    shown = gimpo.ok("GET", "kinds")
    on_chain_before = on_chain(node, token)
    system.start("worker")

    assert decision["state"] == "waiting"
    assert code_of(refused) == (422, "kinds_not_allowed")
    assert ["resident", "shop"] not in shown["allowed"]
    assert on_chain_before & PURCHASES
    scenes.all_settled(ids)
    eventually(lambda: not on_chain(node, token) & PURCHASES, what="the matrix on chain")
    eventually(lambda: not token_of(token.city_id).kinds_closing, what="the matrix in the books")
    assert scenes.voided() == voided

    switch(token.kinds_allowed)
    eventually(lambda: token_of(token.city_id).kinds_allowed & PURCHASES, what="purchases again")
    assert payers[0].send(payers[0].order(shop, 1, id=str(uuid4()))).status_code == 201
