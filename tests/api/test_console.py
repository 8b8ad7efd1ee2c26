"""The officials' pages: who may do what, and what it takes until the contract has it."""

import re
import secrets
from datetime import time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.money.issuance.models import Programme, Proposal
from citycoin.money.issuance.operations import approvals
from citycoin.money.issuance.operations.approvals import OwnProposal
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.audit.queries import first_broken
from citycoin.platform.cities.models import City
from citycoin.platform.events.models import Event
from citycoin.platform.incidents.models import Incident
from citycoin.platform.queues.models import FailedRow
from contracts.domain.address_words import compared
from merchants.domain.businesses import Business
from merchants.models import Shop, ShopApplication
from merchants.operations.applications import apply_for_shop
from tests.api.test_budgets import officials_in_the_books
from tests.api.world import business_number
from tests.officials import number_of, official_at_work
from tests.outside import eventually
from tests.signing import decided, rotation
from tests.visitor import Visitor, said
from wallets.models import Wallet
from wallets.queries.ledger import key_in_force

pytestmark = pytest.mark.one_database

PAGES = ("", "key", "budget", "budget/propose", "programmes", "programmes/propose", "proposals", "shops", "wallets")
PAGES += ("audit", "incidents", "stop", "sessions", "shops/applications")
# Not inside a hash or an id: one of their hexadecimal runs in a few thousand has a phone's digits by chance.
NUMBER_OF_A_PHONE = r"(?<![0-9a-f-])01[016789]-?[0-9]{3,4}-?[0-9]{4}(?![0-9a-f-])"


@pytest.fixture(scope="module")
def sejong():
    return City.objects.get(slug="sejong")


@pytest.fixture(scope="module")
def domain(world):
    return world.sejong.domain()


@pytest.fixture(scope="module")
def officials(world, sejong, domain):
    """Two officials whose browsers took the place of the founding keys: by page and by the operator's command."""
    founders = world.founders("sejong")
    eventually(
        lambda: officials_in_the_books(world) == {each.address for each in founders},
        what="the founders in the books, where another test has just given their places back",
    )
    first, second = (official_at_work(world.system.web_url, sejong) for _ in founders)
    for each, founder in zip((first, second), founders, strict=True):
        number_of(each.bind(founder.address))
    signed = world.system.manage("sign_with_founding_keys", "sejong", check=True)
    assert "final" in signed.stdout, signed.stdout
    assert "another official's signature is missing" in signed.stdout, signed.stdout
    rotation_of_second = Proposal.objects.filter(proposed_by=second.official).latest("pk").pk
    number_of(first.approve(rotation_of_second, domain, "RotateOfficial"))
    eventually(
        lambda: officials_in_the_books(world) == {first.key.address, second.key.address},
        what="the officials' keys in force",
    )
    yield first, second
    _give_back(world, domain, (first, second), founders)


def _give_back(world, domain, officials, founders):
    """Other tests sign with the founding keys."""
    contract, signers = world.contract("sejong").address, [each.key for each in officials]
    for place, founder in enumerate(founders):
        facts = rotation(world.node, contract, outgoing=signers[place].address, incoming=founder.address)
        answer = world.sejong.call("POST", "officials", decided(domain, "RotateOfficial", facts, *signers))
        assert answer.status_code == 202, answer.text
        version = facts["version"]
        eventually(
            lambda version=version: world.node.number(contract, "officialsVersion()") == version, what="a founder"
        )
        signers[place] = founder
    eventually(lambda: officials_in_the_books(world) == {each.address for each in founders}, what="the founders")


@pytest.fixture
def cap(world):
    """The year's cap on chain, and one that nobody proposed before."""
    return world.node.budget(world.contract("sejong").address, world.year)["cap"] + 10_000


@pytest.fixture
def proposed(officials, cap, domain):
    """The number of a budget proposal of the first official; it ends with the test."""
    number = number_of(officials[0].propose_cap(cap, domain))
    yield number
    Proposal.objects.filter(pk=number, status="open").update(status="rejected")


def refused(answer, code):
    return (answer.status_code, code in answer.text) == (422, True) or answer.text


