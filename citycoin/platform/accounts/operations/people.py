"""Writes of people: who has a phone, what they are called, who works for a city."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from citycoin.foundation import vault
from citycoin.foundation.fault_points import commits
from citycoin.platform.accounts.domain.phones import shown
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.queries import phone_fingerprint, seal_owner
from citycoin.platform.cities.models import City


def person_of_phone(*, phone: str, now: datetime, name: str = "") -> Person:
    """The person of ``phone`` (digits), made when there is none."""
    print_of_phone = phone_fingerprint(phone)
    if there := Person.objects.filter(phone_fingerprint=print_of_phone).first():
        return there
    try:
        with transaction.atomic():
            person = Person(phone_fingerprint=print_of_phone, joined_at=now)
            person.set_unusable_password()
            person.phone_sealed = vault.seal(shown(phone).encode(), owner=seal_owner("phone", person))
            person.save()
    except IntegrityError:
        return Person.objects.get(phone_fingerprint=print_of_phone)  # they came twice at once
    if name:
        call_person(person=person, name=name)
    return person


def call_person(*, person: Person, name: str) -> None:
    """Write down what they are called."""
    person.name_sealed = vault.seal(name.encode(), owner=seal_owner("name", person))
    person.save(update_fields=["name_sealed"])


@commits("open_official")
def open_official(*, city: City, username: str, password: str, totp_secret: str, now: datetime) -> Official:
    """Somebody who works for the city, with password and second factor (base 32); safe to repeat, changing nothing."""
    person = Person.objects.filter(username=username).first()
    if person is None:
        person = Person(username=username, password=make_password(password), joined_at=now)
        person.totp_sealed = vault.seal(totp_secret.encode(), owner=seal_owner("totp", person))
        person.save()
    official, _ = Official.objects.get_or_create(city=city, person=person, until=None, defaults={"since": now})
    return official
