"""The relay's door."""

from celery import shared_task

from citycoin.foundation.broker import connection
from citycoin.foundation.kernel import clock
from citycoin.foundation.run_once import only_one
from citycoin.platform.events import operations


@shared_task(name="events.relay")
@only_one("relay events")
def relay() -> int:
    """Tell screens to look again; return how many events were told.

    Until nothing waits: a notification of what was written meanwhile found this one running, and did nothing.
    """
    told = 0
    while more := operations.relay(publisher=connection(), now=clock.now()):
        told += more
    return told
