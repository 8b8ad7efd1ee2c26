"""What people are told, by the pages that they use: the inbox, text messages, a payment that nobody saw end, a sale."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from uuid import uuid4

import pytest

from citycoin.foundation.kernel import clock
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.accounts.queries import messages
from citycoin.platform.notices.models import Notice
from merchants.models import AwaitedEnd, Shop, Staff
from merchants.queries.ends import ON_ITS_WAY
from tests.outside import code_of, eventually
from tests.visitor import Visitor, said
from wallets.models import Wallet

pytestmark = pytest.mark.both_databases

INBOX, TEXTS = "/gimpo/notices", "/gimpo/notices/texts"
NEW = "새 알림"


def new_phone() -> str:
    return f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"


def signed_in(world, phone: str, **how) -> Visitor:
    visitor = Visitor(world.system.web_url, **how)
    visitor.sign_in(phone)
    return visitor


@pytest.fixture
def phone(world):
    """Of somebody new whose wallet in Gimpo is the world's resident with a PIN."""
    number = new_phone()
    person = person_of_phone(phone=digits_of(number), now=clock.now(), name="김알림")
    Wallet.objects.filter(keys__address=world.kept.address).update(owner=person)
    return number


@pytest.fixture
def resident(world, phone):
    return signed_in(world, phone)


def inbox(visitor: Visitor) -> str:
    return said(visitor.get(INBOX))


def unread(visitor: Visitor) -> str:
    """What the bell of their home says to a screen reader."""
    found = re.search(r'class="bell.*?</a>', visitor.get("/gimpo/wallet/me").text, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0].partition(">")[2]).split())


def texts_to(phone: str) -> list[str]:
    """The notices among the text messages to this phone, newest first."""
    found = [text for to, text, _at in messages(200) if digits_of(to) == digits_of(phone)]
    return [text for text in found if "인증 번호" not in text]


def leave(world, resident: Visitor, payment_id: object, won: int = 700, **form):
    """What the payment's page sends as it is left before it knows."""
    shop = Shop.objects.get(wallet__keys__address=world.shop)
    asked = {"shop": str(shop.pk), "amount": str(won), **form}
    return resident.ask(resident.get(TEXTS), f"/gimpo/wallet/payments/{payment_id}/awaited", asked)


def heard(resident: Visitor, payment_id: object):
    return resident.ask(resident.get(TEXTS), f"/gimpo/wallet/payments/{payment_id}/heard")


class TestInbox:
    def test_inbox_of_somebody_new_is_empty_and_says_what_will_come(self, resident):
        page = inbox(resident)

        assert "아직 알림이 없어요" in page
        assert "결제 결과, 돌려받은 돈, 충전과 보안 소식이 여기에 모여요." in page
        assert unread(resident).startswith("알림")
        assert "읽지 않은" not in unread(resident)

    def test_top_up_that_is_in_is_told_and_read_by_the_button_and_leads_to_its_page(self, world, resident):
        form = {"id": str(uuid4()), "amount": "17000", "key": "", "next": ""}
        resident.send("/gimpo/top-up", form)
        made = TopUp.objects.get(client_id=form["id"])
        paid = {"account": made.account.number, "amount": made.price}
        resident.http.post(f"{world.system.web_url}/demo/bank/transfers", json=paid).raise_for_status()
        eventually(lambda: "17,000원이 지갑에 들어왔어요" in inbox(resident), what="the notice of the top-up")
        assert NEW in inbox(resident)
        assert NEW in inbox(resident), "a GET reads and marks nothing"
        assert "읽지 않은 것" in unread(resident)
        assert f"/gimpo/top-up/{made.client_id}" in resident.get(INBOX).text

        newest = re.search(r'name="newest" value="(\d+)"', resident.get(INBOX).text)
        sent = resident.send("/gimpo/notices/read", {"newest": newest[1]}, page=INBOX)

        assert sent.headers["location"] == INBOX
        assert NEW not in inbox(resident)
        assert "17,000원이 지갑에 들어왔어요" in inbox(resident)
        assert "읽지 않은" not in unread(resident)

    def test_inbox_is_of_its_reader_alone_and_in_their_language(self, world, resident, phone):
        payment = world.kept.pay(world.shop, 700)
        leave(world, resident, payment["id"])
        eventually(lambda: "700원을 냈어요" in inbox(resident), what="the notice of the payment")
        stranger, english = signed_in(world, new_phone()), Visitor(world.system.web_url, language="en")
        english.sign_in(phone)

        assert "아직 알림이 없어요" in inbox(stranger)
        assert "You paid ₩700 to" in inbox(english)
        assert said(stranger.get("/sejong/notices")).count("아직 알림이 없어요") == 1

    def test_number_that_cannot_be_read_marks_nothing(self, world, resident):
        leave(world, resident, world.kept.pay(world.shop, 700)["id"])
        eventually(lambda: NEW in inbox(resident), what="the notice of the payment")
        for nonsense in ("", "-1", "٣", "9" * 5_000):
            assert resident.send("/gimpo/notices/read", {"newest": nonsense}, page=INBOX).status_code == 302

        assert NEW in inbox(resident)

    def test_who_works_in_a_shop_and_has_no_wallet_reads_theirs_without_a_wallets_bar(self, world):
        phone = new_phone()
        person = person_of_phone(phone=digits_of(phone), now=clock.now())
        shop = Shop.objects.get(wallet__keys__address=world.shop)
        Staff.objects.create(shop=shop, person=person, role=Staff.Role.MANAGER, since=clock.now())
        manager = signed_in(world, phone)

        page = manager.get(INBOX)

        assert page.status_code == 200
        assert 'class="tabbar"' not in page.text
        assert "내 가게" in said(manager.get(TEXTS))
        assert 'class="bell' in manager.get(f"/gimpo/shops/{shop.pk}/").text


