"""What the contract reverts for a row's own sake is tried three times and set aside; what it refuses to everybody is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.incidents.models import Incident
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.queues.operations import TOGETHER, requeue
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.sending import Means
from tests.unit.ledger import FEES, Ledger
from tests.unit.model import a_sender
from wallets.doors.health import ledger_lines
from wallets.models import Batch, Freeze, Payment, Status, Stop, Wallet
from wallets.operations import batching, freezing, stopping
from wallets.queries.stops import stop_of

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=21)


class City(Ledger):
    """A city of the ledger's, whose transactions end as a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.found_a_city()
        chain = self.chain.contract.chain
        for role in (Sender.Role.REGISTRAR, Sender.Role.GUARDIAN):
            a_sender(self.city, role, chain)
        self.officials = [
            open_official(
                city=self.city,
                username=f"{self.city.slug}-{each}",
                password="-",
                totp_secret="JBSWY3DPEHPK3PXP",
                now=self.now,
            )
            for each in range(2)
        ]

    @property
    def contract(self) -> Contract:
        return Contract.objects.get(pk=self.chain.contract.pk)

    @property
    def means(self) -> Means:
        return Means(self.signer, FEES, self.now)

    def end(self, submission: Submission | None, status: Submission.Status) -> None:
        """In a final block of its own, all of whose logs are copied."""
        assert submission is not None
        self.chain.block += 1
        Submission.objects.filter(pk=submission.pk).update(status=status, block_number=self.chain.block)
        Contract.objects.filter(pk=self.contract.pk).update(next_block=self.chain.block + 1)

    def say(self, name: str, **args: object) -> None:
        """The contract does, in the next final block, and the books take it in."""
        self.chain.mine((name, args), at=self.now)
        Contract.objects.filter(pk=self.contract.pk).update(next_block=self.chain.block + 1)
        self.post()

    def paid(self, won: int = 10) -> Payment:
        """A payment in a batch of its own."""
        self.pay([(0, 0, won, 1)], "form", {})
        return Payment.objects.filter(city=self.city).latest("pk")

    def settle(self, payment: Payment) -> None:
        batch = Batch.objects.get(payments=payment)
        self.end(batch.submission, Submission.Status.FINAL)
        self.chain.settle(batch, {}, at=self.now)
        self.post()

    def revert(self, payment: Payment) -> None:
        self.end(Batch.objects.get(payments=payment).submission, Submission.Status.REVERTED)

    def halve(self) -> int:
        return batching.halve_reverted(contract=self.contract, means=self.means)

    def pass_the_wait(self) -> timedelta:
        """Until the one row that failed is tried again; how long that is."""
        again_at = FailedRow.objects.get().again_at
        assert again_at is not None
        waited = again_at - self.now
        self.now = again_at
        return waited

    def tell_of_freezes(self) -> int:
        return freezing.tell_chain(contract=self.contract, means=self.means)

    def tell_of_stops(self) -> int:
        return stopping.tell_chain(contract=self.contract, means=self.means)


@pytest.fixture
def city():
    return City()


def set_aside() -> Incident:
    """The one row that is, as officials see it."""
    assert FailedRow.objects.get().again_at is None
    return Incident.objects.get(what="row_set_aside")


