"""Writes of shops: opening one, its fixed code, and where its posters hang."""

from __future__ import annotations

from datetime import datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.cities.models import City
from contracts.domain.signing import Signer
from merchants.domain.business_number import is_business_number
from merchants.domain.businesses import Business
from merchants.domain.codes import PaymentCode
from merchants.models import Shop
from wallets.models import Wallet
from wallets.operations.wallets import NewWallet, open_wallet


class BusinessNumberWrong(Rejected):
    """Not ten digits, or the check digit is off."""

    code = "business_number_wrong"
    ko = "사업자등록번호가 맞지 않아요. 등록증의 숫자 10자리를 다시 적어 주세요."
    en = "This is not a valid business number. Please check its ten digits."


class BusinessRegistered(Conflict):
    """The business has a shop in this city."""

    code = "business_registered"
    ko = "이미 등록된 사업자예요. 그 가게의 사장님 번호로 로그인해 주세요."
    en = "This business is registered already. Please sign in with its owner's number."


@commits("open_shop")
def open_shop(*, city: City, business: Business, signer: Signer, now: datetime) -> tuple[Shop, NewWallet]:
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


@commits("renew_fixed_code")
def renew_fixed_code(*, shop: Shop, code: PaymentCode, now: datetime) -> PaymentCode:
    """Another fixed code in the place of ``code``: posters with that one lead nowhere from now on.

    Where the shop has another one by now, that stays: the same press twice is one new code.
    """
    held = locked(Shop.objects.filter(pk=shop.pk)).get()
    if held.code != code.number:
        return PaymentCode(held.code)
    before = held.past_codes.order_by("pk").last()
    held.past_codes.create(
        number=held.code, posters_at=held.posters_at, since=before.until if before else held.opened_at, until=now
    )
    held.code, held.posters_at = PaymentCode.new(of_request=False).number, ""
    held.save(update_fields=["code", "posters_at"])
    return PaymentCode(held.code)


def note_posters(*, shop: Shop, posters_at: str) -> None:
    """Where the posters with the present code hang, as its staff say; empty where nobody knows."""
    Shop.objects.filter(pk=shop.pk).update(posters_at=posters_at)
