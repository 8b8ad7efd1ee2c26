"""Reads of shops, and what a code names."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.kernel.text import LONGEST_NAME, comparable
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.models import City, District
from merchants.domain.businesses import Category
from merchants.domain.codes import PaymentCode, Scanned
from merchants.models import PaymentRequest, Shop
from wallets.models import Wallet
from wallets.queries.freezes import FROZEN_BY_OFFICIALS


class CodeUnknown(NotFound):
    """No shop and no request has this code; a shop's old code is one, too."""

    code = "code_unknown"
    ko = "등록되지 않은 코드예요. 가게에 코드를 확인해 주세요."
    en = "No shop has this code. Please ask the shop."


class CodeOfAnotherCity(NotFound):
    """The code is another city's; ``details`` name that city in both languages."""

    code = "code_of_another_city"
    ko = "다른 도시의 가맹점 코드예요. 열지 않았어요. 그 도시의 지갑으로 결제해 주세요."
    en = "This is a code of another city. It was not opened. Please pay with your wallet of that city."


@dataclass(frozen=True, slots=True)
class Payable:
    """What a code names: a shop, and its request where the amount is fixed."""

    code: PaymentCode
    shop: Shop
    request: PaymentRequest | None = None


def payable(city: City, scanned: Scanned) -> Payable:
    """What this city's page of payment is about. Raises CodeUnknown, CodeOfAnotherCity."""
    found = _named_by(scanned.code)
    if found is None or scanned.city not in ("", found.shop.city.slug):
        raise CodeUnknown
    if found.shop.city_id != city.pk:
        other = found.shop.city
        raise CodeOfAnotherCity(city=other.slug, ko=other.name_ko, en=other.name_en)
    return found


def _named_by(code: PaymentCode) -> Payable | None:
    if code.is_of_request:
        request = PaymentRequest.objects.filter(code=code.number).select_related("shop__wallet", "shop__city").first()
        return Payable(code, request.shop, request) if request else None
    shop = Shop.objects.filter(code=code.number).select_related("wallet", "city").first()
    return Payable(code, shop) if shop else None


def shop_of_wallet(wallet: Wallet) -> Shop | None:
    """The shop whose wallet it is; None where it is nobody's shop."""
    return Shop.objects.filter(wallet=wallet).first()


def holder_of(city_id: int, wallet_id: int) -> Wallet | None:
    """The resident's or shop's wallet of this city, with its owner and its shop loaded; None where there is none."""
    rows = Wallet.objects.filter(city_id=city_id, kind__in=FROZEN_BY_OFFICIALS, pk=wallet_id)
    return rows.select_related("owner", "shop").first()


def shop_listed(city_id: int, shop_id: int) -> Shop:
    """A shop as anybody may see it. Raises NotHere."""
    found = registered_shops(city_id).filter(pk=shop_id).first()
    if found is None:
        raise NotHere
    return found


def shops_found(city_id: int, *, text: str, category: str = "", district: str = "") -> QuerySet[Shop]:
    """Registered shops by name, those of a category, in a district, with a text in name or district where such are given.

    Texts are the same that people read as the same (``comparable``).
    """
    rows = registered_shops(city_id).order_by("name_ko", "pk")
    if category in [*Category]:
        rows = rows.filter(category=category)
    if district:
        rows = rows.filter(district=district)
    wanted = comparable(text[:LONGEST_NAME])
    if wanted:
        english = District.objects.filter(city_id=city_id).values_list("name_ko", "name_en")
        districts = [ko for ko, en in english if wanted in comparable(en)]
        rows = rows.filter(Q(sought_by__contains=wanted) | Q(district__in=districts))
    return rows


def counts_by_category(shops: QuerySet[Shop]) -> dict[Category, int]:
    """How many of the shops are of each category; none of zero."""
    rows = shops.order_by().values_list("category").annotate(count=Count("pk"))
    return {Category(category): count for category, count in rows}


def count_of_shops(city_id: int) -> int:
    """How many shops the city has, those not yet registered on chain among them."""
    return Shop.objects.filter(city_id=city_id).count()


def registered_shops(city_id: int) -> QuerySet[Shop]:
    """Shops whose registration on chain is final."""
    rows = Shop.objects.filter(city_id=city_id, wallet__registered_at__isnull=False, wallet__frozen_at=None)
    return rows.select_related("wallet").prefetch_related("wallet__keys").order_by("pk")