class TestBudget:
    def test_budget_proposal_approved_by_another_official_changes_the_cap_on_chain(self, world, officials, cap, domain):
        first, second = officials

        number = number_of(first.propose_cap(cap, domain))
        number_of(second.approve(number, domain, "Budget"))

        contract = world.contract("sejong").address
        eventually(lambda: world.node.budget(contract, world.year)["cap"] == cap, what="the new cap on chain")
        state = f"proposals/{number}/state"
        eventually(lambda: second.get(state).json()["state"] == "final", what="the decision's end")
        page = said(first.get(f"proposals/{number}"))
        assert all(each.official.person.username in page for each in officials)
        in_the_books = f"budgets/{world.year}"
        eventually(lambda: world.sejong.ok("GET", in_the_books)["cap"] == cap, what="the new cap in the books")

    def test_budget_proposal_shows_won_per_head_and_its_pace_before_signing(self, officials, sejong):
        cap = sejong.population * 100_000

        answers = f"budget/propose?step=check&purpose=x&legal_basis=y&cap={cap}"

        shown = said(officials[0].get(answers))
        assert "→ 100,000원" in shown
        assert "2017년 말 인구 284,225명" in shown
        assert "이 속도면" in shown

    def test_budget_proposal_approved_by_its_proposer_is_refused(self, officials, proposed, domain):
        answer = officials[0].approve(proposed, domain, "Budget")

        assert refused(answer, "own_proposal") is True
        assert "서명하고 승인하기" not in officials[0].get(f"proposals/{proposed}").text

    def test_budget_proposal_approved_by_its_proposer_is_refused_by_the_operation(
        self, world, officials, proposed, domain
    ):
        first, facts = officials[0], dict(Proposal.objects.get(pk=proposed).facts)

        with pytest.raises(OwnProposal):
            approvals.sign(
                proposal_id=proposed,
                official=first.official,
                contract=world.contract("sejong"),
                signature=bytes.fromhex(first.signature(domain, "Budget", facts)),
                now=clock.now(),
            )

    def test_budget_proposal_approved_by_its_proposer_is_refused_by_the_database(self, officials, proposed):
        with pytest.raises(IntegrityError, match="nobody_approves_their_own_proposal"), transaction.atomic():
            Proposal.objects.filter(pk=proposed).update(status="approved", decided_by=officials[0].official)

    def test_budget_proposal_approved_with_a_wrong_second_factor_is_refused(self, officials, proposed, domain):
        answer = officials[1].approve(proposed, domain, "Budget", code="000000")

        assert refused(answer, "sign_in_refused") is True
        assert Proposal.objects.get(pk=proposed).signatures.count() == 1

    def test_budget_proposal_approved_with_a_signature_of_another_cap_is_refused(self, officials, proposed, domain):
        facts = dict(Proposal.objects.get(pk=proposed).facts)
        other = officials[1].signature(domain, "Budget", facts | {"cap": facts["cap"] + 1})

        answer = officials[1].approve(proposed, domain, "Budget", signature=other)

        assert refused(answer, "not_an_official") is True
        assert Proposal.objects.get(pk=proposed).signatures.count() == 1

    def test_budget_proposal_can_be_decided_to_the_end_of_a_day_in_seoul(self, officials, proposed):
        proposal = Proposal.objects.get(pk=proposed)
        end = proposal.expires_at.astimezone(KST)

        assert (end.date() - proposal.proposed_at.astimezone(KST).date(), end.time()) == (timedelta(days=8), time())
        assert proposal.facts["deadline"] == end.timestamp() - 1
        assert (
            officials[1].get(f"proposals/{proposed}").text.count("오후 11:59") == 2
        )  # beside the facts, and among them

    def test_budget_proposal_approved_after_its_deadline_is_refused(self, officials, proposed, domain):
        Proposal.objects.filter(pk=proposed).update(expires_at=clock.now() - timedelta(seconds=1))

        answer = officials[1].approve(proposed, domain, "Budget")

        assert refused(answer, "proposal_expired") is True

    def test_budget_proposal_is_rejected_only_with_a_reason(self, officials, proposed):
        without = officials[1].send(f"proposals/{proposed}/reject", {"reason": "  "}, page="audit")
        with_one = officials[1].send(f"proposals/{proposed}/reject", {"reason": "의회 의결 전"}, page="audit")

        assert refused(without, "reason_missing") is True
        assert with_one.status_code == 302
        assert "의회 의결 전" in officials[0].get(f"proposals/{proposed}").text

    def test_budget_proposal_that_was_rejected_cannot_be_approved(self, officials, proposed):
        officials[1].send(f"proposals/{proposed}/reject", {"reason": "중복"}, page="audit")

        answer = officials[1].send(f"proposals/{proposed}/approve", {"signature": "00" * 64}, page="audit")

        assert (answer.status_code, "proposal_closed" in answer.text) == (409, True)

    def test_budget_proposal_below_what_is_promised_is_refused(self, officials):
        answer = officials[0].get("budget/propose?step=check&purpose=x&legal_basis=y&cap=1")

        assert refused(answer, "budget_below_promised") is True

    @pytest.mark.usefixtures("proposed")
    def test_budget_proposal_while_another_is_open_is_refused(self, officials, cap, domain):
        answer = officials[1].propose_cap(cap + 1, domain)

        assert (answer.status_code, "proposal_open_already" in answer.text) == (409, True)

    def test_budget_proposal_with_a_version_that_has_passed_is_refused(self, officials, cap, domain):
        answer = officials[0].propose_cap(cap, domain, version="1")

        assert refused(answer, "budget_version_wrong") is True

    def test_budget_of_next_year_opens_when_another_official_approves(self, world, officials, domain):
        first, second = officials
        year, contract = world.year + 1, world.contract("sejong").address
        version = world.node.budget(contract, year)["version"]

        number = number_of(first.propose_cap(7_000_000, domain, year=str(year)))
        number_of(second.approve(number, domain, "Budget"))

        eventually(lambda: second.get(f"proposals/{number}/state").json()["state"] == "final", what="the decision")
        in_the_books = f"budgets/{year}"  # 404 until then
        eventually(
            lambda: world.sejong.call("GET", in_the_books).json().get("cap") == 7_000_000, what="next year's budget"
        )
        assert world.node.budget(contract, year)["version"] == version + 1

    @pytest.mark.usefixtures("proposed")
    def test_budget_proposal_is_shown_as_waiting_to_the_other_official_only(self, officials):
        assert "내 승인을 기다리는 제안" in officials[1].get().text
        assert "내 승인을 기다리는 제안" not in officials[0].get().text


