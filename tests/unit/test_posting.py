"""What the contract says, each event taken in by some app: an event that nobody takes in would hold the public figures up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from citycoin.money.issuance.models import OfficialKey
from citycoin.platform.cities.models import City
from citycoin.platform.incidents.models import Incident
from citycoin.platform.queues.models import FailedRow
from contracts.domain.artifact import abi
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, ChainLog
from contracts.operations import posting
from contracts.operations.posting import handled_names, post_final_logs
from tests.unit.model import ZERO, ChainOfTheTest, a_token, hash_of, new_address, number
from wallets.models import Movement, Wallet
from wallets.operations import burns_and_recoveries
from wallets.operations.wallets import open_city_accounts, open_wallet

NOW = datetime(2026, 5, 3, tzinfo=UTC)
# Declared by the interfaces that the contract keeps, and never said by it.
NEVER_SAID = {"Approval", "EIP712DomainChanged"}


def test_every_event_of_the_contract_is_taken_in_by_some_app():
    events = {entry["name"] for entry in abi() if entry["type"] == "event"} - NEVER_SAID

    assert events == handled_names() | {"Transfer"}


@pytest.mark.django_db(transaction=True)
class TestOfficials:
    def test_officials_keys_in_force_follow_the_rotations_that_the_contract_says(self):
        city = City.objects.create(slug="posting", name_ko="시", name_en="City")
        chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOW)
        contract = a_token(city, chain)
        first, second, third, fourth = sorted(new_address() for _ in range(4))
        for address in (first, second):
            OfficialKey.objects.create(city=city, address=address, founding=True, since=NOW)
        said = ChainOfTheTest(contract)

        def in_force_after(outgoing: str, incoming: str) -> list[str]:
            said.mine(("OfficialRotated", {"outgoing": outgoing, "incoming": incoming, "version": number()}), at=NOW)
            post_final_logs(contract=contract, now=NOW)
            addresses = OfficialKey.objects.filter(city=city, until=None).order_by("address")
            return list(addresses.values_list("address", flat=True))

        assert in_force_after(ZERO, third) == [first, second, third]
        assert in_force_after(ZERO, third) == [first, second, third], "read again, nothing new"
        assert in_force_after(first, ZERO) == [second, third]
        assert in_force_after(first, fourth) == [second, third], "who has gone can't be replaced"
        assert in_force_after(second, fourth) == [third, fourth]


@pytest.mark.django_db(transaction=True)
class TestUnasked:
    """Burns and recoveries that no row of ours asked for."""

    @pytest.fixture
    def said(self):
        city = City.objects.create(slug=f"unasked-{number()}", name_ko="시", name_en="City")
        chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOW)
        open_city_accounts(city=city, treasury_address=new_address(), sealed=b"", now=NOW)
        return ChainOfTheTest(a_token(city, chain))

    def post(self, said, *logs):
        said.mine(*logs, at=NOW)
        post_final_logs(contract=said.contract, now=NOW)
        rows = Movement.objects.filter(city=said.contract.city).order_by("pk")
        return list(rows.values_list("reason", "source__kind", "target__kind", "amount"))

    def shop(self, said, won):
        opened = open_wallet(city=said.contract.city, kind=Wallet.Kind.SHOP, signer=VaultSigner(), now=NOW)
        said.issue(hash_of("issue", number()), opened.key.address, won, at=NOW)
        post_final_logs(contract=said.contract, now=NOW)
        return opened.key.address

    @pytest.mark.parametrize(("number_of_reason", "reason"), [(1, "cancellation"), (2, "redemption"), (3, "lapse")])
    def test_unasked_burn_is_posted_once_with_its_reason_and_is_an_incident(self, said, number_of_reason, reason):
        shop = self.shop(said, 100)
        burn = {"burnId": hash_of("burn", number()), "reason": number_of_reason, "programme": 1, "index": 0}

        transfer = ("Transfer", {"from": shop, "to": ZERO, "value": 30})
        moved = self.post(said, transfer, ("Burned", {**burn, "from": shop, "amount": 30}))
        again = self.post(said, transfer, ("Burned", {**burn, "from": shop, "amount": 30}))

        assert moved[1:] == [(reason, "shop", "issuance", 30)]
        assert again == moved, "the same burn, copied from another block"
        assert [each.what for each in Incident.objects.filter(city=said.contract.city).order_by("pk")][1:] == [
            "burn_unasked"
        ]

    @pytest.mark.parametrize(("event", "reason"), [("Recovered", "recovery"), ("Swept", "sweep")])
    def test_unasked_recovery_or_sweep_moves_the_won_and_is_an_incident(self, said, event, reason):
        old, new = self.shop(said, 100), self.shop(said, 1)

        moved = self.post(
            said,
            ("Transfer", {"from": old, "to": new, "value": 100}),
            (event, {"from": old, "to": new, "amount": 100}),
        )

        assert moved[2:] == [(reason, "shop", "shop", 100)]
        assert Incident.objects.filter(city=said.contract.city, what="recovery_unasked").count() == 1

    def test_transfer_that_two_handlers_explain_is_a_fault_and_posts_nothing(self, said, monkeypatch):
        shop = self.shop(said, 100)
        monkeypatch.setattr(
            posting, "_handlers", [*posting._handlers, (frozenset({"Burned"}), burns_and_recoveries.post_burns)]
        )
        burn = {"burnId": hash_of("burn", number()), "reason": 1, "programme": 1, "index": 0}

        self.post(
            said,
            ("Transfer", {"from": shop, "to": ZERO, "value": 30}),
            ("Burned", {**burn, "from": shop, "amount": 30}),
        )

        assert Movement.objects.filter(city=said.contract.city).count() == 1
        assert FailedRow.objects.get(queue="posting").reason.startswith("TransferExplainedTwice")


@pytest.mark.django_db(transaction=True)
class TestOutOfTurn:
    """What an older transaction said, posted after a newer one, undoes nothing of it."""

    @pytest.fixture
    def said(self):
        city = City.objects.create(slug=f"turn-{number()}", name_ko="시", name_en="City")
        chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOW)
        return ChainOfTheTest(a_token(city, chain))

    def held(self, said, *logs):
        """These logs, copied, of a transaction that was set aside a moment ago."""
        said.mine(*logs, at=NOW)
        first = ChainLog.objects.filter(contract=said.contract).latest("pk")
        again_at = NOW + timedelta(seconds=5)
        return FailedRow.objects.create(queue="posting", row=first.pk, tries=1, reason="", again_at=again_at)

    def test_older_matrix_posted_late_leaves_the_newer_one(self, said):
        self.held(said, ("KindsAllowedSet", {"kindsAllowed": 0b111}))
        said.mine(("KindsAllowedSet", {"kindsAllowed": 0b001}), at=NOW)

        post_final_logs(contract=said.contract, now=NOW)
        post_final_logs(contract=said.contract, now=NOW + timedelta(seconds=6))

        said.contract.refresh_from_db()
        assert said.contract.kinds_allowed == 0b001
        assert not ChainLog.objects.filter(contract=said.contract, posted_at=None).exists()

    def test_change_of_an_official_whose_coming_is_set_aside_waits_for_it(self, said):
        city, (first, second) = said.contract.city, sorted(new_address() for _ in range(2))
        self.held(said, ("OfficialRotated", {"outgoing": ZERO, "incoming": first, "version": 1}))
        said.mine(("OfficialRotated", {"outgoing": first, "incoming": second, "version": 2}), at=NOW)

        post_final_logs(contract=said.contract, now=NOW)
        early = FailedRow.objects.exclude(reason="").get()
        post_final_logs(contract=said.contract, now=NOW + timedelta(seconds=6))

        assert early.reason.startswith("OutOfTurn")
        in_force = OfficialKey.objects.filter(city=city, until=None)
        assert list(in_force.values_list("address", flat=True)) == [second]
