"""Two officials decide how much may be issued: their signatures are made outside, and the contract has the last word."""

import time
from contextlib import contextmanager

import pytest

from citycoin.foundation.run_once import only_one
from tests.outside import code_of, eventually
from tests.signing import BrowserOfficial, WalletOfficial, amendment, decided, rotation
from tests.visitor import Visitor

pytestmark = pytest.mark.both_databases


@pytest.fixture
def contract(world):
    return world.contract("sejong").address


@pytest.fixture
def budget(world, contract):
    """The budget as the node has it."""
    return lambda: world.node.budget(contract, world.year)


def ask_for(world, facts, *officials):
    return world.sejong.call("POST", "budgets", decided(world.sejong.domain(), "Budget", facts, *officials))


def officials_in_the_books(world):
    return {each["address"] for each in world.sejong.ok("GET", "officials")["officials"]}


def rotate(world, contract, outgoing, incoming, *officials):
    facts = rotation(world.node, contract, outgoing=outgoing.address, incoming=incoming.address)
    body = decided(world.sejong.domain(), "RotateOfficial", facts, *officials)
    answer = world.sejong.call("POST", "officials", body)
    assert answer.status_code == 202, answer.text
    changed = facts["version"]
    eventually(lambda: world.node.number(contract, "officialsVersion()") == changed, what="the change of officials")
    return answer.json()


@contextmanager
def in_the_place_of(world, contract, outgoing, colleague, incoming):
    """An official's new key, as long as this lasts; the other official signs both changes."""
    rotate(world, contract, outgoing, incoming, outgoing, colleague)
    try:
        yield incoming
    finally:
        rotate(world, contract, incoming, outgoing, incoming, colleague)


def while_posting(task):
    """Do ``task`` while this process, as a second worker's would, has the posting: the worker posts nothing."""

    @only_one("post logs")
    def alone():
        task()
        return 1

    eventually(lambda: alone() == 1, what="our turn to post")


class TestAmending:
    def test_budget_signed_by_two_officials_changes_on_chain_first_and_then_in_the_books(self, world, contract, budget):
        facts, path = (
            amendment(world.node, contract, world.year, cap=budget()["cap"] + 1_000_000),
            f"budgets/{world.year}",
        )
        cap_before, answers, meanwhile = world.sejong.ok("GET", path)["cap"], [], []

        def carry_on_chain():
            answers.append(ask_for(world, facts, *world.founders("sejong")))
            eventually(lambda: budget()["cap"] == facts["cap"], what="the cap on chain")
            meanwhile.append(world.sejong.ok("GET", path)["cap"])

        while_posting(carry_on_chain)

        assert [(each.status_code, each.json()["state"]) for each in answers] == [(202, "carrying")]
        assert meanwhile == [cap_before]
        eventually(lambda: world.sejong.ok("GET", path)["cap"] == facts["cap"], what="the cap in the books")
        assert world.sejong.ok("GET", path)["version"] == facts["version"]
        assert ask_for(world, facts, *world.founders("sejong")).json()["state"] == "final"
        said = Visitor(world.sejong.web_url).get("/sejong/register.json?kind=budget").json()["entries"][0]
        assert (said["purpose"], said["legal_basis"]) == (facts["purpose"], facts["legal_basis"])
        assert said["basis"]["agrees"]
        assert int(said["basis"]["on_chain"], 16) == budget()["basis"]

    def test_budget_signed_for_a_year_without_one_is_opened(self, world, contract):
        first, last = int(time.time()), int(time.time()) + 365 * 86_400
        year = 2100 + len([year for year in range(2100, 2200) if world.node.budget(contract, year)["version"]])
        facts = amendment(world.node, contract, year, cap=5, starts=first, ends=last)

        assert ask_for(world, facts, *world.founders("sejong")).status_code == 202

        eventually(lambda: world.node.budget(contract, year)["cap"] == 5, what="the budget on chain")
        eventually(lambda: world.sejong.call("GET", f"budgets/{year}").status_code == 200, what="it in the books")

    def test_budget_with_its_signatures_in_reverse_order_is_accepted(self, world, contract, budget):
        facts = amendment(world.node, contract, world.year)

        assert ask_for(world, facts, *reversed(world.founders("sejong"))).status_code == 202
        eventually(lambda: budget()["version"] == facts["version"], what="the amendment")


