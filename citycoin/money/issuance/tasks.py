"""Doors that the worker opens: issue what is paid, post what was decided, lapse what nobody paid."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from citycoin.money.issuance.operations import issuing, posting, top_ups
from contracts.doors import wiring
from contracts.models import Contract
from contracts.queries import ChainBehindTheBooks


@shared_task(throws=(Unavailable,), name="issuance.issue")
@only_one("issue top-ups")
def issue() -> int:
    """Issue paid top-ups and close finished issues; return how many of both."""
    done = 0
    for contract in Contract.objects.exclude(code_hash="").select_related("chain", "city"):
        done += issuing.finish_issues(contract=contract, now=clock.now())
        if contract.chain.behind_since:
            continue
        fees = wiring.chain_gateway().fees()
        try:
            done += issuing.issue_paid(contract=contract, signer=wiring.signer(), fees=fees, now=clock.now())
        except ChainBehindTheBooks:
            continue
    return done


@shared_task(throws=(Unavailable,), name="issuance.post")
@only_one("post decisions")
def post() -> int:
    """Post final decisions; return how many."""
    return sum(
        posting.post_final_logs(contract=contract, now=clock.now())
        for contract in Contract.objects.select_related("chain", "city")
    )


@shared_task(throws=(Unavailable,), name="issuance.lapse")
@only_one("lapse reservations")
def lapse() -> int:
    """Give back headroom that nobody paid for; return of how many top-ups."""
    return top_ups.lapse_reservations(now=clock.now())
