"""The list of pages: who sees each, and at which address. What is missing here is named by the tenancy's table of routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page, expect

from tests.browser.people import new_phone
from tests.browser.town import Town


@dataclass(frozen=True, slots=True)
class Shown:
    """One page. ``who``: as Town.person knows them. ``ready``: what is seen once its scripts have run. ``before``: what
    the person does first.
    """

    name: str
    who: str
    path: Callable[[Town], str]
    ready: str = "h1"
    status: int = 200
    before: Callable[[Page, Town], None] = lambda _page, _town: None

    def wait(self, page: Page) -> None:
        """Until the page shows what it is about."""
        expect(page.locator(self.ready).first).to_be_visible()


def at(path: str) -> Callable[[Town], str]:
    """The same address in every city."""
    return lambda _town: path


def below(path: str) -> Callable[[Town], str]:
    """An address below the city's."""
    return lambda town: town.url(path)


def of_shop(path: str) -> Callable[[Town], str]:
    """An address below a shop's."""
    return lambda town: town.url(f"shops/{town.shops[0].pk}/{path}")


def in_console(name: str, path: str = "") -> Shown:
    """A page of the officials'."""
    return Shown(f"console-{name}", "official", below(f"console/{path}"))


def asks_for_a_code(page: Page, _town: Town) -> None:
    """The first step of signing in."""
    page.goto("/sign-in")
    page.locator("#phone").fill(new_phone())
    page.locator("main form button").click()
    expect(page.locator("#code")).to_be_visible()


def looks_a_wallet_up(page: Page, town: Town) -> None:
    """An official sees a wallet for a purpose that they write down."""
    page.goto(town.url("console/wallets"))
    page.locator("#who").fill(town.rich[0].api.address)
    page.locator("#purpose").fill("민원 확인")
    page.locator("main form button").first.click()
    expect(page.locator("#who")).to_be_hidden()


def reads_easily(page: Page, town: Town) -> None:
    """Switches to easy mode, as it is offered on their own page."""
    page.goto(town.url("wallet/me"))
    page.locator("main button[name=mode]").click()
    expect(page.locator("html[data-mode=easy]")).to_be_attached()


