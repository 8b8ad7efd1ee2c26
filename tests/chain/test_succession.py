"""A succession played on a chain: a thousand accounts and payments in flight, from the pause to the first payment after it."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from eth_utils.crypto import keccak

from contracts.domain.succession import CARRY_OVER, TAKE_OVER, Carried, founded_with
from tests.chain.city_of_a_thousand import (
    ACCOUNTS,
    CLOSE,
    PROGRAMME,
    SETTLE,
    START_RECOVERY,
    City,
    Succession,
    batch_of,
    contract_of,
    said,
    somebody,
)
from tests.chain.keys import CityKey
from tests.chain.own_chain import TRANSACTION_GAS, OwnChain
from tests.chain.own_contract import (
    RESIDENT,
    SHOP,
    TREASURY,
    YEAR,
    events,
    logs_of,
)
from tests.node import calldata

pytestmark = pytest.mark.one_database

PAYER_UNKNOWN, SIGNATURE_INVALID = 2, 1
NOBODY = "0x" + "00" * 20


@pytest.fixture(scope="module")
def node():
    with OwnChain() as node:
        yield node


@pytest.fixture(scope="module")
def played(node):
    """The whole succession, once; the tests look at what came of it."""
    city = City(node)
    old, operator = city.contract, city.contract.operator
    shop, payers = city.shops[1], city.payers
    in_time = batch_of(old, *((key, shop, 100, 2) for key in payers))
    too_late = batch_of(old, *((key, shop, 50, 3) for key in payers))

    # One block: the batch, the pause, and the batch that was under way to the chain already.
    node.ask("evm_setAutomine", False)
    hashes = [
        operator.sent(old.address, data)
        for data in (
            calldata(SETTLE, bytes(32), in_time),
            calldata("pause()"),
            calldata(SETTLE, bytes(32), too_late),
        )
    ]
    node.ask("evm_mine")
    node.ask("evm_setAutomine", True)
    block = [node.mined(each) for each in hashes]
    in_the_pause = old.refusal(SETTLE, bytes(32), too_late)

    succession = Succession(old)
    succession.read()
    before = {each.account: each for accounts in succession.lists for each in accounts}
    budget = node.budget(old.address, YEAR)
    programme = node.call(old.address, calldata("programmeOf(uint256)", PROGRAMME))
    created = succession.create()
    succession.close()
    taken = succession.take_over()
    carried = [succession.carry(accounts) for accounts in succession.lists]
    paused = succession.new.refusal(SETTLE, bytes(32), too_late)
    after = {address: succession.new.account(address) for address in before}
    budget_after = node.budget(succession.address, YEAR)
    programme_after = node.call(succession.address, calldata("programmeOf(uint256)", PROGRAMME))
    supply_after = node.number(succession.address, "totalSupply()")
    succession.new.done("unpause()")
    return SimpleNamespace(
        city=city,
        old=old,
        operator=operator,
        payers=payers,
        shop=shop,
        batches=(in_time, too_late),
        block=block,
        in_the_pause=in_the_pause,
        succession=succession,
        before=before,
        budgets=(budget, budget_after),
        programmes=(programme, programme_after),
        created=created,
        taken=taken,
        carried=carried,
        paused=paused,
        after=after,
        supply=supply_after,
    )


@pytest.fixture
def new(node, played):
    """The new contract, open; the chain is set back after the test."""
    kept, operator = node.ask("evm_snapshot"), played.operator
    nonce = operator.nonce
    yield played.succession.new
    assert node.ask("evm_revert", kept)
    operator.nonce = nonce


class TestASuccession:
    def test_succession_of_a_thousand_accounts_fits_the_gas_limit_of_a_transaction(self, played):
        sent = (played.created, played.taken, *played.carried)
        gas = [int(each["gasUsed"], 16) for each in sent]

        assert len(played.before) == ACCOUNTS
        assert [each["status"] for each in sent] == ["0x1"] * 7
        assert max(gas) < TRANSACTION_GAS
        assert [len(each) for each in played.succession.lists] == [200] * 5

    def test_batch_before_the_pause_of_a_succession_settles_and_one_after_reverts(self, played):
        blocks = {each["blockNumber"] for each in played.block}

        assert len(blocks) == 1
        assert [each["status"] for each in played.block] == ["0x1", "0x1", "0x0"]
        assert played.in_the_pause.name == "EnforcedPause"
        moved = {args[0]: args[2] for args in said(played.block[0], "Transfer")}
        assert moved == {key.address: 100 for key in played.payers}

    def test_succession_keeps_every_balance_kind_and_frozen_flag(self, played):
        seen = {address: its[:3] for address, its in played.after.items()}

        assert seen == {address: (its.balance, its.kind, its.frozen) for address, its in played.before.items()}
        assert sum(its.balance for its in played.after.values()) == played.supply
        assert played.supply == played.succession.supply
        kinds = Counter(its.kind for its in played.after.values())
        assert kinds == {RESIDENT: len(played.city.residents), SHOP: len(played.city.shops) + 1, TREASURY: 1}
        frozen = {address for address, its in played.after.items() if its.frozen}
        assert frozen == {*played.city.frozen, played.city.lost_shop}

    def test_successor_is_paused_until_it_is_opened(self, played):
        assert played.paused.name == "EnforcedPause"

    def test_successor_begins_the_nonces_anew(self, played):
        payer = played.payers[0].address

        assert played.old.account(payer).highest_nonce == 2
        assert {its[3:] for its in played.after.values()} == {(0, 0)}

    def test_successor_issues_only_what_the_caps_have_left(self, node, played, new):
        (budget, budget_after), (programme, programme_after) = played.budgets, played.programmes
        left = budget["cap"] - budget["issued"]
        assert budget["issued"] == played.supply + 2_000  # redeemed won were issued, too
        assert (budget_after, programme_after) == (budget, programme)
        issue = ("issue(bytes32,uint256,(address,uint256)[])", secrets.token_bytes(32), PROGRAMME)
        over = new.refusal(*issue, [(played.shop, left + 1)])
        new.done(*issue, [(played.shop, left)])

        assert (over.name, over.arguments["asked"]) == ("CapExceeded", budget["cap"] + 1)
        assert node.number(new.address, "totalSupply()") == played.supply + left

    def test_transfer_events_of_a_successor_sum_to_its_balances(self, node, played):
        sums = Counter()
        for event in events(logs_of(node, played.succession.address)):
            if event.name == "Transfer":
                payer, payee, won = event.args
                sums[payer] -= won
                sums[payee] += won

        minted = -sums.pop(NOBODY)

        assert minted == played.supply
        assert all(node.balance(played.succession.address, address) == won for address, won in sums.items())
        assert sums.keys() == {address for address, its in played.before.items() if its.balance}

    def test_succession_can_be_read_from_both_contracts(self, node, played):
        old, new = played.old.address, played.succession.address

        assert "0x" + node.call(old, calldata("successor()"))[12:].hex() == new
        assert node.call(old, calldata("snapshot()")) == played.succession.taken.snapshot()
        assert "0x" + node.call(new, calldata("predecessor()"))[12:].hex() == old.lower()
        assert node.number(new, "awaited()") == 0
        assert node.call(new, calldata("foundedWith()")) == founded_with(played.old.founding)
        assert said(played.taken, "TakenOver") == [
            (old.lower(), played.supply, "0x" + node.call(old, calldata("snapshot()")).hex())
        ]


class TestPaymentsInFlight:
    def test_payments_in_flight_that_are_signed_anew_settle_in_the_successor(self, played, new):
        had = new.balance(played.shop)

        receipt = new.settle(batch_of(new, *((key, played.shop, 50, 1) for key in played.payers)))

        assert said(receipt, "BatchSettled") == [("0x" + "00" * 32, len(played.payers), 0, 50 * len(played.payers))]
        assert new.balance(played.shop) == had + 50 * len(played.payers)

    def test_payments_in_flight_with_old_signatures_move_nothing_in_the_successor(self, played, new):
        had = {key.address: new.account(key.address) for key in played.payers}

        receipts = [new.settle(batch) for batch in played.batches]

        for receipt in receipts:
            reasons = [reason for _, _, reason in said(receipt, "Refused")]
            assert reasons == [PAYER_UNKNOWN] * 6 + [SIGNATURE_INVALID] * 6
            assert not said(receipt, "Transfer")
        assert {key.address: new.account(key.address) for key in played.payers} == had


class TestARetiredAccount:
    def test_retired_account_stays_retired_and_its_won_go_to_its_new_address(self, played, new):
        lost, found = played.city.lost_shop, played.city.found_shop
        assert played.before[lost] == Carried(lost, SHOP, True, 300, retired=True)
        had = new.balance(found)

        thawed = new.refusal("setFrozen(address,bool)", lost, False)
        new.done("sweep(address[])", [lost])

        assert thawed.name == "AccountRetired"
        assert (new.balance(lost), new.balance(found)) == (0, had + 300)


class TestTheOldContract:
    CALLS = (
        (SETTLE, bytes(32), b""),
        ("issue(bytes32,uint256,(address,uint256)[])", bytes(32), PROGRAMME, [(NOBODY, 1)]),
        ("redeem(bytes32,uint256[])", bytes(32), [1]),
        ("register(address[],uint8)", [NOBODY], RESIDENT),
        ("setFrozen(address,bool)", NOBODY, True),
        ("unpause()",),
        ("finishRecovery(address[])", [NOBODY]),
        ("sweep(address[])", [NOBODY]),
    )

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0].partition("(")[0])
    def test_old_contract_that_is_closed_refuses_every_call(self, played, call):
        assert played.old.refusal(*call).name == "Closed"

    def test_old_contract_that_is_closed_can_still_be_read(self, node, played):
        its = {address: played.old.account(address)[:3] for address in played.city.shops}

        assert its == {a: (played.before[a].balance, SHOP, played.before[a].frozen) for a in played.city.shops}
        assert node.number(played.old.address, "totalSupply()") == played.supply


# ---- What can go wrong ---------------------------------------------------------------------------------------------


@pytest.fixture
def small(node):
    """A contract of three accounts, paused, and its snapshot, a list each."""
    contract = contract_of(node)
    contract.register(somebody("resident 1"), kind=RESIDENT)
    contract.register(somebody("shop 1"), kind=SHOP)
    contract.issue_to((somebody("resident 1"), 700), (somebody("shop 1"), 300))
    contract.done("pause()")
    succession = Succession(contract)
    succession.create()
    succession.read(size=1)
    return succession


class TestUntilItIsClosed:
    def test_old_contract_that_is_not_closed_goes_on_when_the_pause_ends(self, small):
        payer = CityKey("resident 2")
        small.old.register(payer.address, kind=RESIDENT)
        batch = batch_of(small.old, (payer, somebody("shop 1"), 10, 1))
        assert small.old.refusal(SETTLE, bytes(32), batch).name == "EnforcedPause"

        small.old.done("unpause()")
        small.old.issue_to((payer.address, 10))

        assert said(small.old.settle(batch), "BatchSettled") == [("0x" + "00" * 32, 1, 0, 10)]

    def test_successor_takes_nothing_over_from_an_old_contract_that_is_not_closed_for_it(self, small):
        take_over = (TAKE_OVER, *small.taken.arguments())
        assert small.new.refusal(*take_over).name == "PredecessorNotClosed"
        small.close()

        small.new.done(*take_over)

        assert small.new.refusal(*take_over).name == "TakenOverTwice"

    def test_old_contract_is_closed_for_the_code_that_was_signed_and_no_other(self, node, small):
        other = Succession(small.old)
        other.create(founding=(*small.old.founding[:3], *[somebody("a thief")] * 4, *small.old.founding[7:]))
        signed_for_mine = bytes(keccak(bytes.fromhex(node.ask("eth_getCode", small.address, "latest")[2:])))
        other.taken = small.taken

        assert small.old.refusal(CLOSE, *other.closing(code=signed_for_mine)).name == "SuccessorWrong"
        small.close()

    def test_close_of_an_old_contract_that_is_not_paused_is_refused(self, small):
        small.old.done("unpause()")

        assert small.old.refusal(CLOSE, *small.closing()).name == "ExpectedPause"


class TestASuccessor:
    def test_successor_takes_over_what_the_snapshot_says_and_nothing_else(self, small):
        small.close()
        other = replace(small.taken, fiscal_years=())

        refused = small.new.refusal(TAKE_OVER, *other.arguments())

        assert (refused.name, refused.arguments["given"]) == ("SnapshotWrong", other.snapshot())
        assert small.take_over()["status"] == "0x1"

    def test_successor_opens_only_when_each_list_is_carried_over(self, small):
        small.close()
        small.take_over()
        first, *others = small.lists
        assert small.carry(first)["status"] == "0x1"
        carried = sum(each.balance for each in first)

        refused = small.new.refusal("unpause()")

        assert (refused.name, refused.arguments) == (
            "TakeoverUnfinished",
            {"chunks": len(others), "won": small.supply - carried},
        )
        assert [small.carry(each)["status"] for each in others] == ["0x1"] * len(others)
        small.new.done("unpause()")

    def test_successor_takes_each_list_of_the_snapshot_once_and_no_other(self, small):
        small.close()
        small.take_over()
        (mine, *_), (other, *_), *_ = small.lists
        carry_over = (CARRY_OVER, [mine.account])
        small.new.done(*carry_over)

        for refused in (small.new.refusal(*carry_over), small.new.refusal(CARRY_OVER, [mine.account, other.account])):
            assert refused.name == "ChunkUnknown"
        assert small.new.balance(mine.account) == mine.balance

    def test_successor_knows_nothing_of_a_recovery_that_was_under_way(self, node, small):
        lost, found = somebody("resident 1"), somebody("resident 1, another key")
        lists = {"from": [lost], "to": [found]}
        small.old.decide(START_RECOVERY, "StartRecovery", **lists)
        small.read()
        small.close()
        small.take_over()
        for accounts in small.lists:
            small.carry(accounts)
        small.new.done("unpause()")

        assert node.number(small.old.address, "recoveryOf(address)", lost) == int(found, 16)
        assert node.number(small.address, "recoveryOf(address)", lost) == 0
        small.new.decide(START_RECOVERY, "StartRecovery", **lists)
        assert node.number(small.address, "recoveryOf(address)", lost) == int(found, 16)
