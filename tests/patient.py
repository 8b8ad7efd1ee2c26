"""Questions over HTTP that wait for a slow machine, and trust the certificate of a system under test."""

from __future__ import annotations

from typing import Any, Final

import httpx

from citycoin.foundation.tls import tls

# Nothing is timed by it: who never answers is told from who is late.
ANSWER_SECONDS: Final = 120


def client(**options: Any) -> httpx.Client:
    """What asks more than once; ``options`` as httpx has them."""
    return httpx.Client(**{"verify": tls(), "timeout": ANSWER_SECONDS} | options)


def get(url: str, **options: Any) -> httpx.Response:
    """One GET; ``options`` as httpx has them."""
    return httpx.get(url, **{"verify": tls(), "timeout": ANSWER_SECONDS} | options)


def post(url: str, **options: Any) -> httpx.Response:
    """One POST; ``options`` as httpx has them."""
    return httpx.post(url, **{"verify": tls(), "timeout": ANSWER_SECONDS} | options)