class TestPaymentOfAClosedPage:
    def test_payment_whose_page_was_left_is_told_to_be_paid_in_the_inbox_and_by_text(self, world, resident, phone):
        payment_id = str(uuid4())
        assert leave(world, resident, payment_id).status_code == 202
        assert "아직 알림이 없어요" in inbox(resident)
        order = {"id": payment_id, "payee": world.shop, "amount": 700, "pin": "135790"}

        world.gimpo.ok("POST", "payments", order, token=world.kept.token)

        eventually(lambda: "700원을 냈어요" in inbox(resident), what="the notice of the payment")
        assert f"/gimpo/wallet/payments/{payment_id}" in resident.get(INBOX).text
        eventually(lambda: texts_to(phone), what="the text message")
        (text,) = texts_to(phone)
        assert text.startswith("[김포")
        assert "700원을 냈어요. 결제됐으니 다시 내지 않아도 돼요." in text

    def test_payment_that_never_arrived_is_told_not_to_be_made_and_can_not_be_made_any_more(self, world, resident):
        payment_id = str(uuid4())
        leave(world, resident, payment_id)
        AwaitedEnd.objects.filter(client_id=payment_id).update(asked_at=clock.now() - ON_ITS_WAY - timedelta(seconds=1))

        eventually(lambda: "700원은 결제되지 않았어요" in inbox(resident), what="the notice of the payment")

        order = {"id": payment_id, "payee": world.shop, "amount": 700, "pin": "135790"}
        late = world.gimpo.call("POST", "payments", order, token=world.kept.token)
        assert code_of(late) == (422, "payment_id_closed")

    def test_end_that_a_page_said_after_all_is_new_to_nobody(self, world, resident):
        payment = world.kept.pay(world.shop, 700)
        leave(world, resident, payment["id"])
        eventually(lambda: NEW in inbox(resident), what="the notice of the payment")

        assert heard(resident, payment["id"]).status_code == 200

        assert NEW not in inbox(resident)

    @pytest.mark.parametrize(
        "form", [{"shop": "0"}, {"shop": "x"}, {"shop": "9" * 400}, {"amount": "0"}, {"amount": ""}]
    )
    def test_nonsense_is_refused_and_nobody_waits_for_it(self, world, resident, form):
        payment_id = uuid4()

        answer = leave(world, resident, payment_id, **form)

        assert answer.status_code in {400, 404, 422}
        assert answer.json()["code"] in {"not_here", "amount_wrong"}
        assert not AwaitedEnd.objects.filter(client_id=payment_id).exists()

    def test_end_that_nobody_waits_for_is_not_there_to_be_heard(self, resident):
        assert code_of(heard(resident, uuid4())) == (404, "not_here")


class TestTextMessages:
    def test_choice_of_text_messages_is_kept_and_security_is_no_choice(self, resident):
        page = resident.get(TEXTS).text
        assert re.search(r'id="topic-security"\s+checked\s+disabled', page)
        assert re.search(r'value="lapsing"\s+checked', page)

        saved = resident.send(TEXTS, {"topic": "refunds"})

        assert "저장했어요." in said(saved)
        after = resident.get(TEXTS).text
        assert re.search(r'value="refunds"\s+checked', after)
        assert not re.search(r'value="lapsing"\s+checked', after)
        assert re.search(r'id="topic-security"\s+checked\s+disabled', after)

    def test_topic_that_does_not_exist_is_left_out(self, resident):
        assert resident.send(TEXTS, {"topic": "everything"}).status_code == 200

        assert not re.search(r'value="\w+"\s+checked', resident.get(TEXTS).text)


def test_who_asked_on_the_page_of_a_sale_that_is_over_is_told_when_it_opens_again(resident):
    programmes = Programme.objects.filter(city__slug="gimpo")
    opened = dict(programmes.values_list("pk", "open_at"))
    try:
        programmes.update(open_at=None)
        assert "다시 열리면 알려 주세요" in said(resident.get("/gimpo/top-up"))
        for _ in range(2):
            assert resident.send("/gimpo/top-up/wanted", page="/gimpo/top-up").status_code == 302
        assert "다시 열리면 알려 드릴게요." in said(resident.get("/gimpo/top-up"))
    finally:
        for pk, at in opened.items():
            programmes.filter(pk=pk).update(open_at=at)

    eventually(lambda: "기다리던 충전이 다시 열렸어요" in inbox(resident), what="the notice of the sale")
    assert Notice.objects.filter(kind="sale_open").count() == 1
    assert "다시 열리면" not in said(resident.get("/gimpo/top-up"))
