"""What TLS trusts, read once: to read the list of authorities takes a core 20 ms, and httpx does it for each client."""

import ssl
from functools import cache

import httpx


@cache
def tls() -> ssl.SSLContext:
    """For ``verify`` of every httpx client."""
    return httpx.create_ssl_context()
