"""Paid top-ups become issues: as many as a transaction carries in one, the rest in the next."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from eth_abi.abi import decode

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.periods import Period
from citycoin.money.bank.models import VirtualAccount
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseTerms
from citycoin.money.issuance.models import Issue, Programme, TopUp
from citycoin.money.issuance.operations.issuing import ISSUED_AT_ONCE, issue_paid, take_apart_reverted
from citycoin.money.issuance.queries.top_ups import is_set_aside
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.models import City
from citycoin.platform.incidents.models import Incident
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.models import Notice
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.queues.operations import TOGETHER, requeue
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.operations import write_rule
from contracts.domain.encoding import Scheme
from contracts.domain.gateway import Fees
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, ChainLog, Contract, Sender, Submission
from contracts.operations.sending import LockedSender, Means
from tests.bank import a_city_account, virtual_accounts
from tests.unit.model import a_sender, a_submission, a_token, hash_of, new_address, number
from wallets.models import Key, Lot, Wallet
from wallets.queries.ledger import lots_in_force

NOON = datetime(2026, 5, 20, 12, tzinfo=KST)
TRANSACTION_GAS_LIMIT = 16_777_216  # EIP-7825
FEES = Fees(most=10**9, priority=1)


@pytest.fixture
def contract(db):  # noqa: ARG001 - it needs the database
    city = City.objects.create(slug="town", name_ko="시", name_en="Town")
    chain = Chain.objects.create(chain_id=number(), first_block_hash=hash_of("first", number()), seen_at=NOON)
    a_sender(city, Sender.Role.ISSUER, chain)
    return a_token(city, chain)


def paid_top_ups(city: City, count: int) -> None:
    programme = Programme.objects.create(
        city=city,
        number=1,
        year=2026,
        name_ko="판매",
        name_en="Sale",
        cap=10**9,
        submission=a_submission(city),
        open_at=NOON,
    )
    terms = PurchaseTerms(
        discount_per_mille=100,
        funders={"state": 30, "province": 20, "city": 50},
        validity=Period(5, "years"),
        purchase_step=1_000,
        monthly_cap=300_000,
        holding_cap=1_500_000,
    )
    rule = write_rule(city_id=city.pk, kind=PURCHASE, rule=Dated(date(2026, 1, 1), terms), number=programme.number)
    wallets = Wallet.objects.bulk_create(
        Wallet(city=city, kind=Wallet.Kind.RESIDENT, registered_at=NOON, created_at=NOON) for _ in range(count)
    )
    Key.objects.bulk_create(
        Key(city=city, wallet=each, address=new_address(), scheme=Scheme.SECP256K1, since=NOON) for each in wallets
    )
    accounts = virtual_accounts(a_city_account(city, now=NOON), count, until=NOON)
    TopUp.objects.bulk_create(
        TopUp(
            city=city,
            wallet=each,
            programme=programme,
            rule=rule,
            client_id=uuid.uuid4(),
            amount=1_000 + place,
            price=900,
            funders={"buyer": 900, "city": 100 + place},
            account=account,
            status=TopUp.Status.PAID,
            reserved_at=NOON,
            reserved_until=NOON + timedelta(minutes=10),
            paid_at=NOON,
        )
        for place, (each, account) in enumerate(zip(wallets, accounts, strict=True))
    )


def test_top_ups_over_one_transaction_are_split_and_nobody_is_issued_twice(contract, monkeypatch):
    calls = []
    submit = LockedSender.submit
    monkeypatch.setattr(
        LockedSender, "submit", lambda self, call, *, intent: (calls.append(call), submit(self, call, intent=intent))[1]
    )
    paid_top_ups(contract.city, ISSUED_AT_ONCE + 1)

    issued = [issue_paid(contract=contract, means=Means(VaultSigner(), FEES, NOON)) for _ in range(3)]

    assert issued == [ISSUED_AT_ONCE, 1, 0]
    assert all(each.gas < TRANSACTION_GAS_LIMIT for each in calls)
    said = [decode(["bytes32", "uint256", "(address,uint256)[]"], each.data[4:])[2] for each in calls]
    assert [len(each) for each in said] == [ISSUED_AT_ONCE, 1]
    assert sorted(amount for each in said for _, amount in each) == [
        1_000 + place for place in range(ISSUED_AT_ONCE + 1)
    ]
    assert len({address for each in said for address, _ in each}) == ISSUED_AT_ONCE + 1
    assert Lot.objects.count() == ISSUED_AT_ONCE + 1


def test_won_bought_on_a_leap_day_for_five_years_can_be_spent_until_the_end_of_28_february(contract):
    paid_top_ups(contract.city, 1)
    shortly_before_midnight = datetime(2028, 2, 29, 23, 57, 17, tzinfo=KST)

    issue_paid(contract=contract, means=Means(VaultSigner(), FEES, shortly_before_midnight))

    lot = Lot.objects.get()
    lot.final_at = shortly_before_midnight
    lot.save()
    end = datetime(2033, 3, 1, tzinfo=KST)
    assert lot.expires_at == end
    assert list(lots_in_force(lot.wallet_id, end - timedelta(microseconds=1))) == [lot]
    assert not lots_in_force(lot.wallet_id, end).exists()


class TestIssueThatReverts:
    @pytest.fixture
    def top_up(self, contract):
        """Of somebody, and paid."""
        paid_top_ups(contract.city, 1)
        made = TopUp.objects.select_related("wallet").get()
        Programme.objects.update(reserved=made.amount)
        made.wallet.owner = person_of_phone(phone=f"010{number():08}", now=NOON)
        made.wallet.save()
        return made

    def is_issued(self, contract, now, ends=Submission.Status.REVERTED, block=9) -> int:
        """It is signed where it may be; its transaction ends, and the books hear of it; how many were signed."""
        Contract.objects.update(next_block=block + 1)
        contract.refresh_from_db()
        Chain.objects.update(seen_at=now)
        signed = issue_paid(contract=contract, means=Means(VaultSigner(), FEES, now))
        Submission.objects.filter(issue__in=Issue.objects.filter(ended_at=None)).update(status=ends, block_number=block)
        take_apart_reverted(contract=contract, now=now)
        return signed

    def got_through(self, contract, block) -> None:
        made = a_submission(contract.city)
        Submission.objects.filter(pk=made.pk).update(
            purpose=Submission.Purpose.ISSUE, status=Submission.Status.FINAL, block_number=block
        )

    def test_top_up_of_a_year_that_is_over_is_tried_three_times_and_its_owner_and_the_officials_are_told_once(
        self, contract, top_up
    ):
        now = datetime(2027, 1, 1, 0, 0, 1, tzinfo=KST)
        for _ in range(2):
            assert self.is_issued(contract, now) == 1
            assert not Notice.objects.exists()
            now = FailedRow.objects.get().again_at
        assert self.is_issued(contract, now) == 1

        assert self.is_issued(contract, now + timedelta(days=1)) == 0
        incident = Incident.objects.get(city=contract.city, what="row_set_aside")
        assert incident.details == {"queue": "issuing", "row": top_up.pk, "reason": "reverted"}
        told = Notice.objects.get(person=top_up.wallet.owner)
        assert (told.kind, told.facts) == (Kind.TOP_UP_STUCK, {"won": top_up.amount})
        top_up.refresh_from_db()
        assert (top_up.status, is_set_aside(top_up)) == ("paid", True)

        requeue(incident_id=incident.pk, official=None, now=now)
        assert not is_set_aside(top_up)
        assert self.is_issued(contract, now, ends=Submission.Status.SENT) == 1

    def test_top_up_that_alone_reverts_while_others_get_through_counts_as_failed(self, contract, top_up):
        self.got_through(contract, 8)

        self.is_issued(contract, NOON)

        assert (FailedRow.objects.get().row, FailedRow.objects.get().reason) == (top_up.pk, "reverted")

    @pytest.mark.parametrize("why", ["paused", "first", "lost", "many"])
    def test_top_up_that_reverts_for_what_all_share_is_issued_anew_and_not_counted(self, contract, top_up, why):
        if why == "many":
            others = [
                TopUp(**{**vars_of(top_up), "client_id": uuid.uuid4(), "account": each}) for each in numbers(top_up)
            ]
            TopUp.objects.bulk_create(others)
        if why != "first":
            self.got_through(contract, 8)
        if why == "paused":
            ChainLog.objects.create(
                contract=contract,
                name="Paused",
                args={},
                block_number=8,
                log_index=0,
                block_at=NOON,
                tx_hash=hash_of("p", 1),
                block_hash=hash_of("block", 8),
            )

        self.is_issued(contract, NOON, ends=Submission.Status.LOST if why == "lost" else Submission.Status.REVERTED)

        assert not FailedRow.objects.exists()
        assert issue_paid(contract=contract, means=Means(VaultSigner(), FEES, NOON)) >= 1


def numbers(top_up: TopUp) -> list[VirtualAccount]:
    """For as many others as are no fault of one row."""
    return virtual_accounts(top_up.account.account, TOGETHER - 1, until=NOON)


def vars_of(top_up: TopUp) -> dict[str, object]:
    """What one top-up of the same person has in common with another."""
    names = (
        "city",
        "wallet",
        "programme",
        "rule",
        "amount",
        "price",
        "funders",
        "status",
        "reserved_at",
        "reserved_until",
        "paid_at",
    )
    return {name: getattr(top_up, name) for name in names}
