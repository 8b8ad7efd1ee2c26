"""Doors that the worker opens: take in the bank's files, decide about deposits, order transfers."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.run_once import only_one
from citycoin.money.bank.doors import folders
from citycoin.money.bank.operations import deposits, orders


@shared_task(name="bank.read")
@only_one("read the bank's files")
def read() -> int:
    """Take in what the bank has laid down; return how many files."""
    return folders.take_files(now=clock.now())


@shared_task(name="bank.sort")
@only_one("sort deposits")
def sort() -> int:
    """Decide about deposits; return how many."""
    return deposits.sort_deposits(now=clock.now())


@shared_task(name="bank.send")
@only_one("order transfers")
def send() -> int:
    """Write orders and lay them down for the bank; return how many transfers and orders."""
    now = clock.now()
    return orders.make_orders(now=now) + folders.deliver_orders(now=now)
