"""What the wallet's home and its owner's own page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.money.issuance.domain.purchases import PurchaseLimits
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries.programmes import Offer, offers_to
from citycoin.platform.accounts.queries import name_of
from citycoin.platform.cities.models import City
from citycoin.platform.pages.domain.charts import shares
from citycoin.platform.pages.domain.charts.figures import Chart, Heading, LegendItem
from citycoin.platform.pages.domain.tokens import THEMES
from citycoin.platform.pages.templatetags.pages import kst_day
from citycoin.platform.passkeys.domain.sites import Site
from citycoin.platform.passkeys.queries import Listed, listed
from citycoin.web.resident.contexts import entries
from citycoin.web.resident.contexts.entries import Day
from citycoin.web.resident.contexts.lots import Band, bands_of
from citycoin.web.resident.contexts.wallet import key_facts
from wallets.models import Wallet
from wallets.queries import ledger
from wallets.queries.ledger import Balance
from wallets.queries.passkeys import paying_passkeys
from wallets.queries.small_payments import Standing, small_payments_of

LAST_PAYMENTS: Final = 3
LONGEST_NAME: Final = 30
# The payment after which home says how it is put on the home screen.
PAYMENTS_TO_INSTALL: Final = 2
THEME_WORDS: Final = {
    "light": Words("밝게", "Light"),
    "dark": Words("어둡게", "Dark"),
    "contrast": Words("고대비", "High contrast"),
}
assert THEME_WORDS.keys() == THEMES.keys(), "every theme has words"


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
    limits: PurchaseLimits | None  # of the programme that is the best for them
    sale: str  # what that is called, where several are on sale; else empty
    others: int  # on sale beside it
    band_items: Sequence[tuple[Band, LegendItem]]  # each with its swatch in the picture of the lots
    owner: str  # their name
    ring: Chart | None  # of what may be bought this month
    lots: Chart | None
    as_of: datetime
    may_install: bool  # home says once how it is put on the home screen
    tab: str = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """What a person may set, their small payments and passkeys, and where they find the rest.

    ``passkeys``: each with whether it confirms payments of this wallet; None where browsers make none at this address.
    ``small``: which payments needn't be confirmed; None where the wallet's own key signs.
    ``error``: why what was sent from the section ``refused`` (``name``, ``small``, ``passkey``) wasn't done: the name
    ``owner`` as it was typed, ``chosen`` as the ceiling, or that the passkey of number ``wrong`` confirms payments.
    """

    city: City
    wallet: Wallet
    owner: str
    custody: str
    themes: Sequence[tuple[str, Words]]
    passkeys: Sequence[tuple[Listed, bool]] | None
    is_fresh: bool  # they signed in a moment ago, so they may add one
    error: CityCoinError | None
    refused: str
    wrong: int
    small: Standing | None
    chosen: int | None
    longest_name: int = LONGEST_NAME
    tab: str = "me"


def home_page(wallet: Wallet, now: datetime) -> HomePage:
    """The wallet as it is at ``now``."""
    key, bands, offers = key_facts(wallet), bands_of(wallet, now), offers_to(wallet, now)
    limits = offers[0].limits if offers else None
    lots, paid = _lots(bands) if bands else None, entries.last_payments(wallet, LAST_PAYMENTS)
    return HomePage(
        city=wallet.city,
        wallet=wallet,
        custody=key.custody,
        public_key=key.public_key,
        balance=ledger.balance(wallet, now=now),
        top_ups=entries.top_ups_under_way(wallet),
        days=entries.by_day(paid, now),
        limits=limits,
        sale=_name(offers[0]) if len(offers) > 1 else "",
        others=max(len(offers) - 1, 0),
        band_items=list(zip(bands, lots.legend, strict=True)) if lots else [],
        owner=_owner(wallet),
        ring=_ring(limits) if limits else None,
        lots=lots,
        as_of=now,
        may_install=sum(each.counts for each in paid) >= PAYMENTS_TO_INSTALL,
    )


def me_page(
    wallet: Wallet,
    site: Site | None,
    *,
    is_fresh: bool,
    shown_at: datetime | None,
    now: datetime,
    error: CityCoinError | None = None,
    refused: str = "",
    name: str | None = None,
    wrong: int = 0,
    chosen: int | None = None,
) -> MePage:
    """The page of the wallet's owner, at this site. ``shown_at``: when PIN or passkey was shown in their session."""
    custody = key_facts(wallet).custody
    small = small_payments_of(wallet, shown_at=shown_at, now=now) if custody == "city" else None
    return MePage(
        city=wallet.city,
        wallet=wallet,
        owner=_owner(wallet) if name is None else name,
        custody=custody,
        passkeys=_passkeys(wallet, site) if site else None,
        is_fresh=is_fresh,
        error=error,
        refused=refused,
        wrong=wrong,
        small=small,
        chosen=small.ceiling.amount if small and chosen is None else chosen,
        themes=[("", Words("기기와 같게", "As the device")), *((name, THEME_WORDS[name]) for name in THEMES)],
    )


def _passkeys(wallet: Wallet, site: Site) -> list[tuple[Listed, bool]]:
    assert wallet.owner is not None, "a page's wallet is a person's"
    paying = {each.pk for each in paying_passkeys(wallet.pk, site)}
    return [(each, each.row.pk in paying) for each in listed(wallet.owner, site)]


def _ring(limits: PurchaseLimits) -> Chart:
    heading = Heading(Words("이번 달 충전", "Top-ups this month"), "")
    return shares.ring(
        heading,
        used=limits.bought_this_month,
        whole=limits.monthly_cap,
        used_name=Words("산 돈", "Bought"),
        whole_name=Words("한 달 한도", "Monthly limit"),
    )


def _lots(bands: Sequence[Band]) -> Chart:
    return shares.lots_bar(
        Heading(Words("먼저 쓰는 돈부터", "What is spent first"), ""),
        [shares.Lot(each.name, each.left, kst_day(each.last_day)) for each in bands],
        first=Words("돈", "Money"),
        until=Words("언제까지", "Until"),
        column=Words("금액", "Amount"),
    )


def _name(offer: Offer) -> str:
    return str(Words(offer.programme.name_ko, offer.programme.name_en))


def _owner(wallet: Wallet) -> str:
    assert wallet.owner is not None, "a page's wallet is a person's"
    return name_of(wallet.owner)
