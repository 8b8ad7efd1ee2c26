"""Short lists in words: what shops sell, what their staff are, why won go back or should, and how far that is."""

from typing import Final

from citycoin.foundation.bilingual import Words
from merchants.domain.businesses import Category
from merchants.models import Refund, RefundClaim, Staff

CATEGORY_WORDS: Final = {
    Category.FOOD: Words("음식점", "Restaurant"),
    Category.CAFE: Words("카페·빵집", "Café, bakery"),
    Category.MARKET: Words("식료품·시장", "Groceries, market"),
    Category.HEALTH: Words("병원·약국", "Health, pharmacy"),
    Category.LEARNING: Words("학원·서점", "Learning, books"),
    Category.HOME: Words("생활·수리", "Home, repairs"),
    Category.BEAUTY: Words("미용", "Hair, beauty"),
    Category.OTHER: Words("기타", "Other"),
}
assert CATEGORY_WORDS.keys() == set(Category), "every category has words"

ROLE_WORDS: Final = {
    Staff.Role.OWNER: Words("사장님", "Owner"),
    Staff.Role.MANAGER: Words("매니저", "Manager"),
    Staff.Role.CASHIER: Words("계산원", "Cashier"),
}
assert ROLE_WORDS.keys() == set(Staff.Role), "every role has words"

REASON_WORDS: Final = {
    Refund.Reason.WRONG_AMOUNT: Words("금액이 달라요", "Wrong amount"),
    Refund.Reason.TWICE: Words("두 번 냈어요", "Paid twice"),
    Refund.Reason.ASKED: Words("손님이 원하셨어요", "The customer asked for it"),
    Refund.Reason.SOLD_OUT: Words("물건이 없어요", "Sold out"),
    Refund.Reason.OTHER: Words("그 밖의 이유", "Another reason"),
}
assert REASON_WORDS.keys() == set(Refund.Reason), "every reason has words"

REFUND_WORDS: Final = {
    Refund.State.PROMISED: Words("돌려주기로 했어요", "Promised"),
    Refund.State.ON_ITS_WAY: Words("돌려주는 중", "On its way back"),
    Refund.State.RETURNED: Words("돌려줬어요", "Given back"),
    Refund.State.NOT_NEEDED: Words("이미 돌아갔어요", "Came back by itself"),
    Refund.State.FAILED: Words("시청이 확인하고 있어요", "The city is looking into it"),
}
assert REFUND_WORDS.keys() == set(Refund.State), "every state has words"

CLAIM_REASON_WORDS: Final = {
    RefundClaim.Reason.WRONG_AMOUNT: Words("금액이 달라요", "The amount is wrong"),
    RefundClaim.Reason.TWICE: Words("두 번 결제했어요", "I paid twice"),
    RefundClaim.Reason.NOT_RECEIVED: Words("물건이나 서비스를 받지 못했어요", "I did not get what I paid for"),
    RefundClaim.Reason.SENT_BACK: Words("물건을 돌려줬어요", "I gave it back"),
    RefundClaim.Reason.OTHER: Words("그 밖의 이유", "Another reason"),
}
assert CLAIM_REASON_WORDS.keys() == set(RefundClaim.Reason), "every reason has words"