PAGES: Final = (
    Shown("cities", "nobody", at("/")),
    Shown("sign-in", "nobody", at("/sign-in")),
    Shown("sign-in-to-pay", "nobody", lambda town: town.url(f"pay/{town.code_of_request()}")),
    Shown("sign-in-code", "nobody", at("/sign-in/code"), before=asks_for_a_code),
    Shown("officials-sign-in", "nobody", at("/officials/sign-in")),
    Shown("health", "nobody", at("/health")),
    Shown("demo-inbox", "nobody", at("/demo/inbox")),
    Shown("demo-bank", "nobody", at("/demo/bank")),
    Shown("design", "nobody", lambda town: f"/design?city={town.slug}"),
    Shown("not-found", "nobody", below("no/such/page"), status=404),
    Shown("not-yours", "resident", of_shop("counter"), status=404),
    Shown("city", "nobody", below("")),
    Shown("city-terms", "nobody", below("terms")),
    Shown("register", "nobody", below("register")),
    Shown("register-entry", "nobody", lambda town: town.url(f"register/{town.decided()}")),
    Shown("report", "nobody", below("reports?kind=shop_name&about=한강국수")),
    Shown("report-state", "nobody", lambda town: town.url(f"reports/{town.report().code}")),
    Shown("wallet-start", "newcomer", below("wallet/start")),
    Shown("wallet", "resident", below("wallet/"), "[data-balance]"),
    Shown("wallet-easy", "resident", below("wallet/"), "[data-balance]", before=reads_easily),
    Shown("wallet-me", "resident", below("wallet/me")),
    Shown("wallet-key", "resident", below("wallet/key")),
    Shown("notices", "resident", below("notices")),
    Shown("notice-texts", "resident", below("notices/texts")),
    Shown("history", "resident", below("wallet/history")),
    Shown("history-recent", "resident", below("wallet/history/recent")),
    Shown("receipt", "resident", lambda town: town.url(f"wallet/payments/{town.paid}")),
    Shown("claim", "resident", lambda town: town.url(f"wallet/payments/{town.paid}/claim")),
    Shown("top-up", "resident", below("top-up"), "form"),
    Shown("top-up-state", "resident", lambda town: town.url(f"top-up/{town.top_up}")),
    Shown("top-up-waiting", "resident", lambda town: town.url(f"top-up/{town.unpaid()}"), "[data-copy]"),
    Shown("scan", "resident", below("scan"), "scan-screen"),
    Shown("pay", "resident", lambda town: town.url(f"pay/{town.code_of_request()}"), "[data-form]"),
    Shown("pay-fixed", "resident", lambda town: town.url(f"pay/{town.code_of_shop()}"), "[data-form]"),
    Shown("pay-short", "newcomer-with-a-wallet", lambda town: town.url(f"pay/{town.code_of_request()}"), "[data-form]"),
    Shown("pay-closed", "resident", lambda town: town.url(f"pay/{town.code_of_answered()}"), status=200),
    Shown("wrong-code", "resident", below("pay/00000-00001"), status=404),
    Shown("shops", "nobody", below("shops/")),
    Shown("shop-about", "resident", of_shop("about")),
    Shown("shop-apply", "newcomer", below("shops/apply"), "form"),
    Shown("shop-application", "applicant", lambda town: town.url(f"shops/applications/{town.application.pk}")),
    Shown("shop-pair", "nobody", below("shops/pair")),
    Shown("shop", "owner", of_shop("")),
    Shown("counter", "owner", of_shop("counter"), "shop-counter form"),
    Shown("shop-payment", "owner", lambda town: of_shop(f"payments/{town.paid}")(town)),
    Shown("shop-refund", "owner", lambda town: of_shop(f"payments/{town.paid}/refund")(town), "[data-keys]"),
    Shown(
        "shop-refund-check",
        "owner",
        lambda town: of_shop(f"payments/{town.paid}/refund?amount=1000&reason=asked")(town),
    ),
    Shown("settlements", "owner", of_shop("settlements")),
    Shown("settlement", "owner", lambda town: of_shop(f"settlements/{town.today}")(town)),
    Shown("shop-vat", "owner", of_shop("vat")),
    Shown("files", "owner", below("files/")),
    Shown(
        "file-new",
        "owner",
        lambda town: town.url(f"files/new/shop-payments?shop={town.shops[0].pk}&period=2026&as=xlsx"),
    ),
    Shown("file", "owner", lambda town: town.url(f"files/{town.file().client_id}")),
    Shown("poster", "owner", of_shop("poster")),
    Shown("shop-payouts", "owner", lambda town: of_shop("payouts")(town) if town.payout() else ""),
    Shown("shop-payout", "owner", lambda town: of_shop(f"payouts/{town.payout()}")(town)),
    Shown("shop-pin", "owner", of_shop("pin")),
    Shown("staff", "owner", of_shop("staff")),
    Shown("devices", "owner", of_shop("devices")),
    Shown("device", "owner", lambda town: of_shop(f"devices/{town.waiting.pk}")(town)),
    Shown("shop-pair-code", "nobody", lambda town: town.url(f"shops/pair/{town.pairing_code()}")),
    in_console("home"),
    in_console("key", "key"),
    in_console("float", "float"),
    in_console("float-rows", "float/funders"),
    in_console("budget", "budget"),
    in_console("budget-purpose", "budget/propose"),
    in_console("budget-amount", "budget/propose?step=amount&purpose=판매&legal_basis=조례"),
    in_console("budget-check", "budget/propose?step=check&purpose=판매&legal_basis=조례&cap=20000000000"),
    in_console("proposals", "proposals"),
    Shown("console-proposal", "official", lambda town: town.url(f"console/proposals/{town.proposal.pk}")),
    in_console("programmes", "programmes"),
    in_console("programme-propose", "programmes/propose"),
    Shown(
        "console-programme-change",
        "official",
        lambda town: town.url(f"console/programmes/{town.programme().pk}/change"),
    ),
    in_console("shops", "shops"),
    Shown("console-shop", "official", lambda town: town.url(f"console/shops/{town.shops[0].pk}")),
    Shown(
        "console-shops-act",
        "official",
        lambda town: town.url(f"console/shops/act?act=freeze&shop={town.shops[0].pk}&shop={town.shops[1].pk}"),
    ),
    in_console("shop-applications", "shops/applications"),
    Shown("console-nothing", "official", below("console/no/such/page"), status=404),
    in_console("wallets", "wallets"),
    Shown(
        "console-wallet",
        "official",
        lambda town: town.url(f"console/wallets/{town.wallet().pk}"),
        before=looks_a_wallet_up,
    ),
    in_console("deposits", "deposits"),
    in_console("deposit-files", "deposits/files"),
    Shown("console-deposit", "official", lambda town: town.url(f"console/deposits/{town.deposit().pk}")),
    in_console("reports", "reports"),
    Shown("console-report", "official", lambda town: town.url(f"console/reports/{town.report().pk}")),
    in_console("files", "files"),
    in_console("file-new", "files/new/shops?query=&as=xlsx"),
    Shown("console-file", "official", lambda town: town.url(f"console/files/{town.official_file().client_id}")),
    in_console("audit", "audit"),
    in_console("stop", "stop"),
    in_console("sessions", "sessions"),
    in_console("incidents", "incidents"),
)