class TestKeys:
    def test_official_with_a_key_who_takes_a_second_place_is_refused(self, world, officials):
        again = official_at_work(world.system.web_url, officials[0].official.city)
        again.official, again.visitor, again.secret = officials[0].official, officials[0].visitor, officials[0].secret

        answer = again.bind(officials[1].key.address)

        assert (answer.status_code, "one_key_each" in answer.text) == (409, True)

    def test_browser_key_with_a_proof_over_another_text_is_refused(self, world, officials, sejong):
        newcomer = official_at_work(world.system.web_url, sejong)

        answer = newcomer.bind(officials[0].key.address, proof=officials[0].key.signed_text("something else"))

        assert refused(answer, "proof_invalid") is True

    @pytest.mark.usefixtures("officials")
    def test_official_without_a_key_reads_every_page_and_is_refused_a_budget_proposal(self, world, sejong, cap, domain):
        newcomer = official_at_work(world.system.web_url, sejong)

        pages = [newcomer.get(path) for path in PAGES]
        answer = newcomer.propose_cap(cap, domain)

        assert [(each.status_code, each.url.path) for each in pages] == [
            (200, newcomer.console + path) for path in PAGES
        ]
        assert refused(answer, "not_an_official") is True


class TestProgrammes:
    def test_programme_opens_when_another_official_approves(self, world, officials, domain, cap):
        first, second = officials
        number_of(second.approve(number_of(first.propose_cap(cap, domain)), domain, "Budget"))
        in_the_books = f"budgets/{world.year}"
        eventually(lambda: world.sejong.ok("GET", in_the_books)["cap"] == cap, what="room in the budget")

        number = number_of(first.send("programmes/propose", programme(cap="1000")))
        own = first.send(f"proposals/{number}/approve", page="audit")
        number_of(second.send(f"proposals/{number}/approve", page="audit"))

        assert refused(own, "own_proposal") is True
        eventually(lambda: second.get(f"proposals/{number}/state").json()["state"] == "final", what="its opening")
        assert "청년 할인" in first.get("programmes").text
        # Other tests buy of the one programme on sale; no page ends a sale before midnight.
        yesterday = (clock.now() - timedelta(days=1)).astimezone(KST).date()
        Programme.objects.filter(city__slug="sejong", name_ko="청년 할인").update(last_day=yesterday)

    def test_programme_that_promises_more_than_the_budget_is_refused(self, officials):
        answer = officials[0].send("programmes/propose", programme(cap=str(10**15 - 1)))

        assert refused(answer, "programmes_exceed_budget") is True

    @pytest.mark.parametrize("discount", ["100", "99.95", "-1", "x"])
    def test_programme_that_gives_won_away_for_nothing_is_refused_and_says_what_it_may_be(self, officials, discount):
        answer = officials[0].send("programmes/propose", programme(discount=discount))

        assert refused(answer, "rules_unreadable") is True
        assert re.search(rf'id="discount"[^>]*value="{discount}"[^>]*aria-invalid="true"', answer.text)
        assert "0에서 99.9까지" in answer.text

    def test_programme_is_read_from_amounts_as_people_write_them(self, officials):
        answer = officials[0].send(
            "programmes/propose", programme(step="check", cap="1,000원", monthly_cap="300,000", discount="7.5")
        )

        assert "한 달 300,000원까지 7.5% 할인해" in answer.text

    def test_programme_proposed_with_a_wrong_second_factor_is_refused(self, officials, sejong):
        before = Proposal.objects.filter(city=sejong).count()

        answer = officials[0].send("programmes/propose", programme(code="000000"))

        assert refused(answer, "sign_in_refused") is True
        assert Proposal.objects.filter(city=sejong).count() == before

    def test_programme_is_shown_as_sentences_before_it_is_proposed(self, officials):
        answer = officials[0].send("programmes/propose", programme(step="check", discount="7.5"))

        assert "한 달 300,000원까지 7.5% 할인해" in answer.text
        assert "국가 40%, 세종특별자치시 60%" in answer.text
        assert "발행한 날부터 5년, 마지막 날이 끝날 때까지" in answer.text

    @pytest.mark.parametrize(
        "validity", [("101", "years"), ("0", "months"), ("1.5", "days"), ("5", "weeks"), ("5", "")]
    )
    def test_programme_with_a_validity_that_is_no_period_is_refused_and_keeps_what_was_typed(self, officials, validity):
        count, unit = validity

        answer = officials[0].send("programmes/propose", programme(validity=count, validity_unit=unit, step="check"))

        assert refused(answer, "rules_unreadable") is True
        assert f'name="validity" value="{count}"' in re.sub(r"\s+", " ", answer.text)


