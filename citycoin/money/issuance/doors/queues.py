"""Who hears of a paid top-up that is set aside."""

from citycoin.money.issuance.operations import issuing
from citycoin.money.issuance.queries.waiting import ISSUING
from citycoin.platform.queues import operations


def register() -> None:
    """Called once, when Django is ready."""
    operations.when_set_aside(ISSUING, tell=issuing.tell_of_one_set_aside)
