"""The float of a city, summed up from the rows of bank, ledger, issuing, payouts and funders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.snapshots import see_one_moment
from citycoin.money.bank.models import CityAccount, Deposit, Statement, StatementLine, TransferOut
from citycoin.money.float.domain.sums import Float
from citycoin.money.funding.models import FunderAccount
from citycoin.money.issuance.models import TopUp
from citycoin.money.payouts.domain.banking_days import begins
from citycoin.money.payouts.models import Payout
from wallets.models import Wallet

A_DAY: Final = timedelta(days=1)
# An answer comes after its booking, and clocks may be apart by less than this: a transfer made in a day's last moments may be
# on the next day's statement.
APART: Final = timedelta(hours=1)
BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=KST)
Line = StatementLine.Kind
Kind = Wallet.Kind


def float_of(city_id: int) -> Float:
    """Both sides, of one moment."""
    with transaction.atomic():
        see_one_moment()
        return _float(city_id)


def _float(city_id: int) -> Float:
    stated, day, came, left = 0, None, 0, 0
    for account in _accounts(city_id):
        end = _end(account)
        stated += account.last_closing or 0
        day = max(day or account.last_day, account.last_day) if account.last_day else day
        came += won_of(came_since(account, end))
        left += won_of(left_since(account, end))
    held: dict[str, int] = dict(
        Wallet.objects.filter(city_id=city_id).values_list("kind").annotate(won=Sum("posted")).order_by("kind")
    )
    return Float(
        stated=stated,
        stated_day=day,
        came=came,
        left=left,
        circulating=sum(won for kind, won in held.items() if kind not in {Kind.ISSUANCE, Kind.TREASURY}),
        treasury=held.get(Kind.TREASURY, 0),
        burning=won_of(payouts_to_burn(city_id)),
        issuing=won_of(top_ups_to_issue(city_id), "price"),
        funders=won_of(FunderAccount.objects.filter(city_id=city_id), "balance"),
        waiting=won_of(deposits_waiting(city_id)),
        unanswered=won_of(transfers_unanswered(city_id)),
        interest=won_of(_lines(city_id, Line.INTEREST, came=True)) - won_of(_lines(city_id, Line.INTEREST, came=False)),
        fees=won_of(_lines(city_id, Line.FEE, came=False)) - won_of(_lines(city_id, Line.FEE, came=True)),
    )


def _accounts(city_id: int) -> QuerySet[CityAccount, Any]:
    """The city's accounts, those that it has left among them, each with what its bank stated last."""
    last = Statement.objects.filter(account=OuterRef("pk")).order_by("-day")
    return CityAccount.objects.filter(city_id=city_id).annotate(
        last_day=Subquery(last.values("day")[:1]), last_closing=Subquery(last.values("closing")[:1])
    )


def came_since(account: CityAccount, end: datetime) -> QuerySet[Deposit]:
    """Deposits booked since then that no statement shows."""
    return Deposit.objects.filter(account=account, booked_at__gte=end, line=None)


def left_since(account: CityAccount, end: datetime) -> QuerySet[TransferOut]:
    """Transfers from the account that the bank has made since then, and that no statement shows."""
    done = TransferOut.objects.filter(account=account, pays_from=account.number, status=TransferOut.Status.DONE)
    return done.filter(ended_at__gte=end - APART, line=None)


def payouts_to_burn(city_id: int) -> QuerySet[Payout]:
    """Payouts that the bank has made, whose won the treasury still has."""
    return Payout.objects.filter(city_id=city_id, status=Payout.Status.PAID)


def top_ups_to_issue(city_id: int) -> QuerySet[TopUp]:
    """Top-ups that are paid for and not issued yet."""
    return TopUp.objects.filter(city_id=city_id, status__in=[TopUp.Status.PAID, TopUp.Status.ISSUING])


def deposits_waiting(city_id: int) -> QuerySet[Deposit]:
    """Deposits of which nobody has decided, in suspense, or on their way back."""
    waiting = (Deposit.Status.RECEIVED, Deposit.Status.SUSPENSE, Deposit.Status.RETURNING)
    return Deposit.objects.filter(city_id=city_id, status__in=waiting)


def transfers_unanswered(city_id: int) -> QuerySet[TransferOut]:
    """Transfers that a statement shows, and of which the bank hasn't said yet that it made them."""
    under_way = (TransferOut.Status.ORDERED, TransferOut.Status.SENT, TransferOut.Status.ACCEPTED)
    return TransferOut.objects.filter(city_id=city_id, status__in=under_way, line__isnull=False)


def unexplained_lines(city_id: int) -> QuerySet[StatementLine]:
    """Lines of statements that are of no row of ours, newest first: they are the difference."""
    unknown = StatementLine.objects.filter(statement__account__city_id=city_id, kind=Line.UNKNOWN)
    return unknown.select_related("statement").order_by("-pk")


def own_lines(city_id: int) -> QuerySet[StatementLine]:
    """What the bank has booked by itself, interest and fees, newest first."""
    own = StatementLine.objects.filter(statement__account__city_id=city_id, kind__in=[Line.INTEREST, Line.FEE])
    return own.select_related("statement").order_by("-pk")


def statements_of(city_id: int) -> QuerySet[Statement]:
    """The city's statements with what came and left on each day, newest first."""
    rows = Statement.objects.filter(account__city_id=city_id).select_related("account")
    return rows.annotate(
        came=Sum("lines__amount", filter=Q(lines__came=True), default=0),
        left=Sum("lines__amount", filter=Q(lines__came=False), default=0),
    ).order_by("-day", "-pk")


def rows_of(city_id: int, line: str) -> QuerySet[Any, Any]:
    """The rows that a line of the sums is of, newest first. Raises KeyError for a line that has none here."""
    return _ROWS[line](city_id)


def _came(city_id: int) -> QuerySet[Deposit]:
    found = Deposit.objects.none()
    for account in _accounts(city_id):
        found |= came_since(account, _end(account))
    return found.select_related("city").order_by("-pk")


def _left(city_id: int) -> QuerySet[TransferOut]:
    found = TransferOut.objects.none()
    for account in _accounts(city_id):
        found |= left_since(account, _end(account))
    return found.order_by("-pk")


def _end(account: Any) -> datetime:
    """Of the last day that its bank has stated."""
    return begins(account.last_day + A_DAY) if account.last_day else BEFORE_ALL


def _lines(city_id: int, kind: StatementLine.Kind, *, came: bool) -> QuerySet[StatementLine]:
    return StatementLine.objects.filter(statement__account__city_id=city_id, kind=kind, came=came)


def won_of(rows: QuerySet[Any, Any], field: str = "amount") -> int:
    """The sum of a field of these rows."""
    return int(rows.aggregate(won=Sum(field))["won"] or 0)


_ROWS: Final[Mapping[str, Callable[[int], QuerySet[Any, Any]]]] = {
    "came": _came,
    "left": _left,
    "burning": lambda city_id: payouts_to_burn(city_id).order_by("-pk"),
    "issuing": lambda city_id: top_ups_to_issue(city_id).order_by("-pk"),
    "funders": lambda city_id: FunderAccount.objects.filter(city_id=city_id).order_by("pk"),
    "waiting": lambda city_id: deposits_waiting(city_id).select_related("city").order_by("-pk"),
    "unanswered": lambda city_id: transfers_unanswered(city_id).order_by("-pk"),
    "own": own_lines,
    "unexplained": unexplained_lines,
}
