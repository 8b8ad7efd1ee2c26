"""Officials at their pages, without a screen: forms with a second factor, and a P-256 key as their browser would hold it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.cities.models import City
from tests.outside import Json
from tests.signing import BrowserOfficial
from tests.visitor import Visitor

PASSWORD = "a long password of an official"
FIELD = re.compile(r'data-field="\w+ (\w+)"[^>]*?value="(\w+)"', re.DOTALL)


@dataclass(slots=True)
class OfficialAtWork:
    """One official of one city, signed in."""

    visitor: Visitor
    official: Official
    secret: str
    key: BrowserOfficial = field(default_factory=BrowserOfficial)

    @property
    def console(self) -> str:
        return f"/{self.official.city.slug}/console/"

    def code(self) -> str:
        """A second factor that is taken now. Codes work once, and no test waits half a minute for the next."""
        type(self.official.person).objects.filter(pk=self.official.person_id).update(totp_used_step=0)
        return pyotp.TOTP(self.secret).now()

    def get(self, path: str = "") -> httpx.Response:
        """A page of the console, redirects followed."""
        return self.visitor.get(self.console + path)

    def send(self, path: str, form: dict[str, str] | None = None, *, page: str = "") -> httpx.Response:
        """A form of the console, with a second factor; no redirect is followed."""
        said = {"code": self.code(), **(form or {})}
        return self.visitor.send(self.console + path, said, page=self.console + (page or path))

    def bind(self, outgoing: str, **changed: str) -> httpx.Response:
        """The key page's form, as its script fills it in."""
        text = f"City coin: this browser signs for {self.official.person.username} in {self.official.city.slug}"
        form = {"public_key": self.key.point.hex(), "proof": self.key.signed_text(text), "outgoing": outgoing}
        return self.send("key", form | changed)

    def propose_cap(self, cap: int, domain: Json, purpose: str = "추석 소비", **changed: str) -> httpx.Response:
        """The three steps, and the proposer's signature over what the last one shows."""
        answers = (
            f"budget/propose?step=check&purpose={purpose}&legal_basis=조례&cap={cap}&year={changed.get('year', '')}"
        )
        facts = shown_facts(self.get(answers))
        form = {
            "purpose": purpose,
            "legal_basis": "조례",
            "cap": str(cap),
            "deadline": str(facts["deadline"]),
            "version": str(facts["version"]),
        }
        form["signature"] = self.signature(domain, "Budget", facts)
        return self.send("budget/propose", form | changed, page=answers)

    def approve(self, proposal: int, domain: Json, struct: str, **changed: str) -> httpx.Response:
        """Sign what the proposal's page shows."""
        path = f"proposals/{proposal}"
        signature = self.signature(domain, struct, shown_facts(self.get(path)))
        return self.send(f"{path}/approve", {"signature": signature} | changed, page="audit")

    def signature(self, domain: Json, struct: str, facts: dict[str, Any]) -> str:
        """R ‖ s, put together by other code than ours."""
        return self.key.signed(domain, struct, facts)[2:130]


def official_at_work(web_url: str, city: City) -> OfficialAtWork:
    """A new official of the city, signed in with all their factors."""
    secret = pyotp.random_base32()
    name = f"official-{secrets.token_hex(4)}"
    official = open_official(city=city, username=name, password=PASSWORD, totp_secret=secret, now=clock.now())
    made = OfficialAtWork(Visitor(web_url), official, secret)
    form = {"username": name, "password": PASSWORD, "code": made.code()}
    answer = made.visitor.send("/officials/sign-in", form)
    assert answer.status_code == httpx.codes.FOUND, answer.text
    return made


def shown_facts(page: httpx.Response) -> dict[str, Any]:
    """The fields that a page shows to be signed, by name."""
    facts = {name: value if value.startswith("0x") else int(value) for name, value in FIELD.findall(page.text)}
    assert facts, page.text
    return facts


def number_of(answer: httpx.Response) -> int:
    """The proposal whose page a form led to."""
    assert answer.status_code == httpx.codes.FOUND, answer.text
    return int(answer.headers["Location"].rsplit("/", 1)[1])
