"""The live stream: tells a wallet's screens to look again. It carries no facts, and decides nothing.

Events: ``look`` (there is news, or the stream has just opened), ``beat`` (every two seconds, so that a screen notices
silence), and in its place ``stale`` while the worker that relays events is silent: then news may not come.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import redis.asyncio
from asgiref.sync import sync_to_async
from django import db
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, parse_cookie

from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.kernel.text import is_text, whole_number
from citycoin.platform.accounts.doors.permissions import signed_in
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.queries import city_named
from citycoin.platform.events.operations import channel_of
from citycoin.platform.health.queries.report import has_beaten
from citycoin.web.shop.doors.permissions import access_at_counter
from wallets.queries.ledger import wallet_of_person, wallet_of_token

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
BEAT_EACH_SECONDS: Final = 2.0
# How long a revoked device, an ended session or a dead worker may go unnoticed, beside the beat itself.
ASKED_AGAIN_AFTER_SECONDS: Final = 4.0
WORKER_ASKED_EACH_SECONDS: Final = 1.0
LOOK: Final = b"event: look\ndata: again\n\n"
BEAT: Final = b"event: beat\ndata: .\n\n"
STALE: Final = b"event: stale\ndata: .\n\n"


async def application(scope: Scope, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """GET /healthz; GET /live/<city>, a wallet's stream; GET /live/<city>/shops/<id>, a shop's."""
    if scope["type"] != "http":
        return
    path: str = scope["path"]
    if path == "/healthz":
        await _answer(send, 200, b"alive\n")
    elif path.startswith("/live/"):
        await _stream(Caller.of(scope), send)
    else:
        await _answer(send, 404, b"nothing here\n")


@dataclass(frozen=True, slots=True)
class Caller:
    """What was asked for, and what its sender shows for it."""

    path: tuple[str, ...]
    token: str
    cookies: dict[str, str]
    origin: str

    @classmethod
    def of(cls, scope: Scope) -> Caller:
        """From ASGI's scope."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return cls(
            tuple(scope["path"].removeprefix("/live/").split("/")),
            headers.get("authorization", "").removeprefix("Bearer ").strip(),
            {name: value for name, value in parse_cookie(headers.get("cookie", "")).items() if is_text(value)},
            headers.get("origin", ""),
        )

    @property
    def cors(self) -> list[tuple[bytes, bytes]]:
        """Our own pages may read the answer with their cookies, and nobody else's may."""
        if self.origin not in {settings.PUBLIC_URL, settings.WEB_URL}:
            return []
        return [
            (b"access-control-allow-origin", self.origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
        ]


async def _stream(caller: Caller, send: Send) -> None:
    try:
        wallet_id = await sync_to_async(_wallet_id)(caller)
    except NotFound:
        await _answer(send, 404, b"no such wallet\n", caller.cors)
        return
    except db.Error:
        await _answer(send, 503, b"not now\n", caller.cors)
        return
    start = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"vary", b"origin")]
    await send({"type": "http.response.start", "status": 200, "headers": start + caller.cors})
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    try:
        await _relay(client, caller, wallet_id, send)
    except (redis.RedisError, OSError, NotFound, db.Error):
        # The stream ends; the screen sees it, says so, and polls until a new one opens.
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        await client.aclose()


async def _relay(client: redis.asyncio.Redis, caller: Caller, wallet_id: int, send: Send) -> None:
    """Until the caller may not hear it any more (NotFound), or the broker or the database is gone."""
    async with client.pubsub() as listening:
        await listening.subscribe(channel_of(wallet_id))
        await _say(send, LOOK)
        asked_at = monotonic()
        beat_due_at = asked_at
        while True:
            now = monotonic()
            if now >= beat_due_at:
                if now - asked_at >= ASKED_AGAIN_AFTER_SECONDS:
                    await sync_to_async(_wallet_id)(caller)
                    asked_at = now
                await _say(send, BEAT if await sync_to_async(worker.lives)() else STALE)
                beat_due_at = now + BEAT_EACH_SECONDS
            heard = await listening.get_message(ignore_subscribe_messages=True, timeout=beat_due_at - now)
            if heard:
                await _say(send, LOOK)


async def _say(send: Send, line: bytes) -> None:
    await send({"type": "http.response.body", "body": line, "more_body": True})


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    start = [(b"content-type", b"text/plain"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


class Worker:
    """Whether the process that relays events has beaten of late; asked for all streams together."""

    def __init__(self) -> None:
        self._asked_at, self._lives = 0.0, False

    def lives(self) -> bool:
        """By its heartbeat, read once a second at most."""
        if monotonic() - self._asked_at >= WORKER_ASKED_EACH_SECONDS:
            try:
                self._lives = has_beaten("worker")
            finally:
                db.close_old_connections()
            self._asked_at = monotonic()
        return self._lives


worker = Worker()


def _wallet_id(caller: Caller) -> int:
    """The wallet whose news the caller may hear. Raises NotFound."""
    if not all(map(is_text, caller.path)):
        raise NotHere
    try:
        match caller.path:
            case (city,) if caller.token:
                return wallet_of_token(city_named(city).pk, caller.token).pk
            case (city,) if person := signed_in(_request(caller)):
                return wallet_of_person(city_named(city).pk, person).pk
            case (city, "shops", number) if (shop_id := whole_number(number)) is not None:
                return _shop_wallet_id(city_named(city).pk, shop_id, caller)
            case _:
                raise NotHere
    finally:
        db.close_old_connections()


def _shop_wallet_id(city_id: int, shop_id: int, caller: Caller) -> int:
    access = access_at_counter(_request(caller), city_id, shop_id)
    if access is None:
        raise NotHere
    return access.shop.wallet_id


def _request(caller: Caller) -> HttpRequest:
    """As a page would see its caller: the session's person, and the cookies."""
    request = HttpRequest()
    request.COOKIES = caller.cookies
    request.session = SessionStore(caller.cookies.get(settings.SESSION_COOKIE_NAME))
    request.user = get_user(request)
    return request
