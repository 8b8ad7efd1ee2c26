"""What shops sell, and what their staff are, in words."""

from typing import Final

from citycoin.pages.words import Words
from merchants.models import Category, Staff

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
