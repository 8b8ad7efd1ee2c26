"""The people and parts that the tests of the API need, made once for each system: what takes blocks is done at once."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import httpx

from citycoin.foundation.kernel import clock
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.issuance.models import TopUp
from citycoin.platform.cities.queries import city_named
from citycoin.platform.health.queries import probes
from citycoin.runtime.domain import programs
from citycoin.runtime.domain.addresses import ROOT, ReservedPorts
from contracts.domain.encoding import call
from contracts.doors import wiring
from contracts.models import Contract, Sender
from contracts.queries import token_of
from merchants.domain.business_number import check_digit
from merchants.domain.businesses import Business
from merchants.operations.shops import open_shop
from tests import patient
from tests.bank import virtual_accounts
from tests.by_hand import signed_by_hand
from tests.node import Node
from tests.outside import CityApi, OutsideKey, P256Key, Resident, Secp256k1Key, eventually
from tests.running import RunningSystem, ports_for_tests
from tests.signing import WalletOfficial
from wallets.models import Wallet
from wallets.queries.reconciliation import Difference, differences

WON_EACH = 100_000
PIN = "135790"


@dataclass(slots=True)
class World:
    """A system with people in two cities. Tests spend their won; nobody may rely on how many are left."""

    system: RunningSystem
    node: Node
    gimpo: CityApi
    sejong: CityApi
    device: Resident  # of Gimpo, secp256k1
    browser: Resident  # of Gimpo, P-256
    kept: Resident  # of Gimpo, with a key that the city keeps
    poor: Resident  # likewise, without won
    locked_out: Resident  # likewise, for wrong PINs
    hasty: Resident  # likewise, for payments without a pause
    frozen: Resident  # likewise, frozen on chain
    neighbour: Resident  # of Sejong, secp256k1
    shop_token: str  # of a shop in Gimpo
    shop: str  # its address
    other_shop: str
    undo: ExitStack = field(default_factory=ExitStack)  # what mends, after a test, what it has hurt
    year: int = field(default_factory=lambda: clock.fiscal_year(clock.now()))

    @property
    def localhost(self) -> str:
        """The same web process at the one name for which browsers make passkeys without TLS."""
        return self.system.web_url.replace("127.0.0.1", "localhost")

    def residents(self) -> list[Resident]:
        """Everybody with won."""
        return [self.device, self.browser, self.kept, self.neighbour]

    def balances(self) -> dict[str, int]:
        """What everybody may spend."""
        return {each.address: each.available() for each in self.residents()}

    def contract(self, city: str = "gimpo") -> Contract:
        """The city's contract, as the books know it."""
        return token_of(city_named(city).pk)

    def founders(self, city: str = "gimpo") -> tuple[WalletOfficial, WalletOfficial]:
        """The two founding keys of a city."""
        first, second = (WalletOfficial.founding(self.system.var, city, number) for number in (1, 2))
        return first, second

    def differences(self) -> list[Difference]:
        """What `reconcile` would find."""
        contracts = Contract.objects.exclude(code_hash="").select_related("city", "chain")
        return [found for each in contracts for found in differences(contract=each, url=self.system.rpc_url)]

    def close(self) -> None:
        """End the connections."""
        self.gimpo.http.close()
        self.node.close()

    def request(self, won: int) -> str:
        """The id of a payment request of the shop."""
        request_id: str = self.gimpo.ok("POST", "requests", {"amount": won}, token=self.shop_token)["id"]
        return request_id


def settled_world(system: RunningSystem) -> World:
    """Register everybody at once, then top everybody up at once."""
    http = patient.client(event_hooks={"response": [never_500]})
    gimpo, sejong = (CityApi(system.web_url, city, http) for city in ("gimpo", "sejong"))
    shop_token, shop = _open_shop(gimpo)
    keys: list[tuple[CityApi, OutsideKey | None]] = [(gimpo, Secp256k1Key()), (gimpo, P256Key())]
    keys += [(gimpo, None)] * 5
    keys += [(sejong, Secp256k1Key())]
    with ThreadPoolExecutor(len(keys)) as at_once:
        people = list(at_once.map(lambda each: each[0].join(each[1]) if each[1] else each[0].join_city_kept(PIN), keys))
        device, browser, kept, _poor, _locked_out, _hasty, frozen, neighbour = people
        _freeze(gimpo, frozen)
        list(at_once.map(lambda resident: resident.top_up(WON_EACH), (device, browser, kept, neighbour)))
    eventually(lambda: frozen.wallet()["frozen"], what="the freezing")
    eventually(lambda: shop in gimpo.shops(), what="the shop's registration")
    other_shop = next(address for address in gimpo.shops() if address != shop)
    return World(
        system,
        Node(system.rpc_url),
        gimpo,
        sejong,
        *people,
        shop_token=shop_token,
        shop=shop,
        other_shop=other_shop,
    )


def never_500(answer: httpx.Response) -> None:
    """No answer is an accident: 503 is said on purpose, in our words."""
    answer.read()
    assert answer.status_code < 500 or "code" in answer.json(), f"{answer.request.url}: {answer.text[:500]}"


def business_number() -> str:
    """Ten random digits, the last as it must be."""
    nine = f"{secrets.randbelow(10**9):09}"
    return nine + str(check_digit(nine))


def _open_shop(api: CityApi) -> tuple[str, str]:
    """A shop as an operator opens it: its token, its address."""
    application = Business("시험 가게", "Test shop", business_number())
    _, opened = open_shop(city=city_named(api.city), business=application, signer=wiring.signer(), now=clock.now())
    return opened.token, opened.key.address


def _freeze(api: CityApi, resident: Resident) -> None:
    """As the registrar does it: on chain; the books follow."""
    freezing = call("setFrozen(address,bool)", resident.address, True)
    signed_by_hand(city_named(api.city).pk, freezing, role=Sender.Role.REGISTRAR)


@contextmanager
def another_web(system: RunningSystem, **environ: str) -> Iterator[str]:
    """One more web process of the same installation, told ``environ`` beyond the ordinary; yields its address."""
    with ReservedPorts(("web",), first=ports_for_tests()) as reserved:
        web = programs.program("web", ports=reserved.ports, environ={"WEB_WORKERS": "1"})
        reserved.release("web")
        with (system.var / "logs" / "another-web.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own program
                web.bound_command, cwd=ROOT, env={**system.env, **environ}, stdout=log, stderr=subprocess.STDOUT
            )
        url = f"http://127.0.0.1:{reserved.ports['web']}"
        try:
            eventually(lambda: _answers(url), what="another web")
            yield url
        finally:
            process.terminate()
            process.wait()


def _answers(url: str) -> bool:
    try:
        probes.ask_web(f"{url}/healthz")
    except probes.NoAnswer:
        return False
    return True


def entries_of(wallet: Wallet, count: int, *, at: datetime) -> None:
    """So many lines in the wallet's history, which moved no won: top-ups that lapsed, a minute each."""
    made = TopUp.objects.filter(wallet=wallet).latest("pk")
    accounts = virtual_accounts(account_of(wallet.city_id), count, until=at)
    TopUp.objects.bulk_create(
        TopUp(
            city_id=wallet.city_id,
            wallet=wallet,
            programme=made.programme,
            rule=made.rule,
            client_id=uuid4(),
            amount=1_000,
            price=1_000,
            funders={},
            account=account,
            status=TopUp.Status.LAPSED,
            reserved_at=at + number * timedelta(minutes=1),
            reserved_until=at + number * timedelta(minutes=11),
        )
        for number, account in enumerate(accounts)
    )
