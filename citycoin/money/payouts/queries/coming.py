"""What is due to be paid out on a day, and what the next payout by itself will bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from citycoin.foundation.kernel.clock import KST
from citycoin.money.payouts.domain.banking_days import banking_day_after, begins, first_day_kept
from citycoin.money.payouts.domain.rules import PAYOUT, PayoutTerms
from citycoin.money.payouts.models import Payout, PayoutAccount
from citycoin.platform.rules.queries import terms_in_force
from wallets.models import Movement, Wallet
from wallets.queries.ledger import balance

Reason = Movement.Reason


@dataclass(frozen=True, slots=True)
class Coming:
    """A payout that will be ordered by itself: on which day, and how many won as things are now."""

    day: date
    won: int


def movements_of(wallet_id: int) -> QuerySet[Movement]:
    """All that came to the wallet or left it."""
    return Movement.objects.filter(Q(target=wallet_id) | Q(source=wallet_id))


def available_to(wallet: Wallet, *, now: datetime) -> int:
    """Won that the shop has and has promised to nobody."""
    return balance(wallet, now=now).available.amount


def due_on(payday: date, terms: PayoutTerms, *, wallet_id: int, available: int) -> int:
    """Won that may be paid out on this banking day: what is available, less what came on days that are due on a later one.

    What came back is a day's like its sales: a bounced payout is tried again on the day of what was sold as it came.
    """
    later = Movement.objects.filter(target=wallet_id, at__gte=_kept_from(payday, terms))
    return max(available - _sum(later), 0)


def last_due(payday: date, terms: PayoutTerms, *, wallet_id: int) -> int:
    """The last movement of the wallet that a payout of this banking day counts; 0 where there is none."""
    return last_movement(wallet_id, before=_kept_from(payday, terms))


def _kept_from(payday: date, terms: PayoutTerms) -> datetime:
    """The moment from which what comes is due on a later day."""
    return begins(first_day_kept(payday, terms.bank_days, terms.holidays))


def last_movement(wallet_id: int, *, before: datetime | None = None) -> int:
    """The key of the wallet's newest movement, of those before the moment; 0 where there is none.

    Movements are written in the order of their blocks, so that the newest by time, which has an index, is the newest.
    """
    rows = Movement.objects.filter(at__lt=before) if before else Movement.objects.all()
    newest = [
        rows.filter(**{side: wallet_id}).order_by("-at", "-pk").values_list("pk", flat=True).first()
        for side in ("target", "source")
    ]
    return max(each or 0 for each in newest)


def net_after(wallet_id: int, movement: int) -> int:
    """Won that came to the wallet after this movement, less those that left it otherwise than by a payout."""
    came = Movement.objects.filter(target=wallet_id, pk__gt=movement)
    left = Movement.objects.filter(source=wallet_id, pk__gt=movement).exclude(reason=Reason.PAYOUT)
    return _sum(came) - _sum(left)


def asked_and_not_moved(wallet_id: int) -> int:
    """Won of payouts that the chain hasn't moved yet."""
    asked = Payout.objects.filter(wallet_id=wallet_id, status=Payout.Status.ASKED)
    return int(asked.aggregate(won=Sum("amount"))["won"] or 0)


def coming(account: PayoutAccount, *, now: datetime) -> Coming | None:
    """The next payout by itself, as things are now: None where it is switched off, or nothing is due on any day ahead."""
    if not account.automatic or account.next_at is None:
        return None
    wallet, terms = account.wallet, terms_in_force(account.wallet.city_id, PAYOUT, now)
    available = available_to(wallet, now=now)
    day = account.next_at.astimezone(KST).date()
    # By the last of these days all is due that is there now.
    for _ in range(terms.bank_days + 1):
        won = due_on(day, terms, wallet_id=wallet.pk, available=available)
        if won >= terms.least_won:
            return Coming(day, won)
        day = banking_day_after(day, terms.holidays)
    return None


def _sum(rows: QuerySet[Movement]) -> int:
    return int(rows.aggregate(won=Sum("amount"))["won"] or 0)
