"""A shop's first payment in a demo: a person of the demo pays what the counter asks for, the way everybody does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from citycoin.foundation.kernel import clock
from contracts.doors import wiring
from merchants.domain.businesses import Business, Category
from merchants.models import Shop, Staff
from merchants.operations.shops import open_shop
from tests.api.world import business_number
from tests.browser import acts
from tests.browser.screens import DESK_PX
from tests.outside import eventually
from wallets.models import Payment


@pytest.fixture
def empty(town) -> Shop:
    """Registered, and nobody has paid there."""
    business = Business("새싹 김밥", "Sprout Gimbap", business_number(), "", Category.FOOD)
    shop, _ = open_shop(city=town.shops[0].city, business=business, signer=wiring.signer(), now=clock.now())
    Staff.objects.create(shop=shop, person=town.owners[0], role=Staff.Role.OWNER, since=clock.now())
    eventually(lambda: Shop.objects.get(pk=shop.pk).wallet.registered_at, what="the shop on the chain")
    return shop


class TestPractice:
    def test_first_payment_of_an_empty_shop_is_practised_at_its_counter_and_offered_no_more(self, screens, town, empty):
        page = screens.of(town.owners[0], px=DESK_PX)
        page.goto(town.url(f"shops/{empty.pk}/"))
        page.get_by_role("link", name="계산대에서 첫 결제를 해 보세요").click()
        expect(page.get_by_text("실시간")).to_be_visible()

        page.get_by_role("button", name="첫 결제를 해 보세요").click()

        acts.rings_at(page, 100)
        page.get_by_role("button", name="다음 손님").click()
        expect(acts.row_of(page, 100)).to_be_visible()
        expect(page.get_by_role("button", name="첫 결제를 해 보세요")).to_be_hidden()
        paid = Payment.objects.get(payee=empty.wallet)
        eventually(lambda: Payment.objects.get(pk=paid.pk).status == "settled", what="the payment on the chain")
