"""The door that the worker opens: sum the float up."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from citycoin.money.float.operations import checking
from citycoin.money.float.queries.checks import tokens_to_check
from contracts.models import Contract
from contracts.operations.cities import for_each


@shared_task(throws=(Unavailable,), name="float.check")
@only_one("check the float")
def check() -> int:
    """Sum up each city's float, where that is due; return of how many cities."""
    now = clock.now()

    def check_one(contract: Contract) -> int:
        checking.check(city_id=contract.city_id, now=now)
        return 1

    return for_each(tokens_to_check(now), do=check_one)
