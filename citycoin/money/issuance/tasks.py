"""Doors that the worker opens: issue what is paid, lapse what nobody paid."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from citycoin.money.issuance.operations import decisions, issuing, top_ups
from citycoin.money.issuance.queries import waiting
from contracts.doors import wiring
from contracts.queries import ChainBehindTheBooks, tokens_in_step


@shared_task(throws=(Unavailable,), name="issuance.issue")
@only_one("issue top-ups")
def issue() -> int:
    """Issue paid top-ups, and take apart issues that reverted; return how many of both."""
    done = 0
    for contract in tokens_in_step(waiting.top_ups_to_issue()):
        done += issuing.take_apart_reverted(contract=contract, now=clock.now())
        try:
            done += issuing.issue_paid(contract=contract, means=wiring.means())
        except ChainBehindTheBooks:
            continue
    return done


@shared_task(throws=(Unavailable,), name="issuance.decide")
@only_one("send decisions")
def decide() -> int:
    """Send the decisions that waited for payments in flight; return how many."""
    gateway = wiring.chain_gateway()
    contracts = tokens_in_step(waiting.decisions_to_send())
    return sum(decisions.send_waiting(contract=each, gateway=gateway, means=wiring.means()) for each in contracts)


@shared_task(throws=(Unavailable,), name="issuance.lapse")
@only_one("lapse reservations")
def lapse() -> int:
    """Give back headroom that nobody paid for; return of how many top-ups."""
    return top_ups.lapse_reservations(now=clock.now())
