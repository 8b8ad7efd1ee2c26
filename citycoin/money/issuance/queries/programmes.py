"""Reads of programmes: what is on sale, under which rules, and how much a person may still buy of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from citycoin.foundation.fields import WonField
from citycoin.foundation.kernel.clock import KST, fiscal_year
from citycoin.foundation.kernel.errors import NotFound, Rejected
from citycoin.money.funding.domain import most_funded
from citycoin.money.funding.queries import available_by_funder
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseLimits, PurchaseTerms, month_of
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.platform.rules.domain import Dated
from citycoin.platform.rules.models import Rule
from citycoin.platform.rules.queries import begun, dated, rule_in_force
from wallets.models import Lot, Wallet

UNDER_WAY = (TopUp.Status.RESERVED, TopUp.Status.PAID)
BOUGHT = (*UNDER_WAY, TopUp.Status.ISSUING, TopUp.Status.ISSUED)


class NoProgrammeOpen(Rejected):
    """Nothing is sold now."""

    code = "no_programme_open"
    ko = "지금은 충전할 수 있는 사업이 없어요. 시의 공지를 확인해 주세요."
    en = "Nothing is on sale now. Please watch for the city's next programme."


class ProgrammeUnknown(NotFound):
    """The city has no programme of this number."""

    code = "programme_unknown"
    ko = "그런 사업이 없습니다. 사업 목록에서 다시 골라 주십시오."
    en = "There is no such programme. Please choose it from the list again."


class ProgrammeNeeded(Rejected):
    """Several programmes are on sale; ``details.programmes`` lists them, and the purchase has to name one."""

    code = "programme_needed"
    ko = "지금은 여러 사업을 팔고 있어서 어느 것인지 알아야 해요. 돈은 나가지 않았어요. 하나를 골라 다시 해 주세요."
    en = "Several programmes are on sale. Nothing was bought. Please choose one of them and try again."


class ProgrammeNotOnSale(Rejected):
    """The programme that was named isn't sold today: there is none of that number, or its days, year or rules say so."""

    code = "programme_not_on_sale"
    ko = "고른 사업은 지금 팔지 않아서 충전하지 못했어요. 돈은 나가지 않았어요. 다른 사업을 골라 주세요."
    en = "The programme that you chose is not on sale now. Nothing was bought. Please choose another one."


@dataclass(frozen=True, slots=True)
class Offer:
    """A programme on sale, the rule by which it sells today, and what one person may still buy of it."""

    programme: Programme
    rule: Rule
    terms: PurchaseTerms
    limits: PurchaseLimits


def named(programme: Programme) -> dict[str, object]:
    """A programme as a refusal or an answer names it."""
    return {"number": programme.number, "ko": programme.name_ko, "en": programme.name_en}


def programmes_of(city_id: int) -> QuerySet[Programme]:
    """Every programme of the city, those of the latest year first, and within a year in the order of their numbers."""
    return Programme.objects.filter(city_id=city_id).select_related("change").order_by("-year", "number")


def open_programmes(city_id: int, now: datetime) -> QuerySet[Programme]:
    """Programmes that sell today: of this fiscal year, within their days, their opening final, with rules in force."""
    return programmes_on_sale(now).filter(city_id=city_id).order_by("number")


def programmes_on_sale(now: datetime) -> QuerySet[Programme]:
    """The same, of all cities."""
    today = now.astimezone(KST).date()
    ruled = Exists(begun(PURCHASE, now).filter(city=OuterRef("city"), number=OuterRef("number")))
    begun_already, not_over = Q(first_day=None) | Q(first_day__lte=today), Q(last_day=None) | Q(last_day__gte=today)
    return Programme.objects.filter(ruled, begun_already, not_over, year=fiscal_year(now), open_at__isnull=False)


def chosen_programme(city_id: int, number: int | None, now: datetime) -> Programme:
    """The programme on sale of this number; without one, the only one that there is.

    Raises NoProgrammeOpen, ProgrammeNeeded, ProgrammeNotOnSale.
    """
    on_sale = list(open_programmes(city_id, now))
    if not on_sale:
        raise NoProgrammeOpen
    if number is None:
        if len(on_sale) > 1:
            raise ProgrammeNeeded(programmes=[named(each) for each in on_sale])
        return on_sale[0]
    found = next((each for each in on_sale if each.number == number), None)
    if found is None:
        known = Programme.objects.filter(city_id=city_id, number=number).first()
        raise ProgrammeNotOnSale(programme=named(known) if known else {"number": number})
    return found


def programme_numbered(city_id: int, number: int) -> Programme:
    """The city's programme of this number, with its change on the way. Raises ProgrammeUnknown."""
    found = Programme.objects.filter(city_id=city_id, number=number).select_related("change").first()
    if found is None:
        raise ProgrammeUnknown
    return found


def programme_of(city_id: int, key: int) -> Programme:
    """The city's programme with this key, by which the console's pages name it. Raises ProgrammeUnknown."""
    found = programmes_of(city_id).filter(pk=key).first()
    if found is None:
        raise ProgrammeUnknown
    return found


