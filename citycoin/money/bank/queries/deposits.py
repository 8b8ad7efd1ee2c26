"""Reads of deposits, of what goes back, and of the bank's files."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.money.bank.models import BankFile, Deposit, VirtualAccount


class DepositUnknown(NotFound):
    """The city has no such deposit."""

    code = "deposit_unknown"
    ko = "그런 입금이 없습니다. 바뀐 것은 없습니다. 목록을 새로 고쳐 주십시오."
    en = "There is no such deposit. Nothing was changed. Please reload the list."


def deposits_in_suspense(city_id: int) -> QuerySet[Deposit]:
    """The city's deposits that wait for an official, the oldest first."""
    return Deposit.objects.filter(city_id=city_id, status=Deposit.Status.SUSPENSE).order_by("pk")


def suspense_since(city_id: int) -> list[datetime]:
    """When each of those was received, the oldest first."""
    return list(deposits_in_suspense(city_id).values_list("received_at", flat=True))


def deposits_gone_back(city_id: int) -> QuerySet[Deposit]:
    """The city's deposits that go back or have gone, newest first."""
    back = (Deposit.Status.RETURNING, Deposit.Status.RETURNED)
    return Deposit.objects.filter(city_id=city_id, status__in=back).order_by("-pk")


def deposit_numbered(city_id: int, number: int) -> Deposit:
    """The city's deposit of this row. Raises DepositUnknown."""
    found = Deposit.objects.filter(city_id=city_id, pk=number).select_related("account").first()
    if found is None:
        raise DepositUnknown
    return found


def files_of(city_id: int) -> QuerySet[BankFile]:
    """The bank's files that concern the city, and those of which nobody can say whom they concern; newest first."""
    nobodys = Q(city=None, verdict=BankFile.Verdict.REFUSED)
    several = Q(city=None, deposits__city=city_id)
    return BankFile.objects.filter(Q(city=city_id) | nobodys | several).distinct().order_by("-pk")


def last_file() -> BankFile | None:
    """The newest file that came, of all cities."""
    return BankFile.objects.order_by("-received_at").first()


def not_bought(virtual: VirtualAccount) -> QuerySet[Deposit]:
    """What came to this number and bought nothing, newest first."""
    bought_nothing = (Deposit.Status.SUSPENSE, Deposit.Status.RETURNING, Deposit.Status.RETURNED)
    return Deposit.objects.filter(virtual_account=virtual, status__in=bought_nothing).order_by("-pk")