class TestPaymentThatRevertsAlone:
    @pytest.fixture
    def payment(self, city):
        """Reverted after another one of the city got through."""
        city.settle(city.paid())
        payment = city.paid(30)
        city.revert(payment)
        return payment

    def test_payment_that_reverts_alone_is_tried_three_times_with_growing_waits_and_set_aside(self, city, payment):
        waits = []
        for _ in range(2):
            city.halve()
            payment.refresh_from_db()
            assert (payment.status, payment.batch) == (Status.AUTHORISED, None)
            city.form()
            assert Payment.objects.get(pk=payment.pk).batch is None
            waits.append(city.pass_the_wait())
            city.form()
            city.revert(payment)
        city.halve()

        assert waits == [timedelta(seconds=5), timedelta(seconds=20)]
        facts = set_aside().details
        assert facts == {"queue": "batching", "row": payment.pk, "reason": "reverted"}
        city.now += timedelta(days=1)
        city.form()
        payment.refresh_from_db()
        assert (payment.batch, payment.payer.held) == (None, payment.amount)
        line = {each.name: each for each in ledger_lines()}["settlement"]
        assert line.words.en.startswith("1 not yet settled (1 set aside), ")

    def test_payment_that_failed_before_goes_alone_and_its_failures_are_forgotten_when_it_settles(self, city, payment):
        city.halve()
        city.pass_the_wait()
        other = city.paid()
        payment.refresh_from_db()
        other.refresh_from_db()

        city.settle(payment)

        assert payment.batch != other.batch
        assert Payment.objects.get(pk=payment.pk).status == Status.SETTLED
        assert not FailedRow.objects.exists()

    @pytest.mark.parametrize("name", ["Paused", "Unpaused", "RoleHandedOver", "ContractClosed"])
    def test_payment_that_reverts_where_the_contract_may_take_none_is_asked_again_and_not_counted(self, city, name):
        city.settle(city.paid())
        payment = city.paid()
        if name == "Unpaused":  # it was mined before that
            city.revert(payment)
            city.say(name)
        else:
            city.say(name)
            city.revert(payment)

        self.asked_again_later(city, payment)

    def test_first_payment_of_a_city_that_reverts_is_asked_again_and_not_counted(self, city):
        payment = city.paid()
        city.revert(payment)

        self.asked_again_later(city, payment)

    def test_payment_whose_block_is_not_copied_yet_is_not_counted(self, city, payment):
        Contract.objects.filter(pk=city.contract.pk).update(next_block=city.chain.block)

        self.asked_again_later(city, payment)

    def asked_again_later(self, city: City, payment: Payment) -> None:
        """In the same batch, after a while, and nothing was counted."""
        before = Batch.objects.get(payments=payment)
        at_once = city.halve()
        city.now += LATER

        assert (at_once, city.halve()) == (0, 1)
        after = Batch.objects.get(payments=payment)
        assert (after.pk, after.posted_at) == (before.pk, None)
        assert after.submission != before.submission
        assert not FailedRow.objects.exists()

    @pytest.mark.parametrize("through", [False, True], ids=["none gets through", "another gets through"])
    def test_many_payments_that_revert_alone_are_at_fault_only_where_another_gets_through(self, city, through):
        city.settle(city.paid())
        alone = [city.paid() for _ in range(TOGETHER)]
        for each in alone:
            city.revert(each)
        if through:
            city.settle(city.paid())

        city.halve()

        assert FailedRow.objects.count() == (TOGETHER if through else 0)


class TestFlagThatReverts:
    @pytest.fixture(params=["freeze", "unfreeze"])
    def act(self, city, request) -> Callable[[], object]:
        """What an official does to a resident's wallet; a wallet to be unfrozen is frozen on chain."""
        wallet = city.residents[0].wallet
        facts = {"city_id": city.city.pk, "wallet_id": wallet.pk, "official": city.officials[0], "reason": "시험"}
        if request.param == "unfreeze":
            city.say("FrozenSet", account=city.residents[0].address, frozen=True)
        return lambda: getattr(freezing, request.param)(**facts, now=city.now)

    def test_flag_that_reverts_is_told_three_times_and_set_aside_and_is_told_again_when_requeued(self, city, act):
        act()
        before = Freeze.objects.get().status
        waits = []
        for _ in range(2):
            assert city.tell_of_freezes() == 1
            city.end(Freeze.objects.get().submission, Submission.Status.REVERTED)
            assert city.tell_of_freezes() == 0
            waits.append(city.pass_the_wait())
        assert city.tell_of_freezes() == 1
        city.end(Freeze.objects.get().submission, Submission.Status.REVERTED)
        city.tell_of_freezes()
        city.now += timedelta(days=1)
        assert city.tell_of_freezes() == 0

        assert waits == [timedelta(seconds=5), timedelta(seconds=20)]
        incident = set_aside()
        freeze = Freeze.objects.get()
        assert incident.details == {"queue": "freezing", "row": freeze.pk, "reason": "reverted"}
        assert (freeze.status, freeze.submission) == (before, None)
        assert Wallet.objects.get(pk=freeze.wallet_id).frozen_at is not None

        requeue(incident_id=incident.pk, official=None, now=city.now)
        assert city.tell_of_freezes() == 1

    def test_flag_set_aside_is_tried_again_when_an_official_decides_anew(self, city):
        """The chain never had it, so the wallet pays again at once, and nothing is left to be tried."""
        wallet = city.residents[0].wallet
        facts = {"city_id": city.city.pk, "wallet_id": wallet.pk, "official": city.officials[0], "reason": "시험"}
        freezing.freeze(**facts, now=city.now)
        self.set_aside(city)

        freezing.unfreeze(**facts, now=city.now)

        assert Wallet.objects.get(pk=wallet.pk).frozen_at is None
        assert not FailedRow.objects.exists()
        assert Incident.objects.get(what="row_set_aside").closed_at is not None

    def set_aside(self, city: City) -> None:
        for _ in range(3):
            city.tell_of_freezes()
            city.end(Freeze.objects.get().submission, Submission.Status.REVERTED)
            city.tell_of_freezes()
            city.now += LATER
        assert set_aside().closed_at is None

    def test_flag_to_be_lifted_and_set_aside_is_told_again_when_the_wallet_is_frozen_and_unfrozen_anew(self, city):
        wallet = city.residents[0].wallet
        facts = {"city_id": city.city.pk, "wallet_id": wallet.pk, "official": city.officials[0], "reason": "시험"}
        city.say("FrozenSet", account=city.residents[0].address, frozen=True)
        freezing.unfreeze(**facts, now=city.now)
        self.set_aside(city)

        freezing.freeze(**facts, now=city.now)
        freezing.unfreeze(**facts, now=city.now)

        assert city.tell_of_freezes() == 1

    def test_failures_of_a_flag_are_forgotten_when_the_chain_has_it(self, city, act):
        act()
        city.tell_of_freezes()
        city.end(Freeze.objects.get().submission, Submission.Status.REVERTED)
        city.tell_of_freezes()
        city.pass_the_wait()
        city.tell_of_freezes()
        told = Freeze.objects.get().submission
        assert told is not None
        frozen = told.purpose == Submission.Purpose.FREEZE

        city.chain.mine(("FrozenSet", {"account": city.residents[0].address, "frozen": frozen}), at=city.now)
        Submission.objects.filter(pk=told.pk).update(tx_hash=ChainLog.objects.latest("pk").tx_hash)
        city.post()

        assert Freeze.objects.get().status == ("frozen" if frozen else "ended")
        assert not FailedRow.objects.exists()

    def test_wallet_unfrozen_after_its_flag_reverted_pays_again_at_once(self, city):
        wallet = city.residents[0].wallet
        facts = {"city_id": city.city.pk, "wallet_id": wallet.pk, "official": city.officials[0], "reason": "시험"}
        freezing.freeze(**facts, now=city.now)
        city.tell_of_freezes()
        city.end(Freeze.objects.get().submission, Submission.Status.REVERTED)
        city.tell_of_freezes()

        freezing.unfreeze(**facts, now=city.now)

        assert Freeze.objects.get().status == "ended"
        assert Wallet.objects.get(pk=wallet.pk).frozen_at is None

    def test_wallet_frozen_again_before_its_reverted_flag_was_noticed_is_told_of_anew(self, city):
        """The chain never had it, so the books must not say that it has."""
        wallet = city.residents[0].wallet
        facts = {"city_id": city.city.pk, "wallet_id": wallet.pk, "official": city.officials[0], "reason": "시험"}
        freezing.freeze(**facts, now=city.now)
        city.tell_of_freezes()
        city.end(Freeze.objects.get().submission, Submission.Status.REVERTED)

        freezing.unfreeze(**facts, now=city.now)
        freezing.freeze(**facts, now=city.now)
        city.tell_of_freezes()
        city.pass_the_wait()

        assert city.tell_of_freezes() == 1


