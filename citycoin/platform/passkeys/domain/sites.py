"""The site that a passkey belongs to: WebAuthn's relying party."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Site:
    """A host's name, for which passkeys are made, and the origin that a browser there says it is at."""

    host: str
    origin: str


def site_at(address: str, *, https: bool) -> Site | None:
    """The site of a request's host, with its port; None where browsers make no passkeys.

    That is at an IP address (Web Authentication, 5.1.3: the relying party is a domain), and without TLS anywhere but on localhost
    (Secure Contexts, 3.1).
    """
    host = urlsplit(f"//{address}").hostname or ""
    if _is_ip(host) or not (https or host == "localhost" or host.endswith(".localhost")):
        return None
    return Site(host, f"{'https' if https else 'http'}://{address.lower()}")


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
