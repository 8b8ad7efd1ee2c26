"""A city's people and shops with something on every page, made once for a system: what takes blocks is done at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.models import Deposit
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.bank.queries.deposits import deposits_in_suspense
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.domain.purchases import PURCHASE
from citycoin.money.issuance.models import Programme, Proposal, TopUp
from citycoin.money.issuance.operations.approvals import OPEN_FOR, propose
from citycoin.money.issuance.operations.top_ups import reserve_top_up
from citycoin.money.issuance.queries.register import BUDGET, register
from citycoin.money.payouts.queries.coming import available_to
from citycoin.money.payouts.queries.payouts import account_in_force
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.models import District
from citycoin.platform.cities.queries import city_named
from citycoin.platform.exports.domain.formats import FORMATS
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.operations import ask_for_file
from citycoin.platform.exports.queries import CONSOLE, PEOPLE, Wanted, jobs_of, recipe_named
from citycoin.platform.reports.models import Report
from citycoin.platform.reports.operations import report
from citycoin.platform.rules.models import Rule
from merchants.domain.businesses import Business, Category
from merchants.domain.codes import PaymentCode
from merchants.models import Counter, PaymentRequest, Shop, ShopApplication, Staff
from merchants.operations.applications import apply_for_shop
from merchants.operations.counters import add_counter, renew_pairing
from merchants.operations.requests import ask
from tests.api.world import business_number
from tests.bank import deposit
from tests.browser.people import PIN, new_phone
from tests.outside import CityApi, Resident, eventually
from tests.payouts import account_at_bank, paid_out
from tests.running import RunningSystem
from wallets.models import Wallet

WON_EACH = 200_000
PAID_OUT = 1_000


@dataclass(slots=True)
class Citizen:
    """A resident on both sides: signed in at pages as ``person``, and at the API by their token."""

    person: Person
    api: Resident

    @property
    def available(self) -> int:
        """What they may spend, in won."""
        return self.api.available()


@dataclass(slots=True)
class Town:
    """Tests spend its won; nobody may rely on how many are left."""

    system: RunningSystem
    api: CityApi
    rich: list[Citizen]
    poor: Citizen
    shops: list[Shop]
    owners: list[Person]
    officials: list[Official]
    application: ShopApplication
    proposal: Proposal
    waiting: Counter  # a counter's device that isn't paired yet
    paid: str  # the id of a payment of the first of the rich
    top_up: str  # the id of a top-up of theirs
    _rich_used: int = field(default=0)

    @property
    def slug(self) -> str:
        return self.api.city

    def citizen(self) -> Citizen:
        """Somebody with won; another one each time, until everybody had a turn."""
        self._rich_used += 1
        return self.rich[self._rich_used % len(self.rich)]

    def request(self, won: int, shop: int = 0) -> PaymentRequest:
        """What a shop asks for, good for minutes."""
        return ask(shop=self.shops[shop], amount=Amount(won), now=clock.now())

    def code_of_request(self) -> PaymentCode:
        """Of a new request."""
        return PaymentCode(self.request(4_500).code)

    def pairing_code(self) -> str:
        """A new one of the device that waits: they are good for minutes, and tests may come later."""
        return renew_pairing(counter=self.waiting, now=clock.now()).text

    def code_of_answered(self) -> PaymentCode:
        """Of a request that somebody else has paid."""
        asked = self.request(1_000)
        self.rich[1].api.pay(self.address(), 1_000, request=str(asked.pk))
        return PaymentCode(asked.code)

    def wallet(self) -> Wallet:
        """Of the first of the rich."""
        return Wallet.objects.get(owner=self.rich[0].person, city__slug=self.slug)

    def programme(self) -> Programme:
        """What is on sale here."""
        return Programme.objects.get(city__slug=self.slug, number=1)

    def report(self) -> Report:
        """One that waits in this city, with a long word of what is wrong."""
        found = Report.objects.filter(city__slug=self.slug, answered_at=None).first()
        return found or report(
            city=city_named(self.slug), kind="shop_name", about="한강국수", text="간판에는 강변국수라고 적혀 있어요.",
            address="192.0.2.7", now=clock.now(),
        )  # fmt: skip

    def unpaid(self) -> UUID:
        """The id of a top-up that waits for its transfer."""
        mine = TopUp.objects.filter(wallet=self.wallet(), status=TopUp.Status.RESERVED).first()
        made = mine or reserve_top_up(
            wallet=self.wallet(), client_id=uuid4(), amount=Amount(10_000), now=clock.now(), programme=1
        )
        return made.client_id

    def deposit(self) -> Deposit:
        """One that waits for this city's officials."""
        account = account_of(city_named(self.slug).pk)
        waiting = deposits_in_suspense(account.city_id).first()
        return waiting or deposit(account, f"{account.prefix}99999990", 50_000, name="김하늘별")

    def file(self) -> FileJob:
        """One that the first shop's owner has asked for."""
        shop = self.shops[0]
        return self._file("shop-payments", PEOPLE, self.owners[0], {"shop": str(shop.pk), "period": self.today[:4]})

    def official_file(self) -> FileJob:
        """One that the first official has asked for."""
        return self._file("shops", CONSOLE, self.officials[0].person, {"query": ""})

    def _file(self, name: str, place: str, person: Person, of: dict[str, str]) -> FileJob:
        city = city_named(self.slug)
        mine = jobs_of(person, city.pk, place)
        return mine[0] if mine else ask_for_file(
            client_id=uuid4(), recipe=recipe_named(name, place), wanted=Wanted(person, city, of, clock.now()),
            format_=FORMATS["xlsx"],
        )  # fmt: skip

    def payout(self) -> UUID:
        """The id of a payout of the first shop to the account that its owner has named."""
        wallet, owner = self.shops[0].wallet, self.owners[0]
        if account_in_force(wallet.pk) is None:
            account_at_bank(wallet, owner)
        made = wallet.payouts.first()
        if made is None:
            mine = Wallet.objects.filter(pk=wallet.pk)
            eventually(lambda: available_to(mine.get(), now=clock.now()) >= PAID_OUT, what="won of a sale")
            made = paid_out(wallet, owner, PAID_OUT)
        return made.client_id

    def decided(self) -> str:
        """The code of this city's last budget: of all entries it has the most to say."""
        return next(register(city_named(self.slug).pk, kinds=[BUDGET])).code

    def code_of_shop(self, shop: int = 0) -> PaymentCode:
        """The one on its poster."""
        return PaymentCode(self.shops[shop].code)

    @property
    def today(self) -> str:
        """The day in Seoul, as addresses write it."""
        return f"{clock.now().astimezone(clock.KST):%Y-%m-%d}"

    def counter(self, shop: int = 0) -> str:
        """The path of a shop's counter."""
        return self.url(f"shops/{self.shops[shop].pk}/counter")

    def address(self, shop: int = 0) -> str:
        """Where a shop is paid."""
        address: str = self.shops[shop].wallet.keys.get(until=None).address
        return address

    def person(self, who: str) -> Person | None:
        """Who looks at a page, by the word of the list of pages."""
        known = {
            "nobody": None,
            "resident": self.rich[0].person,
            "newcomer-with-a-wallet": self.poor.person,
            "owner": self.owners[0],
            "applicant": self.application.applicant,
            "official": self.officials[0].person,
        }
        return person_named("박새벽") if who == "newcomer" else known[who]

    def url(self, path: str = "") -> str:
        """The path of a page of the city."""
        return f"/{self.slug}/{path}"