class TestPauseThatReverts:
    @pytest.fixture(params=["pause", "unpause"])
    def stop(self, city, request) -> Stop:
        """Of which the chain is to be told next."""
        made = stopping.stop(official=city.officials[0], reason="시험", now=city.now)
        if request.param == "unpause":
            city.say("Paused")
            stopping.let_go_on(official=city.officials[1], review="시험", now=city.now)
        return made

    def told(self, stop: Stop) -> Submission | None:
        return Stop.objects.get(pk=stop.pk).submission

    def test_pause_that_reverts_is_told_three_times_and_set_aside_and_is_told_again_when_requeued(self, city, stop):
        waits = []
        for last in (False, False, True):
            assert city.tell_of_stops() == 1
            city.end(self.told(stop), Submission.Status.REVERTED)
            assert city.tell_of_stops() == 0
            if not last:
                waits.append(city.pass_the_wait())
        city.now += timedelta(days=1)
        assert city.tell_of_stops() == 0

        assert waits == [timedelta(seconds=5), timedelta(seconds=20)]
        incident = set_aside()
        assert incident.details == {"queue": "stopping", "row": stop.pk, "reason": "reverted"}
        assert stop_of(city.city.pk) == stop

        requeue(incident_id=incident.pk, official=None, now=city.now)
        assert city.tell_of_stops() == 1

    def test_stop_whose_pause_is_set_aside_ends_when_it_is_reviewed(self, city):
        """The contract never paused, so nothing has to be told."""
        stop = stopping.stop(official=city.officials[0], reason="시험", now=city.now)
        for _ in range(3):
            city.tell_of_stops()
            city.end(self.told(stop), Submission.Status.REVERTED)
            city.tell_of_stops()
            city.now += LATER
        assert set_aside().closed_at is None

        stopping.let_go_on(official=city.officials[1], review="시험", now=city.now)
        city.tell_of_stops()

        assert stop_of(city.city.pk) is None

    def test_failures_of_a_pause_are_forgotten_when_the_chain_has_followed(self, city, stop):
        city.tell_of_stops()
        city.end(self.told(stop), Submission.Status.REVERTED)
        city.tell_of_stops()

        city.say("Unpaused" if Stop.objects.get(pk=stop.pk).reviewed_at else "Paused")

        assert not FailedRow.objects.exists()
