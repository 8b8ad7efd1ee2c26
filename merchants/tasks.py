"""Doors that the worker opens: refunds, ends of payments and of claims. Each looks at the table; arguments are never needed."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from contracts.doors import wiring
from contracts.operations.cities import in_each_city
from merchants.operations import claims, ends, refunds
from merchants.queries.refunds import REFUNDING


@shared_task(throws=(Unavailable,), name="merchants.refund")
@only_one("send refunds")
def refund() -> int:
    """Send the refunds whose payments are final; return how many."""
    now = clock.now()
    return in_each_city(
        REFUNDING,
        do=lambda contract: refunds.send_promised(contract=contract, signer=wiring.signer(), now=now),
        now=now,
    )


@shared_task(name="merchants.tell_ends")
@only_one("tell ends of payments")
def tell_ends() -> int:
    """Tell how payments ended whose pages were closed; return of how many."""
    return ends.tell_ends(now=clock.now())


@shared_task(name="merchants.end_claims")
@only_one("end refund claims")
def end_claims() -> int:
    """End what residents asked for and their shop let pass; return how many."""
    return claims.end_unanswered(now=clock.now())
