"""Reads of passkeys."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.passkeys.domain.ceremonies import Known
from citycoin.platform.passkeys.domain.makers import called
from citycoin.platform.passkeys.domain.sites import Site
from citycoin.platform.passkeys.models import Passkey


@dataclass(frozen=True, slots=True)
class Listed:
    """A passkey as its person sees it."""

    row: Passkey
    called: Words


def passkeys_of(person: Person, site: Site) -> QuerySet[Passkey]:
    """The person's passkeys at this site, the first added first."""
    return Passkey.objects.filter(person=person, host=site.host).order_by("pk")


def has_passkey(person: Person, site: Site) -> bool:
    """Whether there is one."""
    return passkeys_of(person, site).exists()


def listed(person: Person, site: Site) -> list[Listed]:
    """The same, each with what it is called."""
    return [Listed(each, called(each.aaguid, each.transports)) for each in passkeys_of(person, site)]


def passkey_of(person: Person, number: int) -> Passkey:
    """Their passkey of this number. Raises NotHere for one that isn't theirs."""
    found = Passkey.objects.filter(person=person, pk=number).first()
    if found is None:
        raise NotHere
    return found


def known(passkeys: QuerySet[Passkey]) -> list[Known]:
    """These passkeys, as a browser is told of them."""
    return [Known(bytes(each.credential_id), each.transports) for each in passkeys]


def is_offered(person: Person, site: Site) -> bool:
    """Whether a passkey is offered to the person by itself: they have none here, and haven't said no."""
    return person.passkey_declined_at is None and not has_passkey(person, site)
