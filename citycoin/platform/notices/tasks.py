"""Doors that the worker opens: text messages, and what is old."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.run_once import only_one
from citycoin.platform.notices import operations


@shared_task(name="notices.text")
@only_one("text notices")
def text() -> int:
    """Send the text messages whose time has come; return of how many notices that is settled."""
    return operations.text_due(now=clock.now())


@shared_task(name="notices.forget")
@only_one("forget notices")
def forget() -> int:
    """Delete notices whose time is over; return how many."""
    return operations.forget_old(now=clock.now())