def programme(**changed):
    form = {
        "step": "submit",
        "name_ko": "청년 할인",
        "name_en": "Youth discount",
        "cap": "1000",
        "in_force_from": "2026-01-01",
        "discount": "10",
        "share_state": "4",
        "share_city": "6",
        "validity": "5",
        "validity_unit": "years",
        "purchase_step": "1000",
        "monthly_cap": "300000",
        "holding_cap": "500000",
        "purpose": "청년 소비 지원",
        "legal_basis": "",
    }
    return form | changed


class TestOtherCity:
    @pytest.mark.parametrize("path", PAGES)
    def test_console_page_of_the_other_city_is_not_found(self, officials, path):
        assert officials[0].visitor.get(f"/gimpo/console/{path}").status_code == 404

    def test_proposal_wallet_or_application_of_the_other_city_is_not_found(self, world, officials, sejong, applied):
        gimpos = Wallet.objects.filter(city__slug="gimpo", frozen_at__isnull=False).first()
        foreign = official_at_work(world.system.web_url, City.objects.get(slug="gimpo"))
        mine, shop = Proposal.objects.filter(city=sejong).first(), applied(sejong)
        number = f"{shop.business_number[:3]}-{shop.business_number[3:5]}-{shop.business_number[5:]}"

        listed = [number in each.get("shops/applications").text for each in (officials[0], foreign)]
        approved = foreign.send(f"shops/applications/{shop.pk}", {"decision": "approve"}, page="audit")

        assert listed == [True, False]
        assert (approved.status_code, ShopApplication.objects.get(pk=shop.pk).status) == (404, "waiting")
        assert foreign.get(f"proposals/{mine.pk}").status_code == 404
        assert foreign.send(f"proposals/{mine.pk}/reject", {"reason": "x"}, page="audit").status_code == 404
        assert officials[0].get(f"wallets/{gimpos.pk}").status_code == 404
        assert officials[0].send(f"wallets/{gimpos.pk}/unfreeze", {"reason": "x"}, page="audit").status_code == 404
        assert Wallet.objects.get(pk=gimpos.pk).frozen_at is not None


