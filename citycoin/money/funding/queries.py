"""Reads of funders' accounts, and what they are compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Case, F, QuerySet, Sum, When

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.money import BUYER
from citycoin.money.funding.models import COMES_IN, FunderAccount, FunderEntry
from contracts.models import Contract
from wallets.models import Lot
from wallets.queries.reconciliation import Difference

Reason = FunderEntry.Reason


def funders_of(city_id: int) -> list[FunderAccount]:
    """The city's funders, in the order in which they were opened."""
    return list(FunderAccount.objects.filter(city_id=city_id).select_related("number__account").order_by("pk"))


def funder_names(city_id: int) -> dict[str, Words]:
    """What the city's funders are called, by the keys that rules name them by."""
    return {each.funder: Words(each.name_ko, each.name_en) for each in funders_of(city_id)}


def available_by_funder(city_id: int) -> dict[str, int]:
    """Won that each of the city's funders may still promise."""
    return {each.funder: each.available for each in funders_of(city_id)}


def was_ever_credited(city_id: int, funder: str) -> bool:
    """Whether money of the funder has come in."""
    rows = FunderEntry.objects.filter(account__city_id=city_id, account__funder=funder)
    return rows.filter(reason=Reason.CREDIT).exists()


def last_entries(city_id: int) -> QuerySet[FunderEntry]:
    """Everything that changed the city's accounts, newest first."""
    return FunderEntry.objects.filter(account__city_id=city_id).select_related("account").order_by("-at", "-pk")


def taken_since(city_id: int, since: datetime) -> dict[str, int]:
    """Won of each funder that became won in circulation from then on."""
    rows = FunderEntry.objects.filter(account__city_id=city_id, reason=Reason.SHARE, at__gte=since)
    return dict(rows.values_list("account__funder").annotate(Sum("amount")).order_by("account__funder"))


def differences(contract: Contract) -> Iterator[Difference]:
    """Where an account's balance isn't the sum of its entries, or its shares aren't what lots say that it paid."""
    accounts = funders_of(contract.city_id)
    signed = Sum(Case(When(reason__in=COMES_IN, then=F("amount")), default=-F("amount")))
    shares = Sum(
        Case(When(reason=Reason.SHARE, then=F("amount")), When(reason=Reason.RETURNED, then=-F("amount")), default=0)
    )
    rows = FunderEntry.objects.filter(account__city_id=contract.city_id).values("account").order_by("account")
    sums = {each["account"]: each for each in rows.annotate(balance=signed, paid=shares)}
    in_lots = _paid_by_lots(contract.city_id)
    for each in accounts:
        said = sums.get(each.pk, {"balance": 0, "paid": 0})
        name = f"funder {each.funder}"
        if each.balance != said["balance"]:
            yield Difference(contract.city.slug, name, "sum of entries", each.balance, said["balance"])
        if said["paid"] != in_lots[each.funder]:
            yield Difference(contract.city.slug, name, "its part of lots", said["paid"], in_lots[each.funder])


def _paid_by_lots(city_id: int) -> Counter[str]:
    """What each funder has paid of the won that were issued, by the lots."""
    found = Counter[str]()
    rows = Lot.objects.filter(wallet__city_id=city_id, spendable=True, final_at__isnull=False)
    for funders in rows.values_list("funders", flat=True).iterator():
        found.update({who: won for who, won in funders.items() if who != BUYER})
    return found
