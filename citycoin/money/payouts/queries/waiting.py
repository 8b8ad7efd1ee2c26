"""The queues of payouts: accounts whose day has come, paid ones to burn, burns that went wrong, bounced ones to give back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.money.payouts.models import Payout, PayoutAccount, Redemption
from citycoin.platform.queues.queries import Queue, register
from contracts.models import GONE_WRONG
from wallets.queries.stops import cities_stopped


def accounts_due() -> QuerySet[PayoutAccount]:
    """Accounts that are paid out by themselves, from the moment at which that is next done."""
    due = PayoutAccount.objects.filter(status=PayoutAccount.Status.CONFIRMED, automatic=True, next_at__lte=clock.now())
    return due.filter(wallet__frozen_at=None).exclude(wallet__city__in=cities_stopped())


def payouts_to_burn() -> QuerySet[Payout]:
    """Payouts that the bank has made, and whose won are still with the treasury."""
    return Payout.objects.filter(status=Payout.Status.PAID, redemption=None).exclude(city__in=cities_stopped())


def redemptions_gone_wrong() -> QuerySet[Redemption]:
    """Burns that reverted, or were lost."""
    return Redemption.objects.filter(ended_at=None, submission__status__in=GONE_WRONG)


def payouts_to_give_back() -> QuerySet[Payout]:
    """Payouts that the bank could not make, and whose won are still with the treasury."""
    return Payout.objects.filter(status=Payout.Status.BOUNCED, back=None).exclude(city__in=cities_stopped())


ORDERING: Final = register(
    Queue(
        name="ordering_payouts",
        step="payouts.order",
        words=Words("오늘 입금할 가게", "shops to pay out today"),
        late=timedelta(minutes=10),
        rows=accounts_due,
        since="next_at",
        city="wallet__city",
    )
)
REDEEMING: Final = register(
    Queue(
        name="redeeming",
        step="payouts.redeem",
        words=Words("소각할 입금 완료분", "paid payouts to burn"),
        late=timedelta(minutes=2),
        rows=payouts_to_burn,
        since="paid_at",
        ends_here=False,  # the contract may revert
    )
)
UNDOING: Final = register(
    Queue(
        name="undoing_redemptions",
        step="payouts.redeem",
        words=Words("체인이 거절해 다시 할 소각", "burns to make anew"),
        late=timedelta(minutes=3),
        rows=redemptions_gone_wrong,
        since="formed_at",
    )
)
GIVING_BACK: Final = register(
    Queue(
        name="giving_back",
        step="payouts.give_back",
        words=Words("가게로 되돌릴 입금", "bounced payouts to give back"),
        late=timedelta(minutes=2),
        rows=payouts_to_give_back,
        since="bounced_at",
    )
)
