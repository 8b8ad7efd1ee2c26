"""What the seeds made, as one hash: equal on two fresh installations. Without keys, addresses, codes, tokens and hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from citycoin.foundation.kernel.clock import KST
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.platform.accounts.queries import phone_of
from citycoin.platform.cities.models import City
from contracts.queries import token_of
from merchants.models import Shop
from seeds.domain.city_file import CityFile
from seeds.domain.plan import DAYS, plan
from wallets.models import Payment, Wallet


def digest(city_files: Sequence[CityFile]) -> str:
    """SHA-256 of all cities of these files, as 64 hex digits."""
    said = json.dumps([_city(each) for each in city_files], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _city(city_file: CityFile) -> dict[str, Any]:
    city = City.objects.get(slug=city_file.slug)
    token = token_of(city.pk)
    shops = {each.wallet_id: each for each in Shop.objects.filter(city=city)}
    residents = Wallet.objects.filter(city=city, kind=Wallet.Kind.RESIDENT, owner__isnull=False)
    phones = {each.pk: phone_of(each.owner) for each in residents.select_related("owner") if each.owner}
    return {
        "names": [city.slug, city.name_ko, city.name_en, token.name, token.symbol],
        "districts": sorted(city.districts.values_list("name_ko", "name_en")),
        "programmes": [_programme(each) for each in Programme.objects.filter(city=city).order_by("number")],
        "rules": _rules(city),
        "shops": sorted(
            [each.business_number, each.name_ko, each.name_en, each.district, each.category] for each in shops.values()
        ),
        "residents": sorted([phones[each.pk], each.posted, each.held] for each in residents),
        "acts": _acts(city_file, phones, {pk: shop.business_number for pk, shop in shops.items()}),
    }


def _programme(programme: Programme) -> list[Any]:
    return [programme.number, programme.name_ko, programme.name_en, programme.cap, programme.issued]


def _rules(city: City) -> list[list[Any]]:
    rows = city.rules.order_by("kind", "number", "in_force_from")
    return [[each.kind, each.number, str(each.in_force_from), each.body, each.legal_basis] for each in rows]


def _acts(city_file: CityFile, phones: dict[int, str], shops: dict[int, str]) -> list[list[Any]]:
    """Top-ups and payments of the plan as the books have them: day from the first one, minute, who, where, won."""
    ids = [each.id for each in plan(city_file, days=DAYS)]
    rows: list[tuple[datetime, str, str, int, str]] = [
        (each.reserved_at, phones[each.wallet_id], "", each.amount, each.status)
        for each in TopUp.objects.filter(client_id__in=ids)
    ]
    rows += [
        (each.authorised_at, phones[each.payer_id], shops[each.payee_id], each.amount, each.status)
        for each in Payment.objects.filter(client_id__in=ids)
    ]
    if not rows:
        return []
    first_day = _day(min(at for at, *_ in rows))
    return sorted([(_day(at) - first_day).days, _minute(at), *rest] for at, *rest in rows)


def _day(moment: datetime) -> date:
    return moment.astimezone(KST).date()


def _minute(moment: datetime) -> int:
    return moment.astimezone(KST).hour * 60 + moment.astimezone(KST).minute
