"""The ledger keeps its promises: in any order of events, and for each reason that the contract may give."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.ledger import Ledger
from tests.unit.model import NONCE_USED
from wallets.models import Batch, Incident, Payment, Status, Wallet

pytestmark = pytest.mark.django_db


def test_keeps_its_promises_whatever_happens_in_whatever_order():
    run_state_machine_as_test(Ledger, settings=settings(max_examples=40, stateful_step_count=20, deadline=None))


class TestRefusedOnChain:
    """One payment of 100 won in a batch, whose record the contract refuses for a reason of its own."""

    @pytest.fixture
    def ledger(self):
        founded = Ledger()
        founded.found_a_city()
        founded.pay([(0, 0, 100, 1)], "form", {})
        return founded

    def refused(self, ledger: Ledger, reason: int) -> tuple[Payment, Wallet, int]:
        """The payment, its payer, and how many incidents are open, once the refusal is posted."""
        ledger.chain.settle(Batch.objects.get(city=ledger.city), {0: reason}, at=ledger.now)
        ledger.post()
        payer = Wallet.objects.get(pk=ledger.residents[0].wallet.pk)
        return Payment.objects.get(payer=payer), payer, Incident.objects.filter(city=ledger.city).count()

    @pytest.mark.parametrize("reason", range(4, 10))
    def test_is_voided_where_its_nonce_was_used_up(self, ledger, reason):
        payment, payer, incidents = self.refused(ledger, reason)

        assert payment.status == Status.VOIDED
        assert (payer.posted, payer.held, incidents) == (800, 0, 1)
        assert sum(lot.taken for lot in payer.lots.all()) == 0

    @pytest.mark.parametrize("reason", [1, 2])
    def test_stays_authorised_as_an_incident_where_its_nonce_was_not_used(self, ledger, reason):
        payment, payer, incidents = self.refused(ledger, reason)

        assert payment.status == Status.AUTHORISED
        assert (payer.posted, payer.held, incidents) == (800, 100, 1)

    def test_is_told_nothing_by_a_nonce_used_before(self, ledger):
        payment, payer, incidents = self.refused(ledger, NONCE_USED)

        assert payment.status == Status.AUTHORISED
        assert (payer.posted, payer.held, incidents) == (800, 100, 0)