class TestShops:
    def test_shop_application_is_approved_or_rejected_with_a_reason_by_one_official(self, officials, sejong, applied):
        first, second = applied(sejong), applied(sejong)

        approved = officials[0].send(
            f"shops/applications/{first.pk}", {"decision": "approve"}, page="shops/applications"
        )
        without = officials[0].send(
            f"shops/applications/{second.pk}", {"decision": "reject", "reason": " "}, page="shops/applications"
        )
        rejected = officials[0].send(
            f"shops/applications/{second.pk}", {"decision": "reject", "reason": "서류 미비"}, page="shops/applications"
        )
        again = officials[1].send(f"shops/applications/{second.pk}", {"decision": "approve"}, page="shops/applications")

        assert (approved.status_code, rejected.status_code) == (302, 302)
        assert refused(without, "reason_missing") is True
        assert (again.status_code, "application_decided" in again.text) == (409, True)
        assert [ShopApplication.objects.get(pk=each.pk).status for each in (first, second)] == ["approved", "rejected"]

    def test_shop_application_of_the_other_city_is_not_found(self, officials, applied):
        foreign = applied(City.objects.get(slug="gimpo"))

        answer = officials[0].send(f"shops/applications/{foreign.pk}", {"decision": "approve"}, page="audit")

        assert answer.status_code == 404
        assert ShopApplication.objects.get(pk=foreign.pk).status == "waiting"


class TestRegisterOfShops:
    """What is asked of the rows is test_register.py's."""

    @pytest.fixture
    def shop(self, world, sejong):
        return Shop.objects.filter(city=sejong, wallet__keys__address=world.sejong.shops()[0].lower()).get()

    def names(self, page):
        return re.findall(r'<th scope="row">.*?<a href="[^"]+">([^<]+)</a>', page.text, re.DOTALL)

    def test_register_shows_the_shops_that_its_url_asks_for_and_no_others(self, officials, shop):
        number = f"{shop.business_number[:3]}-{shop.business_number[3:5]}-{shop.business_number[5:]}"

        found = officials[0].get(f"shops?q={number}&category={shop.category}&sort=-month")
        none = officials[0].get(f"shops?q={number}&state=frozen")

        assert self.names(found) == [shop.name_ko]
        assert 'data-count="1"' in found.text
        assert (none.status_code, self.names(none)) == (200, [])
        assert re.search(r"전체 <span[^>]*>1곳", none.text)

    def test_register_asked_for_something_unknown_shows_all_shops(self, officials, sejong):
        page = officials[0].get("shops?state=sold&category=x&district=없는동&sort=price&page=-3")

        assert page.status_code == 200
        assert f'data-count="{Shop.objects.filter(city=sejong).count()}"' in page.text

    def test_register_as_a_file_has_the_shops_that_are_asked_for(self, officials, shop):
        answer = officials[0].get(f"shops/file?q={shop.business_number}")

        assert answer.headers["Content-Type"].startswith("text/csv")
        rows = [row for row in answer.content.decode("utf-8-sig").splitlines() if shop.name_ko in row]
        assert len(rows) == 1

    def test_page_of_a_shop_says_its_address_in_words_and_no_payer(self, officials, shop):
        page = said(officials[0].get(f"shops/{shop.pk}"))

        assert compared(key_in_force(shop.wallet).address).words.ko in page
        assert not re.search(NUMBER_OF_A_PHONE, page)

    def test_page_of_a_shop_of_the_other_city_is_not_found_within_the_consoles_frame(self, officials):
        foreign = Shop.objects.filter(city__slug="gimpo").first()

        answer = officials[0].get(f"shops/{foreign.pk}")

        assert (answer.status_code, "shop_unknown" in answer.text) == (404, True)
        assert "긴급 정지" in answer.text


