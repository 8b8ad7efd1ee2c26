"""A payment to a shop, of its request where it names one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from contracts.queries import SigningContext
from merchants.queries import requests
from wallets.domain.refusals import SignatureInvalid
from wallets.models import Payment
from wallets.operations.authorise import authorise
from wallets.operations.authority import Authority, Order
from wallets.operations.own_signatures import SignatureSent, own_signature, refuse_if_for_another_city


def pay(*, order: Order, authority: Authority, now: datetime) -> Payment:
    """Authorise a payment to a shop, of its request where it names one.

    Raises RequestUnknown, RequestExpired, RequestDiffers, and what ``authorise`` raises.
    """
    if order.request is None:
        return authorise(order=order, authority=authority, now=now)
    request = requests.request_named(order.city_id, order.request)
    answers = partial(requests.check_answers, request, payee_address=order.payee_address, amount=order.amount, now=now)
    return authorise(order=order, authority=authority, now=now, condition=answers)


def pay_by_signature(*, order: Order, sent: SignatureSent, context: SigningContext, now: datetime) -> Payment:
    """The same by a signature that the payer made outside; a signature of nobody costs no lock.

    Raises SignatureInvalid, SignatureForAnotherCity, and what ``pay`` raises.
    """
    try:
        return pay(order=order, authority=own_signature(order, sent, context.domain_separator), now=now)
    except SignatureInvalid:
        refuse_if_for_another_city(order, sent)
        raise
