"""Deposits as people meet them: a resident at their top-up's page, an official at the list of those that nobody can decide about."""

from __future__ import annotations

import re
import secrets
from uuid import uuid4

import pytest

from citycoin.foundation.kernel import clock
from citycoin.money.bank.models import Deposit
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.issuance.models import TopUp
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.models import City
from tests.bank import deposit
from tests.officials import official_at_work
from tests.outside import eventually
from tests.visitor import Visitor
from wallets.models import Wallet

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def official(world):
    made = official_at_work(world.system.web_url, City.objects.get(slug="gimpo"))
    yield made
    made.visitor.http.close()


def reserved(resident, won=1_000):
    return resident.api.ok("POST", "top-ups", {"id": str(uuid4()), "amount": won}, token=resident.token)


def in_suspense(won):
    account = account_of(City.objects.get(slug="gimpo").pk)
    return deposit(account, f"{account.prefix}99999990", won, name="김하늘")


def shown(page):
    """A page's text, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


class TestSuspense:
    def test_deposit_of_nobody_is_counted_in_what_needs_me_and_sent_back_once_for_a_reason(self, official):
        found = in_suspense(777)

        home, listed = shown(official.get()), shown(official.get("deposits"))
        assert "보류된 입금" in home
        assert "777원 · 김하늘" in listed
        assert "주인이 없는 계좌 번호" in listed
        answer = official.send(f"deposits/{found.pk}/back", {"reason": "전화 안 받음"}, page=f"deposits/{found.pk}")
        again = official.send(f"deposits/{found.pk}/back", {"reason": "전화 안 받음"}, page="audit")

        assert (answer.status_code, again.status_code) == (302, 409)
        eventually(lambda: Deposit.objects.get(pk=found.pk).status == "returned", what="the bank's result")
        assert "보류된 입금을 돌려보냄" in shown(official.get("audit"))

    def test_deposit_is_used_for_the_top_up_whose_number_its_sender_reads_out(self, world, official):
        made, found = reserved(world.kept), in_suspense(900)
        number = made["account"]["number"]
        spaced = f"{number[:6]} {number[6:]}"

        wrong = official.send(f"deposits/{found.pk}/take", {"reason": "", "number": spaced}, page="audit")
        answer = official.send(f"deposits/{found.pk}/take", {"reason": "통화", "number": spaced}, page="audit")

        assert (wrong.status_code, answer.status_code) == (422, 302)
        assert spaced in wrong.text
        eventually(lambda: TopUp.objects.get(client_id=made["id"]).status == "issued", what="the issue")

    def test_act_without_the_second_factor_moves_nothing(self, official):
        found = in_suspense(5)

        answer = official.send(f"deposits/{found.pk}/back", {"reason": "x", "code": "000000"}, page="audit")

        assert answer.status_code == 422
        assert Deposit.objects.get(pk=found.pk).status == "suspense"

    def test_files_are_listed_with_their_verdicts(self, official):
        in_suspense(6)

        assert "입출금 알림" in shown(official.get("deposits/files"))


class TestTopUpsPage:
    def test_page_says_where_to_send_how_much_and_what_went_back(self, world):
        made, phone = reserved(world.kept), f"010{secrets.randbelow(10**8):08}"
        person = person_of_phone(phone=phone, name="김주민", now=clock.now())
        Wallet.objects.filter(keys__address=world.kept.address).update(owner=person)
        resident = Visitor(world.system.web_url)
        resident.sign_in(phone)
        path = f"/gimpo/top-up/{made['id']}"

        page = resident.get(path)
        references = world.gimpo.send(made, won=100)
        eventually(
            lambda: Deposit.objects.filter(reference__in=references, status="returned").exists(), what="the return"
        )

        assert made["account"]["number"] in page.text
        assert "은행 나루은행" in shown(page)
        assert "예금주 김포시" in shown(page)
        assert f'data-copy="{made["price"]}"' in page.text
        assert "100원을 보낸 계좌로 돌려드렸어요. 안내한 금액보다 적어서 받지 못했어요." in shown(resident.get(path))
