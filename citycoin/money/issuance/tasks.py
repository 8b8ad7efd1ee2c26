"""Doors that the worker opens: issue what is paid, send decisions, lapse what nobody paid, tell of sales."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from citycoin.money.issuance.operations import decisions, issuing, sale_wishes, top_ups
from citycoin.money.issuance.queries.waiting import DECIDING, ISSUING, TAKING_APART
from contracts.doors import wiring
from contracts.models import Contract
from contracts.operations.cities import in_each_city


@shared_task(throws=(Unavailable,), name="issuance.issue")
@only_one("issue top-ups")
def issue() -> int:
    """Issue paid top-ups, and take apart issues that reverted; return how many of both."""
    now = clock.now()

    def issue_in(contract: Contract) -> int:
        taken_apart = issuing.take_apart_reverted(contract=contract, now=now)
        return taken_apart + issuing.issue_paid(contract=contract, means=wiring.means())

    return in_each_city(TAKING_APART, ISSUING, do=issue_in, now=now)


@shared_task(throws=(Unavailable,), name="issuance.decide")
@only_one("send decisions")
def decide() -> int:
    """Send the decisions that waited for payments in flight; return how many."""
    return in_each_city(
        DECIDING,
        do=lambda contract: decisions.send_waiting(
            contract=contract, gateway=wiring.chain_gateway(), means=wiring.means()
        ),
        now=clock.now(),
    )


@shared_task(throws=(Unavailable,), name="issuance.lapse")
@only_one("lapse reservations")
def lapse() -> int:
    """Give back headroom that nobody paid for; return of how many top-ups."""
    return top_ups.lapse_reservations(now=clock.now())


@shared_task(name="issuance.tell_of_sales")
@only_one("tell of sales")
def tell_of_sales() -> int:
    """Tell those who wait for it that won are on sale again; return how many."""
    return sale_wishes.tell_of_sales(now=clock.now())
