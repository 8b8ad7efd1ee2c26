"""An official looks a wallet up. The look itself is written down, also where it found nobody."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.text import bare
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import phone_fingerprint
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from wallets.models import Wallet
from wallets.queries import freezes

ADDRESS: Final = re.compile(r"0x[0-9a-f]{40}")


@commits("look_up")
def look_up(*, official: Official, who: str, purpose: str, now: datetime) -> Wallet | None:
    """The wallet in the official's city of this address or phone number; None where there is none.

    Raises ReasonMissing, PhoneWrong.
    """
    if not purpose:
        raise ReasonMissing
    address = bare(who).lower()
    if ADDRESS.fullmatch(address):
        by, found = "address", freezes.wallet_at_address(official.city_id, address)
    else:
        by, found = "phone", freezes.wallet_of_phone(official.city_id, phone_fingerprint(digits_of(who)))
    facts = {"wallet": found.pk if found else None, "by": by, "reason": purpose}
    audit.record(city_id=official.city_id, official=official, act="wallet.looked_up", facts=facts, now=now)
    return found
