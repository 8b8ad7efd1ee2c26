"""A page drawn again has what was typed in the form that was sent, and is otherwise as its address draws it."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.platform.pages.domain.drawn_again import Page, drawn_again
from citycoin.runtime.domain.addresses import ROOT

PAGE = """<!DOCTYPE html>
<html><head><title>가게</title></head><body>
<form method="post" action="/sign-out"><input type="hidden" name="token" value="new"><button>나가기</button></form>
<main id="main">
<a href="?month=1">앞</a> <a href="">다시</a> <a href="/other">딴 데</a>
<form method="post"><input type="hidden" name="id" value="new id">
 <select name="reason"><option value="asked" selected>달라고</option><option value="wrong">틀려서</option></select>
 <button name="amount" value="900">모두</button></form>
<details><form method="post"><input type="hidden" name="id" value="new id"><input name="amount" value="1 &amp; 2">
 <select name="reason"><option value="asked" selected>달라고</option><option value="wrong">틀려서</option></select>
 <textarea name="why" rows="2">옛말</textarea>
 <label><input type="radio" name="kind" value="a" checked></label><input type="radio" name="kind" value="b">
 <input type="checkbox" name="news" value="yes" checked>
 <input type="password" name="pin" value=""><input name="code" autocomplete="one-time-code">
 <button>일부</button></form></details>
<form method="get" action="/search"><input name="amount"></form>
</main></body></html>
"""
# A button that sends what the page knows, above a form with the same fields to type into.
ALIKE = """<main><form method="post"><input type="hidden" name="id" value="a"><input type="hidden" name="won" value="900">
<button>900원</button></form>
<form method="post"><input type="hidden" name="id" value="b"><input name="won"><button>보내기</button></form></main>
"""
SECRET = "740218"
# A form sends any text but NUL, which the rim takes out; a parser of HTML joins kinds of line breaks.
TEXTS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=40)


def again(page: str = PAGE, *, at: str = "/shop?day=1", sent_to: str = "/shop", **sent: str) -> str:
    html = drawn_again(
        page,
        at=at,
        sent_to=sent_to,
        sent={name: [value] for name, value in sent.items()},
        title="오류: ",
        notice=lambda kept: f"<p>오래됨 {kept}</p>",
    )
    assert html is not None
    return html


def stands_in(html: str, form: int) -> dict[str, str]:
    """What a browser would send of that form, but its buttons."""
    values: dict[str, str] = {}
    page = Page(html)
    for each in page.forms[form].controls:
        chosen = each.says("type") not in {"radio", "checkbox"} or "checked" in each.attributes
        if each.name == "select":
            values[each.says("name")] = next(one.says("value") for one in each.options if "selected" in one.attributes)
        elif each.name == "textarea":
            values[each.says("name")] = html[each.end : each.text_end].removeprefix("\n")
        elif each.name == "input" and chosen:
            values[each.says("name")] = each.says("value")
    return values


class TestDrawnAgain:
    @given(TEXTS, TEXTS)
    def test_whatever_was_typed_stands_in_the_form_and_nowhere_else(self, amount, why):
        html = again(amount=amount, why=why, kind="b", pin=SECRET, code=SECRET, id="old", token="old")

        known, secret = {"id": "new id", "reason": "asked"}, {"pin": "", "code": ""}
        assert stands_in(html, 2) == {"amount": amount, "why": escape(why), "kind": "b"} | known | secret
        assert stands_in(html, 1) == stands_in(PAGE, 1)
        assert SECRET not in html

    def test_form_of_the_button_that_was_pressed_keeps_its_choice_and_is_sent_with_what_the_page_knows_now(self):
        html = again(amount="900", reason="wrong", id="old id")

        assert stands_in(html, 1) == {"id": "new id", "reason": "wrong"}
        assert stands_in(html, 2) == stands_in(PAGE, 2)
        assert "<details><form" in html

    def test_folded_part_of_the_page_is_open_where_something_was_typed_in_it(self):
        assert "<details open><form" in again(amount="9,00", why="x")

    def test_notice_is_first_in_the_main_part_and_knows_whether_anything_was_put_back(self):
        assert '<main id="main"><p>오래됨 True</p>' in again(amount="1")
        assert '<main id="main"><p>오래됨 False</p>' in again(sent_to="/sign-out", token="old")
        assert "<title>오류: 가게" in again()

    def test_forms_and_links_of_the_page_lead_where_they_led_whatever_address_the_answer_has(self):
        html = again(sent_to="/sign-out", token="old")

        assert html.count('<form method="post" action="/shop?day=1">') == 2
        assert '<a href="/shop?month=1">' in html
        assert '<a href="/shop?day=1">다시' in html
        assert '<a href="/other">' in html
        assert '<form method="get" action="/search">' in html

    def test_of_two_forms_alike_the_one_that_could_have_sent_it_has_what_was_typed(self):
        assert stands_in(again(ALIKE, won="1,200", id="old"), 1) == {"id": "b", "won": "1,200"}
        assert stands_in(again(ALIKE, won="900", id="a"), 1) == stands_in(ALIKE, 1)

    def test_page_without_a_main_part_is_not_drawn_again(self):
        assert (
            drawn_again("<p>x</p>", at="/", sent_to="/", sent={"a": ["b"]}, title="", notice=lambda _kept: "") is None
        )


INPUT = re.compile(r"<input[^>]*>", re.DOTALL)


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda file: file.stem)
def test_input_for_a_secret_is_known_as_one_by_what_it_says_to_the_browser(template):
    for each in INPUT.findall(template.read_text()):
        name = re.search(r'\bname="(\w+)"', each)
        pairs_a_device = 'autocapitalize="characters"' in each
        is_typed = 'type="hidden"' not in each and not pairs_a_device
        if name and is_typed and re.search("pin|code|password|secret", name[1]):
            assert 'type="password"' in each or 'autocomplete="one-time-code"' in each, each
