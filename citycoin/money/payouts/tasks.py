"""Doors that the worker opens: order what is due, burn what the bank has paid, give back what it could not pay."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from citycoin.money.payouts.operations import automatic, payouts, redeeming
from citycoin.money.payouts.queries.waiting import GIVING_BACK, ORDERING, REDEEMING, UNDOING
from contracts.doors import wiring
from contracts.models import Contract
from contracts.operations.cities import in_each_city


@shared_task(throws=(Unavailable,), name="payouts.order")
@only_one("order payouts")
def order() -> int:
    """Order what is due to shops by itself; return how many payouts that made."""
    now = clock.now()
    return in_each_city(
        ORDERING,
        do=lambda contract: automatic.order_due(contract=contract, signer=wiring.signer(), now=now),
        now=now,
    )


@shared_task(throws=(Unavailable,), name="payouts.redeem")
@only_one("redeem payouts")
def redeem() -> int:
    """Burn the won of payouts that the bank has made, and make burns that reverted anew; return how many of both."""
    now = clock.now()

    def redeem_in(contract: Contract) -> int:
        undone = redeeming.undo_reverted(contract=contract, now=now)
        return undone + redeeming.redeem_paid(contract=contract, means=wiring.means())

    return in_each_city(UNDOING, REDEEMING, do=redeem_in, now=now)


@shared_task(throws=(Unavailable,), name="payouts.give_back")
@only_one("give bounced payouts back")
def give_back() -> int:
    """Send the won of bounced payouts back to their shops; return of how many."""
    now = clock.now()
    return in_each_city(
        GIVING_BACK,
        do=lambda contract: payouts.give_bounced_back(contract=contract, signer=wiring.signer(), now=now),
        now=now,
    )