class TestRefusals:
    """Each with its own code, and the cap read from the node unchanged."""

    @pytest.fixture(autouse=True)
    def _unchanged_budget(self, budget):
        before = budget()
        yield
        assert budget() == before

    @pytest.fixture
    def founders(self, world):
        return world.founders("sejong")

    @pytest.fixture
    def facts(self, world, contract, budget):
        return amendment(world.node, contract, world.year, cap=budget()["cap"] + 5_000_000)

    def test_budget_with_one_signature_is_refused(self, world, facts, founders):
        assert code_of(ask_for(world, facts, founders[0])) == (422, "signature_missing")

    def test_budget_with_an_empty_second_signature_is_refused(self, world, facts, founders):
        body = decided(world.sejong.domain(), "Budget", facts, founders[0])
        body["signatures"].append("0x")

        assert code_of(world.sejong.call("POST", "budgets", body)) == (422, "signature_missing")

    def test_budget_signed_twice_by_the_same_official_is_refused(self, world, facts, founders):
        assert code_of(ask_for(world, facts, founders[1], founders[1])) == (422, "same_official_twice")

    @pytest.mark.parametrize("stranger", [WalletOfficial, BrowserOfficial])
    def test_budget_signed_by_a_stranger_is_refused(self, world, facts, founders, stranger):
        assert code_of(ask_for(world, facts, founders[0], stranger())) == (422, "not_an_official")

    def test_budget_signed_by_an_official_of_the_other_city_is_refused(self, world, facts, founders):
        assert code_of(ask_for(world, facts, founders[0], world.founders("gimpo")[1])) == (422, "not_an_official")

    def test_budget_signed_for_the_other_city_is_refused(self, world, facts, founders):
        body = decided(world.gimpo.domain(), "Budget", facts, *founders)

        assert code_of(world.sejong.call("POST", "budgets", body)) == (422, "not_an_official")

    @pytest.mark.parametrize("field", ["year", "starts", "ends", "cap", "deadline"])
    def test_budget_with_a_field_changed_after_signing_is_refused(self, world, facts, founders, field):
        body = decided(world.sejong.domain(), "Budget", facts, *founders)

        answer = world.sejong.call("POST", "budgets", body | {field: body[field] + 1})

        # Another year has no budget, so another next version, which the contract looks at first.
        assert code_of(answer) == (422, {"year": "budget_version_wrong"}.get(field, "not_an_official"))

    @pytest.mark.parametrize(
        "changed", [{"purpose": "다른 목적"}, {"legal_basis": "다른 근거"}, {"legal_basis": "시험 조례"}]
    )
    def test_budget_with_another_reason_than_the_one_signed_is_refused(self, world, facts, founders, changed):
        body = decided(world.sejong.domain(), "Budget", facts, *founders)

        assert code_of(world.sejong.call("POST", "budgets", body | changed)) == (422, "not_an_official")

    def test_budget_whose_purpose_nobody_can_see_is_refused(self, world, facts, founders):
        facts["purpose"] = "\u2063"

        assert code_of(ask_for(world, facts, *founders)) == (422, "reason_missing")

    @pytest.mark.parametrize("byte", [0, 31, 32, 63])
    def test_budget_with_a_changed_byte_in_a_signature_is_refused(self, world, facts, founders, byte):
        body = decided(world.sejong.domain(), "Budget", facts, *founders)
        signature = bytearray.fromhex(body["signatures"][1][2:])
        signature[byte] ^= 0x01
        body["signatures"][1] = "0x" + signature.hex()

        assert code_of(world.sejong.call("POST", "budgets", body)) == (422, "not_an_official")

    @pytest.mark.parametrize("ahead", [-1, 1, 1_000])
    def test_budget_with_a_version_that_is_not_the_next_is_refused(self, world, facts, founders, ahead):
        """E15: an older one played again, too."""
        facts["version"] = max(facts["version"] + ahead, 1)

        assert code_of(ask_for(world, facts, *founders)) == (422, "budget_version_wrong")

    def test_budget_past_its_deadline_is_refused(self, world, facts, founders):
        facts["deadline"] = int(time.time()) - 60

        assert code_of(ask_for(world, facts, *founders)) == (422, "deadline_passed")

    def test_budget_below_what_is_promised_is_refused(self, world, budget, facts, founders):
        facts["cap"] = budget()["programmed"] - 1

        assert code_of(ask_for(world, facts, *founders)) == (422, "budget_below_promised")

    @pytest.mark.parametrize(
        "changed",
        [
            {"cap": "1"},
            {"cap": -1},
            {"cap": 1.5},
            {"year": True},
            {"signatures": []},
            {"signatures": ["0x12"]},
            {"purpose": ""},
        ],
    )
    def test_budget_with_a_field_of_another_form_is_refused(self, world, facts, founders, changed):
        body = decided(world.sejong.domain(), "Budget", facts, *founders) | changed

        assert code_of(world.sejong.call("POST", "budgets", body)) == (400, "fields_wrong")