def person_named(name: str) -> Person:
    """Somebody new."""
    return person_of_phone(phone=digits_of(new_phone()), name=name, now=clock.now())


def town_of(system: RunningSystem, api: CityApi, *, rich: int = 6) -> Town:
    """People with won and one without, shops with owners, officials; of the city that the seeds have founded."""
    city, now = city_named(api.city), clock.now()
    *citizens, poor = joined(api, rich + 1)
    with ThreadPoolExecutor(rich) as at_once:
        top_ups = list(at_once.map(lambda each: each.api.top_up(WON_EACH), citizens))
    shops = list(Shop.objects.filter(city=city).select_related("wallet").order_by("pk")[:3])
    owners = [person_named("이주인") for _shop in shops]
    for shop, owner in zip(shops, owners, strict=True):
        Staff.objects.create(shop=shop, person=owner, role=Staff.Role.OWNER, since=now)
    district = District.objects.filter(city=city).values_list("name_ko", flat=True)[0]
    business = Business("새벽 국밥", "Dawn Rice Soup", business_number(), district, Category.FOOD)
    officials = list(Official.objects.filter(city=city, until=None).select_related("person").order_by("pk"))
    town = Town(
        system,
        api,
        citizens,
        poor,
        shops,
        owners,
        officials,
        apply_for_shop(city=city, applicant=person_named("최사장"), business=business, now=now),
        proposal_of(officials[1]),
        add_counter(shop=shops[0], name="1번 계산대", now=now).counter,
        paid="",
        top_up=top_ups[0]["id"],
    )
    town.paid = citizens[0].api.pay(town.address(), 3_500)["id"]
    ask_back(citizens[0].api, town.paid)
    return town


def ask_back(payer: Resident, paid: str) -> None:
    """A part of what they have paid, which the shop hasn't answered."""
    claim = {"id": str(uuid4()), "amount": 1_500, "reason": "wrong_amount", "says": "국수 하나만 먹었어요."}
    payer.api.ok("POST", f"payments/{paid}/claims", claim, token=payer.token)


def joined(api: CityApi, count: int) -> list[Citizen]:
    """So many people with a wallet that the city keeps the key of."""
    with ThreadPoolExecutor(count) as at_once:
        residents = list(at_once.map(lambda _number: api.join_city_kept(PIN), range(count)))
    people = [person_named(f"김시민{number}") for number in range(count)]
    for person, resident in zip(people, residents, strict=True):
        Wallet.objects.filter(city__slug=api.city, keys__address=resident.address).update(owner=person)
    return [Citizen(person, resident) for person, resident in zip(people, residents, strict=True)]


def proposal_of(official: Official) -> Proposal:
    """A programme that waits for another official; there is no room for it in the budget, so nobody will approve it."""
    now = clock.now()
    rule = Rule.objects.filter(city=official.city, kind=PURCHASE.name).latest("pk")
    facts = {
        "year": clock.fiscal_year(now),
        "name_ko": "청년 수당",
        "name_en": "Youth allowance",
        "cap": 500_000_000,
        "rule": {"in_force_from": f"{rule.in_force_from}", "terms": rule.body, "legal_basis": rule.legal_basis},
    }
    why = Justification("청년의 생활을 돕습니다", "청년 기본 조례 제7조")
    return propose(official, Proposal.Kind.PROGRAMME, facts, why, deadline=OPEN_FOR.last_second(now), now=now)
