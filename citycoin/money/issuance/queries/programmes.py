"""Reads of programmes: what is on sale, under which rules, and how much a person may still buy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from citycoin.foundation.fields import WonField
from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.foundation.kernel.errors import Rejected
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


def programmes_of(city_id: int) -> QuerySet[Programme]:
    """Every programme of the city, those of the latest year first, and within a year in the order of their numbers."""
    return Programme.objects.filter(city_id=city_id).order_by("-year", "number")


def open_programmes(city_id: int, now: datetime) -> QuerySet[Programme]:
    """Programmes that sell today: of this fiscal year, their opening final, with rules in force."""
    return programmes_on_sale(now).filter(city_id=city_id).order_by("number")


def programmes_on_sale(now: datetime) -> QuerySet[Programme]:
    """The same, of all cities."""
    ruled = Exists(begun(PURCHASE, now).filter(city=OuterRef("city"), number=OuterRef("number")))
    return Programme.objects.filter(ruled, year=fiscal_year(now), open_at__isnull=False)


def sells_today(city_id: int, now: datetime) -> bool:
    """Whether there is such a programme."""
    return open_programmes(city_id, now).exists()


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


def purchase_limits(wallet: Wallet, now: datetime) -> PurchaseLimits:
    """What the wallet's owner may still buy today. Raises NoProgrammeOpen."""
    programme = open_programmes(wallet.city_id, now).first()
    if programme is None:
        raise NoProgrammeOpen
    return limits_under(PURCHASE.read(purchase_rule(programme, now).body), programme, wallet, now)


def limits_under(terms: PurchaseTerms, programme: Programme, wallet: Wallet, now: datetime) -> PurchaseLimits:
    """What the wallet's owner may still buy under these terms. The rest of the budget is as ``programme`` was read."""
    first, next_month = month_of(now)
    top_ups = TopUp.objects.filter(wallet=OuterRef("pk"))
    lots = Lot.objects.filter(Q(final_at=None) | Q(expires_at__gt=now), wallet=OuterRef("pk"), spendable=True)
    # One statement, so that a top-up that turns into a lot meanwhile is counted once.
    bought, under_way, lots_left = (
        Wallet.objects.filter(pk=wallet.pk)
        .values_list(
            _total(top_ups.filter(status__in=BOUGHT, reserved_at__gte=first, reserved_at__lt=next_month), F("amount")),
            _total(top_ups.filter(status__in=UNDER_WAY), F("amount")),
            _total(lots, F("amount") - F("taken")),
        )
        .get()
    )
    return PurchaseLimits(
        step=terms.purchase_step,
        bought_this_month=bought,
        monthly_cap=terms.monthly_cap,
        holding=under_way + lots_left,
        holding_cap=terms.holding_cap,
        budget_left=programme.cap - programme.issued - programme.reserved,
        discount_per_mille=terms.discount_per_mille,
        last_day=terms.validity.last_day(now),
    )


def _total(rows: QuerySet[Any], won: Combinable) -> Coalesce:
    """The sum of ``won`` over the rows of one wallet, as a part of another statement."""
    by_wallet = rows.order_by().values("wallet").annotate(total=Sum(won))
    return Coalesce(Subquery(by_wallet.values("total")), 0, output_field=WonField())