class TestFrame:
    @pytest.mark.parametrize("path", ["no/such/page", "proposals/999999999", "shops/999999999"])
    def test_console_page_that_is_not_there_says_so_within_the_frame(self, officials, path):
        answer = officials[0].get(path)

        assert answer.status_code == 404
        assert "긴급 정지" in answer.text
        assert officials[0].official.person.username in answer.text

    def test_console_page_that_is_not_there_leads_somebody_signed_out_to_the_sign_in(self, world):
        answer = Visitor(world.system.web_url).get("/sejong/console/no/such/page")

        assert answer.url.path == "/officials/sign-in"

    def test_navigation_says_how_many_applications_wait(self, officials, sejong, applied):
        applied(sejong)
        waiting = ShopApplication.objects.filter(city=sejong, status="waiting").count()

        page = officials[0].get("budget").text

        assert re.search(rf"가게 등록부\s*<b>{waiting}<", page)


@pytest.fixture
def applied():
    """Hands in an application in a city."""

    def hand_in(city):
        person = person_of_phone(phone=f"010{secrets.randbelow(10**8):08}", now=clock.now(), name="김가게")
        business = Business("새 가게", "New shop", business_number())
        return apply_for_shop(city=city, applicant=person, business=business, now=clock.now())

    return hand_in


class TestIncidents:
    def test_incident_is_closed_with_a_finding_by_an_official_of_its_city_only(self, officials, sejong):
        mine, foreign = (
            Incident.objects.create(city=city, what="issue_skipped", details={"won": 1}, noticed_at=clock.now())
            for city in (sejong, City.objects.get(slug="gimpo"))
        )

        needed = officials[0].get().text
        without = officials[0].send(f"incidents/{mine.pk}", {"reason": ""}, page="audit")
        closed = officials[0].send(f"incidents/{mine.pk}", {"reason": "주소 오타"}, page="audit")
        other = officials[0].send(f"incidents/{foreign.pk}", {"reason": "x"}, page="audit")
        foreign.delete()

        assert "열린 사고" in needed
        assert refused(without, "reason_missing") is True
        assert (closed.status_code, other.status_code) == (302, 404)
        assert "주소 오타" in officials[1].get("audit").text


class TestWhatWasSetAside:
    @pytest.fixture
    def set_aside(self):
        """In each of two cities a row that was set aside: news that no screen was told of."""
        made = []
        for city in (City.objects.get(slug="sejong"), City.objects.get(slug="gimpo")):
            event = Event.objects.create(
                city=city, wallet=1, name="news", facts={}, at=clock.now(), relayed_at=clock.now()
            )
            details = {"queue": "relaying", "row": event.pk, "reason": "ValueError: x.py:1"}
            incident = Incident.objects.create(city=city, what="row_set_aside", details=details, noticed_at=clock.now())
            FailedRow.objects.create(queue="relaying", row=event.pk, tries=3, reason="", incident=incident)
            made.append(incident)
        yield made
        FailedRow.objects.filter(incident__in=made).delete()
        Incident.objects.filter(pk__in=[each.pk for each in made]).delete()

    def test_row_is_tried_again_by_the_button_of_its_incident_in_the_officials_city_only(self, officials, set_aside):
        mine, foreign = set_aside

        page = officials[0].get("incidents").text
        other = officials[0].send(f"incidents/{foreign.pk}/requeue", {}, page="audit")
        done = officials[0].send(f"incidents/{mine.pk}/requeue", {}, page="audit")
        again = officials[0].send(f"incidents/{mine.pk}/requeue", {}, page="audit")

        assert "화면에 알릴 소식" in page
        assert f"incidents/{mine.pk}/requeue" in page
        assert (other.status_code, done.status_code) == (404, 302)
        assert (again.status_code, "not_set_aside" in again.text) == (409, True)
        assert list(FailedRow.objects.values_list("incident", flat=True)) == [foreign.pk]
        assert f"incidents/{mine.pk}" not in officials[0].get("incidents").text
        assert "미뤄 둔 처리를 다시 하기" in officials[1].get("audit").text


