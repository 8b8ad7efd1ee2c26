"""Writes of shops: opening one, asking for an amount, taking a payment in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction

from citycoin.cities.models import City
from citycoin.kernel.errors import Conflict, Rejected
from citycoin.kernel.money import Won
from contracts.chain.signing import Signer
from merchants import queries
from merchants.business_number import is_business_number
from merchants.codes import PaymentCode
from merchants.models import Category, PaymentRequest, Shop
from wallets.authorisation import authorise
from wallets.authority import Authority, Order
from wallets.models import Payment, Wallet
from wallets.operations import Opened, open_wallet


class BusinessNumberWrong(Rejected):
    """Not ten digits, or the check digit is off."""

    code = "business_number_wrong"
    ko = "사업자등록번호가 맞지 않아요."
    en = "This is not a valid business number."


class BusinessRegistered(Conflict):
    """The business has a shop in this city."""

    code = "business_registered"
    ko = "이미 등록된 사업자예요."
    en = "This business is registered already."


@dataclass(frozen=True, slots=True)
class Business:
    """What a shop says of itself."""

    name_ko: str
    name_en: str
    business_number: str
    district: str = ""
    category: Category = Category.OTHER


@transaction.atomic
def open_shop(*, city: City, business: Business, signer: Signer, now: datetime) -> tuple[Shop, Opened]:
    """Register a business with a key that the city keeps. Raises BusinessNumberWrong, BusinessRegistered."""
    if not is_business_number(business.business_number):
        raise BusinessNumberWrong(number=business.business_number)
    if Shop.objects.filter(city=city, business_number=business.business_number).exists():
        raise BusinessRegistered
    opened = open_wallet(city=city, kind=Wallet.Kind.SHOP, signer=signer, now=now)
    shop = Shop.objects.create(
        city=city,
        wallet=opened.wallet,
        name_ko=business.name_ko,
        name_en=business.name_en,
        business_number=business.business_number,
        district=business.district,
        category=business.category,
        code=PaymentCode.new(of_request=False).number,
        opened_at=now,
    )
    return shop, opened


def renew_fixed_code(*, shop: Shop) -> PaymentCode:
    """Another fixed code: posters with the old one lead nowhere from now on."""
    code = PaymentCode.new(of_request=False)
    Shop.objects.filter(pk=shop.pk).update(code=code.number)
    return code


def ask(*, shop: Shop, amount: Won, now: datetime) -> PaymentRequest:
    """A request for ``amount``, good for minutes and for one payment."""
    return PaymentRequest.objects.create(**_asked(shop, amount.amount, now))


def ask_anew(*, request: PaymentRequest, now: datetime) -> PaymentRequest:
    """The same amount under another code, after the request's time is over; however often it is pressed, once."""
    following = uuid5(NAMESPACE_URL, f"after request {request.pk}")
    made, _ = PaymentRequest.objects.get_or_create(pk=following, defaults=_asked(request.shop, request.amount, now))
    return made


def _asked(shop: Shop, won: int, now: datetime) -> dict[str, Any]:
    return {
        "shop": shop,
        "amount": won,
        "code": PaymentCode.new(of_request=True).number,
        "asked_at": now,
        "expires_at": now + timedelta(seconds=settings.PAYMENT_REQUEST_SECONDS),
    }


def pay(*, order: Order, authority: Authority, now: datetime) -> Payment:
    """Authorise a payment to a shop, of its request where it names one.

    Raises RequestUnknown, RequestExpired, RequestDiffers, and what ``authorise`` raises.
    """
    if order.request is None:
        return authorise(order=order, authority=authority, now=now)
    request = queries.request_named(order.city_id, order.request)
    answers = partial(queries.check_answers, request, payee_address=order.payee_address, amount=order.amount, now=now)
    return authorise(order=order, authority=authority, now=now, condition=answers)