def sells_today(city_id: int, now: datetime) -> bool:
    """Whether there is such a programme."""
    return open_programmes(city_id, now).exists()


def programmes_today(city_id: int, now: datetime) -> list[Programme]:
    """The same as rows, in the order of their numbers."""
    return list(open_programmes(city_id, now))


def programmes_of_year(city_id: int, year: int) -> list[Programme]:
    """The year's programmes by their number, those that don't sell yet, too."""
    return list(Programme.objects.filter(city_id=city_id, year=year).order_by("number"))


def purchase_rule(programme: Programme, now: datetime) -> Rule:
    """The programme's rule of today, by Seoul's date. Raises NoProgrammeOpen where none is in force yet."""
    found = rule_in_force(programme.city_id, PURCHASE, now, number=programme.number)
    if found is None:
        raise NoProgrammeOpen
    return found


def purchase_rules(programme: Programme) -> list[Dated[PurchaseTerms]]:
    """All of the programme's rules, the earliest first."""
    rows = Rule.objects.filter(city_id=programme.city_id, kind=PURCHASE.name, number=programme.number)
    return [dated(PURCHASE, each) for each in rows.order_by("in_force_from")]


def offers_to(wallet: Wallet, now: datetime) -> list[Offer]:
    """What is on sale for the wallet's owner today, the best for them first: of what they may still buy, the largest discount."""
    programmes = list(open_programmes(wallet.city_id, now))
    if not programmes:
        return []
    rules, available = _rules_of(programmes, now), available_by_funder(wallet.city_id)
    standing = _standing(wallet, now)
    offers = []
    for each in programmes:
        terms = PURCHASE.read(rules[each.number].body)
        offers.append(Offer(each, rules[each.number], terms, _limits(terms, each, standing, available, now)))
    return sorted(offers, key=lambda it: (not it.limits.most, -it.limits.discount_per_mille, it.programme.number))


def limits_under(terms: PurchaseTerms, programme: Programme, wallet: Wallet, now: datetime) -> PurchaseLimits:
    """What the wallet's owner may still buy under these terms. The rest of the cap is as ``programme`` was read."""
    return _limits(terms, programme, _standing(wallet, now), available_by_funder(wallet.city_id), now)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A person's own side: what they have and what is on its way to them, and what they bought this month by programme, in won."""

    holding: int
    bought: Mapping[int, int]


def _standing(wallet: Wallet, now: datetime) -> _Standing:
    first, next_month = month_of(now)
    top_ups = TopUp.objects.filter(wallet=OuterRef("pk"))
    lots = Lot.objects.filter(Q(final_at=None) | Q(expires_at__gt=now), wallet=OuterRef("pk"), spendable=True)
    # One statement, so that a top-up that turns into a lot meanwhile is counted once.
    under_way, lots_left = (
        Wallet.objects.filter(pk=wallet.pk)
        .values_list(
            _total(top_ups.filter(status__in=UNDER_WAY), F("amount")),
            _total(lots, F("amount") - F("taken")),
        )
        .get()
    )
    bought = TopUp.objects.filter(
        wallet=wallet, status__in=BOUGHT, reserved_at__gte=first, reserved_at__lt=next_month
    ).values_list("programme")
    return _Standing(under_way + lots_left, dict(bought.annotate(Sum("amount")).order_by("programme")))


def _limits(
    terms: PurchaseTerms, programme: Programme, standing: _Standing, available: Mapping[str, int], now: datetime
) -> PurchaseLimits:
    return PurchaseLimits(
        step=terms.purchase_step,
        bought_this_month=standing.bought.get(programme.pk, 0),
        monthly_cap=terms.monthly_cap,
        holding=standing.holding,
        holding_cap=terms.holding_cap,
        budget_left=programme.cap - programme.issued - programme.reserved,
        funded=most_funded(discount_per_mille=terms.discount_per_mille, weights=terms.funders, available=available),
        discount_per_mille=terms.discount_per_mille,
        last_day=terms.validity.last_day(now),
    )


def rules_today(programmes: Sequence[Programme], now: datetime) -> dict[int, Dated[PurchaseTerms]]:
    """The rule of today of each of a city's programmes, by its number; those without one are left out."""
    return {number: dated(PURCHASE, rule) for number, rule in _rules_of(programmes, now).items()}


def _rules_of(programmes: Iterable[Programme], now: datetime) -> dict[int, Rule]:
    found: dict[int, Rule] = {}
    of = list(programmes)
    rows = begun(PURCHASE, now).filter(city__in={each.city_id for each in of}, number__in=[each.number for each in of])
    for each in rows:  # the newest first
        found.setdefault(each.number, each)
    return found


def _total(rows: QuerySet[Any], won: Combinable) -> Coalesce:
    """The sum of ``won`` over the rows of one wallet, as a part of another statement."""
    by_wallet = rows.order_by().values("wallet").annotate(total=Sum(won))
    return Coalesce(Subquery(by_wallet.values("total")), 0, output_field=WonField())
