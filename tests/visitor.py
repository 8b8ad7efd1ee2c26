"""Somebody at the pages of a running system, without a screen: forms with their tokens, cookies kept, as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin

import httpx

from citycoin.platform.accounts import queries
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.models import SignInCode
from tests import patient

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CODE = re.compile(r"인증 번호 ([0-9]{6})")


def texted_code(phone: str) -> str:
    """The last code that was sent to this phone; notices come as text messages, too."""
    sent = [text for to, text, _at in queries.messages(200) if digits_of(to) == digits_of(phone)]
    found = next(filter(None, map(_CODE.search, sent)), None)
    assert found, sent
    return found[1]


@dataclass(slots=True)
class Visitor:
    """One browser: its cookies, and the language it asks for."""

    web_url: str
    language: str = "ko"
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        # No connection is kept, so that a visitor who is forgotten leaves none open.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.http = patient.client(headers={"Accept-Language": self.language}, limits=limits)

    def get(self, path: str) -> httpx.Response:
        """A page, redirects followed."""
        return self.http.get(urljoin(self.web_url, path), follow_redirects=True)

    def send(self, path: str, form: dict[str, str] | None = None, *, page: str = "") -> httpx.Response:
        """Fill in the form of ``page`` (where it isn't at ``path`` itself) and send it; no redirect is followed."""
        shown = self.http.get(urljoin(self.web_url, page or path), follow_redirects=True)
        token = _TOKEN.search(shown.text)
        assert token, f"{page or path} has no form: {shown.status_code}"
        body = {"csrfmiddlewaretoken": token[1], **(form or {})}
        return self.http.post(urljoin(self.web_url, path), data=body, headers={"Referer": urljoin(self.web_url, path)})

    def ask(self, page: httpx.Response, path: str, form: dict[str, str] | None = None) -> httpx.Response:
        """What a script of ``page`` sends with the page's token; it reads problems."""
        token = _TOKEN.search(page.text)
        assert token, f"{page.url} has no form: {page.status_code}"
        headers = {
            "X-CSRFToken": token[1],
            "Referer": str(page.url),
            "Accept": "application/json, application/problem+json",
        }
        return self.http.post(urljoin(self.web_url, path), data=form or {}, headers=headers)

    def ask_json(self, path: str, body: object = None, *, page: str) -> httpx.Response:
        """What a script of the page at ``page`` asks in JSON, with the page's token; it reads problems."""
        token = _TOKEN.search(self.get(page).text)
        assert token, f"{page} has no form"
        headers = {"X-CSRFToken": token[1], "Accept": "application/json, application/problem+json"}
        return self.http.post(urljoin(self.web_url, path), json={} if body is None else body, headers=headers)

    def sign_in(self, phone: str) -> httpx.Response:
        """By phone and the code that the text message brings."""
        sent = self.send("/sign-in", {"phone": phone})
        assert sent.status_code == httpx.codes.FOUND, sent.text
        return self.send("/sign-in/code", {"code": texted_code(phone)})


def said(page: httpx.Response) -> str:
    """The text of a page, without its tags. A sum and its unit are one word, as they are read."""
    joined = page.text.replace('<span class="unit">', "")
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", joined)))


def forget_codes() -> None:
    """No code was ever sent: for tests that ask for many."""
    SignInCode.objects.all().delete()
