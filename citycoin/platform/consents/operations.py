"""Writes of consents."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.consents.domain import text_in_force
from citycoin.platform.consents.models import Consent


@transaction.atomic
def agree(*, person: Person, city: City, kind: Consent.Kind, agreed: bool, now: datetime) -> None:
    """Write down that the person agrees to the text in force, or takes it back.

    Agreeing twice to one version keeps the first moment; a newer version ends what was agreed to before.
    """
    version = text_in_force(kind).version
    rows = Consent.objects.filter(person=person, city=city, kind=kind, until=None)
    if agreed:
        rows.exclude(version=version).update(until=now)
        Consent.objects.get_or_create(
            person=person, city=city, kind=kind, version=version, until=None, defaults={"since": now}
        )
    else:
        rows.update(until=now)
