"""A payment to a shop, of its request where it names one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from merchants.queries import requests
from wallets.models import Payment
from wallets.operations.authorise import authorise
from wallets.operations.authority import Authority, Order


def pay(*, order: Order, authority: Authority, now: datetime) -> Payment:
    """Authorise a payment to a shop, of its request where it names one.

    Raises RequestUnknown, RequestExpired, RequestDiffers, and what ``authorise`` raises.
    """
    if order.request is None:
        return authorise(order=order, authority=authority, now=now)
    request = requests.request_named(order.city_id, order.request)
    answers = partial(requests.check_answers, request, payee_address=order.payee_address, amount=order.amount, now=now)
    return authorise(order=order, authority=authority, now=now, condition=answers)
