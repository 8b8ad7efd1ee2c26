"""The live stream as ASGI: tells a wallet's screens to look again. It carries no facts, and decides nothing."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citycoin.settings")
django.setup()

import redis.asyncio  # noqa: E402 - these need the settings
from asgiref.sync import sync_to_async  # noqa: E402
from django import db  # noqa: E402
from django.conf import settings  # noqa: E402

from citycoin.cities.queries import city_named  # noqa: E402
from citycoin.events.operations import channel_of  # noqa: E402
from citycoin.keep_out import keep_out_of  # noqa: E402
from citycoin.kernel.errors import NotFound  # noqa: E402
from wallets.queries import wallet_of_token  # noqa: E402

keep_out_of(settings.VAR / "founding")

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
KEEP_ALIVE_SECONDS: Final = 3.0


async def application(scope: Scope, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """GET /healthz; GET /live/<city> with a wallet's bearer token: server-sent events."""
    if scope["type"] != "http":
        return
    path: str = scope["path"]
    if path == "/healthz":
        await _answer(send, 200, b"alive\n")
    elif path.startswith("/live/"):
        await _stream(scope, send, city=path.removeprefix("/live/"))
    else:
        await _answer(send, 404, b"nothing here\n")


async def _stream(scope: Scope, send: Send, *, city: str) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    token = headers.get("authorization", "").removeprefix("Bearer ").strip()
    try:
        wallet_id = await sync_to_async(_wallet_id)(city, token)
    except NotFound:
        await _answer(send, 404, b"no such wallet\n")
        return
    start = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": start})
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    try:
        await _relay(client, channel_of(wallet_id), send)
    except (redis.RedisError, OSError):
        # The stream ends; the screen sees it, says so, and polls until a new one opens.
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        await client.aclose()


async def _relay(client: redis.asyncio.Redis, channel: str, send: Send) -> None:
    async with client.pubsub() as listening:
        await listening.subscribe(channel)
        await _say(send, b"event: look\ndata: again\n\n")
        while True:
            heard = await listening.get_message(ignore_subscribe_messages=True, timeout=KEEP_ALIVE_SECONDS)
            await _say(send, b"event: look\ndata: again\n\n" if heard else b": still here\n\n")


async def _say(send: Send, line: bytes) -> None:
    await send({"type": "http.response.body", "body": line, "more_body": True})


async def _answer(send: Send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


def _wallet_id(city: str, token: str) -> int:
    try:
        return wallet_of_token(city_named(city).pk, token).pk
    finally:
        db.close_old_connections()
