"""Further languages: what a catalogue says, what it may not, and what is left to say in English."""

import json
import re
from contextlib import contextmanager
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from django.test import override_settings
from django.utils.translation import override

from citycoin.foundation.bilingual import CatalogueWrong, Words, catalogue, chosen
from citycoin.foundation.http.errors import body_of
from wallets.domain.lots import NotEnoughWon

SCRIPTS = sorted(settings.BASE_DIR.glob("citycoin/**/static/**/*.js"))
# What reads Korean or speaks it, and the one script that asks for the page's language.
KOREAN_SCRIPTS = {"reading.js", "voice.js", "amount.js", "pay.js", "counter.js"}


@contextmanager
def installed(folder, texts, code="vi"):
    """The language as the reader's, with these texts."""
    (folder / f"{code}.json").write_text(json.dumps(texts))
    languages = [*settings.LANGUAGES, (code, code)]
    with override_settings(CATALOGUES=folder, LANGUAGES=languages), override(code):
        yield


def test_sentence_of_a_catalogue_is_said_with_its_names_filled_in_and_escaped(tmp_path):
    with installed(tmp_path, {"Pay {won}": "Trả {won}"}):
        page = Template('{% load pages %}{% say "{won} 결제" "Pay {won}" won=won %}').render(Context({"won": "<b>"}))

    assert page == "Trả &lt;b&gt;"


def test_sentence_that_a_catalogue_does_not_have_is_said_in_english(tmp_path):
    with installed(tmp_path, {"Balance": "Số dư"}):
        assert chosen("잔액", "Balance") == "Số dư"
        assert chosen("내역", "History") == "History"


def test_words_in_words_are_said_in_the_language_of_the_sentence(tmp_path):
    with installed(tmp_path, {"{who} pays": "{who} trả", "The city": "Thành phố"}):
        words = Words("{who}가 내요", "{who} pays").filled(who=Words("시", "The city"))

        assert str(words) == "Thành phố trả"
    assert (words.ko, words.en) == ("시가 내요", "The city pays")


def test_refusal_has_its_sentence_in_the_language_that_is_asked_for(tmp_path):
    with installed(tmp_path, {NotEnoughWon.en: "Không đủ won."}):
        assert body_of(NotEnoughWon())["vi"] == "Không đủ won."


@pytest.mark.parametrize("text", ["Trả", "Trả {money}", "Trả {won", "{won} {won!r} {more}"])
def test_text_whose_names_are_not_those_of_the_english_is_refused(tmp_path, text):
    (tmp_path / "vi.json").write_text(json.dumps({"Pay {won}": text}))

    with pytest.raises(CatalogueWrong):
        catalogue(tmp_path, "vi")


def test_untranslated_lists_what_is_missing_and_what_is_said_nowhere(tmp_path):
    out, err = StringIO(), StringIO()
    with installed(tmp_path, {"Sign out": "Đăng xuất", "Never said": "Không"}):
        call_command("untranslated", "vi", stdout=out, stderr=err)
    missing = json.loads(out.getvalue())

    assert missing["Sign in"].startswith("로그인")
    assert missing[NotEnoughWon.en] == NotEnoughWon.ko
    assert "Sign out" not in missing
    assert "Never said" in err.getvalue()


def test_committed_catalogues_have_the_names_of_the_english():
    for path in settings.CATALOGUES.glob("*.json"):
        assert catalogue(settings.CATALOGUES, path.stem)


@pytest.mark.parametrize("script", [each for each in SCRIPTS if "vendor" not in each.parts], ids=lambda each: each.name)
def test_script_says_nothing_that_its_page_does_not_bring(script):
    source = script.read_text()

    assert script.name == "asking.js" or not re.search(r"documentElement\.lang *[=!]==", source)
    assert script.name in KOREAN_SCRIPTS or not re.search("[가-힣]", re.sub(r"//.*|/\*.*?\*/", "", source))
