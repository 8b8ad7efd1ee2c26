"""People at their screens: each a browser of its own, signed in as its owner, that complains of what pages do wrong."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from citycoin.platform.accounts.doors.permissions import SEEN_AT, SIGNED_IN_AT
from citycoin.platform.accounts.models import Person

LOCALES: Final = {"ko": "ko-KR", "en": "en-US"}
PHONE_PX: Final = (360, 780)
DESK_PX: Final = (1280, 900)
PATIENCE_MS: Final = 30_000  # for what a page does by itself; what takes blocks is waited for by name
# What a browser writes when a server that a test has stopped doesn't answer, or when a page says no (4xx) on purpose.
EXPECTED: Final = ("Failed to load resource",)


@dataclass
class Screens:
    """Opens browsers' windows for people, and closes them all at the end."""

    browser: Browser
    web_url: str
    complaints: list[str] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def of(
        self,
        person: Person | None = None,
        *,
        px: tuple[int, int] = PHONE_PX,
        language: str = "ko",
        browser: Browser | None = None,
        **options: Any,
    ) -> Page:
        """A window of a fresh browser profile in which ``person`` has signed in; nobody has where it is None."""
        context = self.profile(person, px=px, language=language, browser=browser, **options)
        return context.new_page()

    def profile(
        self,
        person: Person | None = None,
        *,
        px: tuple[int, int] = PHONE_PX,
        language: str = "ko",
        browser: Browser | None = None,
        **options: Any,
    ) -> BrowserContext:
        """The profile alone, for several windows of one person."""
        context = (browser or self.browser).new_context(
            base_url=self.web_url,
            locale=LOCALES[language],
            timezone_id="Asia/Seoul",
            viewport={"width": px[0], "height": px[1]},
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        if browser is None:  # a browser of somebody else's closes its windows itself
            self._open.callback(context.close)
        if person is not None:
            context.add_cookies([{"name": n, "value": v, "url": self.web_url} for n, v in session_of(person).items()])  # type: ignore[typeddict-item]
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        return context

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def close(self) -> None:
        """Close what is open; whatever pages complained of fails the test."""
        self._open.close()
        assert not self.complaints, "\n".join(self.complaints)


def session_of(person: Person) -> dict[str, str]:
    """The cookie of a person who has just signed in: the way there is the whole day's test."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SEEN_AT] = session[SIGNED_IN_AT] = time.time()
    session.save()
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def without_hidden(texts: Iterable[str]) -> list[str]:
    """Texts as a person compares them: without leading and trailing space."""
    return [text.strip() for text in texts if text.strip()]
