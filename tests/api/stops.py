"""A city that an official has stopped, for as long as a test needs it; another lets it go on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.cities.models import City
from tests.outside import eventually
from wallets.operations import stopping
from wallets.queries.stops import stop_of


@contextmanager
def stopped(slug: str, *, by: Official | None = None) -> Iterator[None]:
    """Stopped in the books meanwhile; afterwards its won move again, in the books and on chain."""
    city = City.objects.get(slug=slug)
    stopping.stop(official=by or _somebody(city), reason="시험", now=clock.now())
    try:
        yield
    finally:
        go_on(city)


def go_on(city: City) -> None:
    """Reviewed by an official who had no part in it, and waited for."""
    stopping.let_go_on(official=_somebody(city), review="시험이 끝남", now=clock.now())
    eventually(lambda: stop_of(city.pk) is None, what="the city's going on")


def _somebody(city: City) -> Official:
    name = f"official-{secrets.token_hex(4)}"
    return open_official(city=city, username=name, password="-", totp_secret=pyotp.random_base32(), now=clock.now())