class TestOfficials:
    def test_official_with_a_browser_key_signs_and_with_a_replaced_key_is_refused(self, world, contract, budget):
        stays, leaves = world.founders("sejong")
        with in_the_place_of(world, contract, leaves, stays, BrowserOfficial()) as browser:
            before = budget()
            facts = amendment(world.node, contract, world.year)

            revoked = ask_for(world, facts, stays, leaves)
            unchanged = budget()
            accepted = ask_for(world, facts, stays, browser)

            assert code_of(revoked) == (422, "not_an_official")
            assert unchanged == before
            assert accepted.status_code == 202
            eventually(lambda: budget()["version"] == facts["version"], what="the amendment")
            now = {stays.address, browser.address}
            eventually(lambda: officials_in_the_books(world) == now, what="the officials in the books")

    def test_budget_with_a_changed_byte_in_a_browsers_signature_or_key_is_refused(self, world, contract, budget):
        stays, leaves = world.founders("sejong")
        with in_the_place_of(world, contract, leaves, stays, BrowserOfficial()) as browser:
            before = budget()
            body = decided(world.sejong.domain(), "Budget", amendment(world.node, contract, world.year), stays, browser)
            signature = bytes.fromhex(body["signatures"][1][2:])
            for place in range(0, 128, 9):
                changed = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
                body["signatures"][1] = "0x" + changed.hex()

                assert code_of(world.sejong.call("POST", "budgets", body)) == (422, "not_an_official")
            assert budget() == before

    def test_change_of_officials_signed_twice_by_one_official_is_refused(self, world, contract):
        stays, leaves = world.founders("sejong")
        facts = rotation(world.node, contract, outgoing=leaves.address, incoming=WalletOfficial().address)
        body = decided(world.sejong.domain(), "RotateOfficial", facts, stays, stays)

        assert code_of(world.sejong.call("POST", "officials", body)) == (422, "same_official_twice")

    def test_change_of_officials_to_another_address_than_was_signed_is_refused(self, world, contract):
        stays, leaves = world.founders("sejong")
        facts = rotation(world.node, contract, outgoing=leaves.address, incoming=WalletOfficial().address)
        body = decided(world.sejong.domain(), "RotateOfficial", facts, stays, leaves)

        answer = world.sejong.call("POST", "officials", body | {"incoming": WalletOfficial().address})

        assert code_of(answer) == (422, "not_an_official")
        assert not world.node.number(contract, "isOfficial(address)", facts["incoming"])
