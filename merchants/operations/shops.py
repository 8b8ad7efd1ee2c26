"""Writes of shops: opening one, and its fixed code."""

from __future__ import annotations

from datetime import datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, Rejected
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
    ko = "사업자등록번호가 맞지 않아요."
    en = "This is not a valid business number."


class BusinessRegistered(Conflict):
    """The business has a shop in this city."""

    code = "business_registered"
    ko = "이미 등록된 사업자예요."
    en = "This business is registered already."


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


def renew_fixed_code(*, shop: Shop) -> PaymentCode:
    """Another fixed code: posters with the old one lead nowhere from now on."""
    code = PaymentCode.new(of_request=False)
    Shop.objects.filter(pk=shop.pk).update(code=code.number)
    return code