class TestWallets:
    def test_wallet_is_shown_only_after_a_search_whose_purpose_is_logged(self, world, officials):
        neighbour = world.neighbour.address
        wallet = Wallet.objects.get(keys__address=neighbour.lower())

        unseen = officials[0].get(f"wallets/{wallet.pk}")
        without = officials[0].send("wallets", {"who": neighbour, "purpose": " "})
        found = officials[0].send("wallets", {"who": neighbour, "purpose": "민원 1042 확인"})

        assert unseen.status_code == 404
        assert refused(without, "reason_missing") is True
        assert found.status_code == 302
        assert officials[0].get(f"wallets/{wallet.pk}").status_code == 200
        assert "민원 1042 확인" in officials[1].get("audit").text
        assert AuditEvent.objects.filter(act="wallet.looked_up").latest("pk").facts["wallet"] == wallet.pk

    def test_wallet_frozen_by_one_official_cannot_pay_and_another_official_is_told(self, world, officials):
        neighbour = world.neighbour
        wallet = Wallet.objects.get(keys__address=neighbour.address.lower())
        officials[0].send("wallets", {"who": neighbour.address, "purpose": "도난 신고"})
        shop = neighbour.api.shops()[0]

        officials[0].send(f"wallets/{wallet.pk}/freeze", {"reason": "도난 신고 접수"}, page=f"wallets/{wallet.pk}")
        stopped = neighbour.send(neighbour.order(shop, 100))
        told = officials[1].get()
        wrong = officials[1].send(f"wallets/{wallet.pk}/unfreeze", {"reason": "회수", "code": "000000"}, page="audit")
        officials[1].send(f"wallets/{wallet.pk}/unfreeze", {"reason": "회수"}, page="audit")

        assert stopped.json()["code"] == "payer_frozen"
        assert "도난 신고 접수" in told.text
        assert refused(wrong, "sign_in_refused") is True
        eventually(lambda: neighbour.send(neighbour.order(shop, 100)).status_code == 201, what="a payment again")


class TestAuditLog:
    def test_audit_log_after_the_officials_acts_is_whole(self, world, officials, sejong):
        page = officials[0].get("audit")

        assert "모두 이어져 있습니다" in page.text
        assert first_broken(sejong.pk) is None
        assert "sejong: " in world.system.manage("audit", check=True).stdout

    @pytest.mark.usefixtures("officials")
    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_audit_log_row_cannot_be_changed_or_deleted(self, sejong, change):
        rows = AuditEvent.objects.filter(city=sejong)

        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            rows.update(act="nothing") if change == "update" else rows._raw_delete(rows.db)

    @pytest.mark.usefixtures("officials")
    def test_audit_log_holds_no_phone_number(self, sejong):
        facts = " ".join(str(each.facts) for each in AuditEvent.objects.filter(city=sejong))

        assert not re.search(NUMBER_OF_A_PHONE, facts)


@pytest.fixture
def visitor_of(world):
    return lambda language: Visitor(world.system.web_url, language)


class TestPublicPage:
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_public_page_shows_the_supply_that_the_node_confirms(self, world, visitor_of, language):
        visitor = visitor_of(language)
        contract = world.contract("sejong").address

        page = visitor.get("/sejong/")
        asked = re.search(r"0x[0-9a-f]{64}", page.text)

        assert page.status_code == 200
        assert int(asked[0], 16) == world.node.number(contract, "totalSupply()")
        assert re.search(r'id="difference">(0원|₩0)<', page.text)

    def test_public_page_of_an_unknown_city_is_not_found(self, visitor_of):
        assert visitor_of("ko").get("/atlantis/").status_code == 404
