"""Writes of people: who has a phone, what they are called, who works for a city, who looks after the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from citycoin.foundation import vault
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.text import Name, comparable
from citycoin.platform.accounts.domain.phones import shown
from citycoin.platform.accounts.models import Official, Operator, Person
from citycoin.platform.accounts.queries import phone_fingerprint, seal_owner
from citycoin.platform.cities.models import City

LONGEST_USERNAME: Final = 40


class NameTaken(Exception):
    """Somebody signs in with this name already, and may not become what was asked for."""


def person_of_phone(*, phone: str, now: datetime, name: Name | None = None) -> Person:
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


def call_person(*, person: Person, name: Name | None) -> None:
    """Write down what they are called; None for somebody who would rather not say it any more."""
    person.name_sealed = vault.seal(name.encode(), owner=seal_owner("name", person)) if name else None
    person.save(update_fields=["name_sealed"])


def signs_in_as(name: str) -> Name:
    """A name to sign in with, as it is stored and looked up: who types it in capitals is meant, too. Raises NameWrong."""
    return Name(comparable(Name(name, longest=LONGEST_USERNAME)), longest=LONGEST_USERNAME)


@commits("open_official")
def open_official(*, city: City, username: str, password: str, totp_secret: str, now: datetime) -> Official:
    """Somebody who works for the city, with password and second factor (base 32); safe to repeat, changing nothing.

    Raises NameTaken where the name is an operator's, NameWrong.
    """
    username = signs_in_as(username)
    person = Person.objects.filter(username=username).first()
    if person is None:
        person = _person_with_factors(username=username, password=password, totp_secret=totp_secret, now=now)
    elif Operator.objects.filter(person=person).exists():
        raise NameTaken(username)
    official, _ = Official.objects.get_or_create(city=city, person=person, until=None, defaults={"since": now})
    return official


@transaction.atomic
def open_operator(*, username: str, password: str, totp_secret: str, now: datetime) -> Operator:
    """Somebody who looks after the installation, with password and second factor (base 32).

    Raises NameTaken where anybody has the name already: an official doesn't become an operator by it; NameWrong.
    """
    username = signs_in_as(username)
    if Person.objects.filter(username=username).exists():
        raise NameTaken(username)
    person = _person_with_factors(username=username, password=password, totp_secret=totp_secret, now=now)
    return Operator.objects.create(person=person, since=now)


def close_operator(*, username: str, now: datetime) -> bool:
    """They are no operator from now on, and their sessions open nothing; False where nobody of the name was one."""
    return Operator.objects.filter(person__username=comparable(username), until=None).update(until=now) == 1


def _person_with_factors(*, username: str, password: str, totp_secret: str, now: datetime) -> Person:
    person = Person(username=username, password=make_password(password), joined_at=now)
    person.totp_sealed = vault.seal(totp_secret.encode(), owner=seal_owner("totp", person))
    person.save()
    return person
