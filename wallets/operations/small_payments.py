"""An owner chooses up to how many won a payment of theirs needn't be confirmed."""

from __future__ import annotations

from datetime import datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.rules.queries import terms_in_force
from wallets.domain.refusals import PinWrong
from wallets.domain.rules import SMALL_PAYMENT
from wallets.domain.small_payments import offered
from wallets.models import Wallet
from wallets.operations.proofs import check_own_pin


class CeilingNotOffered(Rejected):
    """None of the sums that an owner may choose in this city today; ``details.offered``: those that they may."""

    code = "ceiling_not_offered"
    ko = "고를 수 있는 금액이 아니에요. 바뀐 것은 없어요. 목록에서 다시 골라 주세요."
    en = "This is none of the sums to choose from. Nothing was changed. Please choose one of the list."


def choose_ceiling(*, wallet: Wallet, most: int, pin: str, now: datetime) -> bool:
    """From now on a payment of at most ``most`` won needn't be confirmed; 0: each one is. True where it took the PIN.

    The PIN is asked for where the ceiling rises, and then what was shown in any session before counts no longer: whoever has
    one of the owner's devices gains nothing by it. To lower it takes none, so that it can be done from any of them.

    Raises CeilingNotOffered, PinWrong, PinLocked, SignatureNeeded where the wallet has no PIN.
    """
    outcome = _chosen(wallet, most, pin, now)
    if isinstance(outcome, Rejected):
        raise outcome
    return outcome


@commits("choose_small_payments")
def _chosen(wallet: Wallet, most: int, pin: str, now: datetime) -> bool | Rejected:
    """A wrong PIN is counted in the row, so it is returned and not raised."""
    may_choose = offered(terms_in_force(wallet.city_id, SMALL_PAYMENT, now))
    if most and most not in may_choose:
        return CeilingNotOffered(offered=list(may_choose))
    mine = locked(Wallet.objects.filter(pk=wallet.pk)).get()
    rises: bool = most > mine.small_most
    if rises:
        if not pin:
            return PinWrong()  # nothing was tried
        try:
            check_own_pin(mine, wallet.city.slug, pin, now=now)
        except Rejected as no:
            return no
        mine.small_since = now
    mine.small_most = most
    mine.small_since = mine.small_since if most else None
    mine.save(update_fields=["small_most", "small_since"])
    return rises
