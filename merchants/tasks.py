"""A door that the worker opens: refunds. It looks at the table; arguments are never needed."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from contracts.doors import wiring
from contracts.queries import tokens_in_step
from merchants.operations import refunds
from merchants.queries.refunds import refunds_to_send


@shared_task(throws=(Unavailable,), name="merchants.refund")
@only_one("send refunds")
def refund() -> int:
    """Send the refunds whose payments are final; return how many."""
    return sum(
        refunds.send_promised(contract=contract, signer=wiring.signer(), now=clock.now())
        for contract in tokens_in_step(refunds_to_send())
    )
