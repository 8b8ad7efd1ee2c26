"""What all Korean texts of pages keep to, read from the sources: which unit money has, and what a button says."""

from __future__ import annotations

import re
from typing import Final

from citycoin.runtime.domain.addresses import ROOT

SAID: Final = re.compile(r'{% say "([^"]*)"')
IN_CODE: Final = re.compile(r'Words\(\s*f?"([^"]*)"')
BUTTON: Final = re.compile(r'<button\b[^>]*>(.*?)</button>|<a\b[^>]*class="[^"]*\bbutton\b[^>]*>(.*?)</a>', re.DOTALL)
# None of these says what happens next.
ONLY_CONFIRMS: Final = {"확인", "확인하기", "네", "예", "예, 할게요", "OK"}
TEMPLATES: Final = {file: file.read_text() for file in (ROOT / "templates").rglob("*.html")}


def test_korean_text_writes_no_won_sign():
    tops = ("citycoin", "merchants", "wallets", "contracts")
    code = [file.read_text() for top in tops for file in (ROOT / top).rglob("*.py") if "node_modules" not in file.parts]
    said = [text for page in TEMPLATES.values() for text in SAID.findall(page)]
    said += [text for file in code for text in IN_CODE.findall(file)]

    assert len(said) > 1000, "texts are found"
    assert [text for text in said if "₩" in text] == []


def test_button_says_what_it_does_and_never_only_confirm():
    buttons = [
        (file.name, " ".join(SAID.findall("".join(found))).strip())
        for file, page in TEMPLATES.items()
        for found in BUTTON.findall(page)
    ]

    assert len(buttons) > 100, "buttons are found"
    assert [each for each in buttons if each[1] in ONLY_CONFIRMS] == []
