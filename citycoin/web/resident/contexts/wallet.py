"""What the wallet's home, its key's page, its history and its receipts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from citycoin.foundation.bilingual import Words
from citycoin.money.issuance.domain.purchases import PurchaseLimits
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries.programmes import NoProgrammeOpen, purchase_limits
from citycoin.platform.cities.models import City
from citycoin.platform.consents.models import Consent
from citycoin.platform.consents.queries import consent_in_force
from citycoin.web.resident.contexts import entries
from citycoin.web.resident.contexts.entries import Day, Month, Receipt
from contracts.domain.encoding import Scheme
from wallets.models import Wallet
from wallets.queries import ledger
from wallets.queries.ledger import Balance

LAST_PAYMENTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """Balance, what is on its way, what may be bought, the last payments; and whose key spends it, as KeyFacts says."""

    city: City
    wallet: Wallet
    custody: str
    public_key: str
    balance: Balance
    top_ups: Sequence[tuple[TopUp, Words]]
    days: Sequence[Day]
    limits: PurchaseLimits | None
    tab: str = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """The key in force: who has it (``city``, ``browser``, ``elsewhere``), and a browser's public key in hex."""

    address: str
    custody: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """Which key signs for the wallet, and the consent to news that is in force."""

    city: City
    wallet: Wallet
    address: str
    custody: str
    public_key: str
    news: Consent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """One month of the wallet."""

    city: City
    month: Month
    tab: str = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """One payment of the wallet."""

    city: City
    receipt: Receipt


def home_page(wallet: Wallet, now: datetime) -> HomePage:
    """The wallet as it is at ``now``."""
    key = key_facts(wallet)
    return HomePage(
        city=wallet.city,
        wallet=wallet,
        custody=key.custody,
        public_key=key.public_key,
        balance=ledger.balance(wallet, now=now),
        top_ups=entries.top_ups_under_way(wallet),
        days=entries.by_day(entries.last_payments(wallet, LAST_PAYMENTS), now),
        limits=limits_of(wallet, now),
    )


def key_page(wallet: Wallet) -> KeyPage:
    """The wallet's key and its owner's consent."""
    key = key_facts(wallet)
    return KeyPage(
        city=wallet.city,
        wallet=wallet,
        address=key.address,
        custody=key.custody,
        public_key=key.public_key,
        news=consent_in_force(wallet.owner, wallet.city, Consent.Kind.NEWS) if wallet.owner else None,
    )


def history_page(wallet: Wallet, month: str, now: datetime) -> HistoryPage:
    """The month that the text names (``2026-11``; empty: of now). Raises NotHere."""
    return HistoryPage(city=wallet.city, month=entries.month(wallet, month, now))


def receipt_page(wallet: Wallet, payment_id: UUID) -> ReceiptPage:
    """The wallet's payment under this id. Raises NotHere."""
    return ReceiptPage(city=wallet.city, receipt=entries.receipt(wallet, payment_id))


def limits_of(wallet: Wallet, now: datetime) -> PurchaseLimits | None:
    """What may still be bought; None while nothing is on sale."""
    try:
        return purchase_limits(wallet, now)
    except NoProgrammeOpen:
        return None


def key_facts(wallet: Wallet) -> KeyFacts:
    """The key in force as a page shows it and as its script needs it."""
    in_force = ledger.key_in_force(wallet)
    in_browser = not in_force.sealed and in_force.scheme == Scheme.P256
    return KeyFacts(
        address=in_force.address,
        custody="city" if in_force.sealed else "browser" if in_browser else "elsewhere",
        public_key=bytes(in_force.public_key).hex() if in_browser else "",
    )
