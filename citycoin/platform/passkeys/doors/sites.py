"""Where a request is made: the site whose passkeys are asked there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from citycoin.platform.passkeys.domain.sites import Site, site_at
from citycoin.platform.passkeys.operations import PasskeysNotHere


def site_of(request: HttpRequest) -> Site | None:
    """The site of the request's host, which is one of ALLOWED_HOSTS; None where browsers make no passkeys."""
    return site_at(request.get_host(), https=settings.HTTPS)


def site_here(request: HttpRequest) -> Site:
    """The same, where there has to be one. Raises PasskeysNotHere."""
    site = site_of(request)
    if site is None:
        raise PasskeysNotHere
    return site
