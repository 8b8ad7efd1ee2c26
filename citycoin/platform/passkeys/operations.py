"""Writes of passkeys: one is made, says yes to what it is asked, or is taken away."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from citycoin.foundation.bilingual import Words
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import NotFound, Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.domain.phones import shown_in_part
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere, phone_of
from citycoin.platform.incidents import operations as incidents
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, tell
from citycoin.platform.passkeys.domain import ceremonies
from citycoin.platform.passkeys.domain.ceremonies import Assertion, Attestation, Made, NotProven, purpose
from citycoin.platform.passkeys.domain.sites import Site
from citycoin.platform.passkeys.models import Passkey, PasskeyChallenge
from citycoin.platform.passkeys.queries import known, passkeys_of

log = logging.getLogger(__name__)

CHALLENGE_VALID: Final = timedelta(minutes=5)
MOST_OF_A_PERSON: Final = 10
SERVICE: Final = Words("시티코인", "City coin")


class PasskeysNotHere(NotFound):
    """At this address browsers make no passkeys: an IP address, or one without TLS."""

    code = "passkeys_not_here"
    ko = "이 주소에서는 패스키를 쓸 수 없어요. 휴대전화 번호로 로그인하고, 결제는 비밀번호로 해 주세요."
    en = "Passkeys don't work at this address. Please sign in by phone, and pay with your PIN."


class PasskeyNotAdded(Rejected):
    """What came isn't a new passkey made for the challenge, or the challenge is used or too old; which one isn't said."""

    code = "passkey_not_added"
    ko = "패스키를 만들지 못했어요. 한 번 더 해 주세요."
    en = "The passkey was not added. Please try once more."


class TooManyPasskeys(Rejected):
    """A person has ``details.most`` passkeys at a site at most."""

    code = "too_many_passkeys"
    ko = "패스키를 더 만들 수 없어요. 쓰지 않는 패스키를 지운 뒤 다시 해 주세요."
    en = "You have as many passkeys as one may have. Please remove one that you don't use and try again."


class PasskeyRefused(Rejected):
    """No yes of a passkey that we know to what was asked; why, and whether it is known, isn't said."""

    code = "passkey_refused"
    ko = "패스키를 확인하지 못했어요. 한 번 더 하거나 휴대전화 번호로 로그인해 주세요."
    en = "The passkey could not be verified. Please try once more, or sign in by phone."


def challenge_to_add(*, person: Person, site: Site, now: datetime) -> dict[str, Any]:
    """What the person's browser is asked for a new passkey. Raises TooManyPasskeys."""
    theirs = passkeys_of(person, site)
    if theirs.count() >= MOST_OF_A_PERSON:
        raise TooManyPasskeys(most=MOST_OF_A_PERSON)
    return ceremonies.making(
        site,
        challenge=new_challenge(for_=_adding(person, site), now=now),
        service=str(SERVICE),
        user_handle=person.uid.bytes,
        user_name=shown_in_part(phone_of(person)) or person.username or "",
        but=known(theirs),
    )


def add(*, person: Person, site: Site, sent: Attestation, now: datetime) -> Passkey:
    """Keep a new passkey of the person. Raises PasskeyNotAdded, TooManyPasskeys."""
    try:
        challenge = _spent(sent.client_data, _adding(person, site), now)
        made = ceremonies.proven_new(sent, site, challenge=challenge)
    except NotProven as why:
        log.info("no passkey of person %d: %s", person.pk, why)
        raise PasskeyNotAdded from why
    return _kept(person, site, made, sent, now)


@commits("add_passkey")
def _kept(person: Person, site: Site, made: Made, sent: Attestation, now: datetime) -> Passkey:
    locked(Person.objects.filter(pk=person.pk)).get()
    if passkeys_of(person, site).count() >= MOST_OF_A_PERSON:
        raise TooManyPasskeys(most=MOST_OF_A_PERSON)
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                person=person,
                host=site.host,
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                transports=sorted(set(sent.transports) & ceremonies.TRANSPORTS),
                aaguid=made.aaguid,
                added_at=now,
            )
    except IntegrityError as collision:
        raise PasskeyNotAdded from collision  # somebody has it already; whose it is isn't said
    subject = str(passkey.pk)
    tell(News(person_id=person.pk, city_id=None, kind=Kind.PASSKEY_ADDED, subject=subject, facts={}), now=now)
    return passkey


def challenge_to_sign_in(*, browser: str, site: Site, now: datetime) -> dict[str, Any]:
    """What a browser is asked for whoever keeps a passkey in it. ``browser``: the key of its session."""
    return ceremonies.asking(site, challenge=new_challenge(for_=_signing_in(browser, site), now=now))


def sign_in_by_passkey(*, browser: str, site: Site, sent: Assertion, now: datetime) -> Person:
    """The person whose passkey says yes. Raises PasskeyRefused."""
    passkey = _used_to_sign_in(browser, site, sent, now)
    if passkey is None:
        raise PasskeyRefused
    return passkey.person


@commits("use_passkey")
def _used_to_sign_in(browser: str, site: Site, sent: Assertion, now: datetime) -> Passkey | None:
    """A refusal uses the challenge up and may be an incident, so nothing is raised before the commit."""
    return said_yes(sent, site, for_=_signing_in(browser, site), city_id=None, now=now)


def said_yes(sent: Assertion, site: Site, *, for_: bytes, city_id: int | None, now: datetime) -> Passkey | None:
    """The passkey that says yes to a challenge given for this purpose; None where there is no such yes.

    In the caller's transaction, which keeps the passkey's count, that the challenge is used, and an incident of ``city_id`` where
    the count went back: then somebody has a copy of the key. Locks the passkey's row.
    """
    passkey = locked(
        Passkey.objects.select_related("person").filter(credential_id=sent.credential_id, host=site.host)
    ).first()
    if passkey is None or sent.user_handle not in (b"", passkey.person.uid.bytes):
        return None
    try:
        challenge = _spent(sent.client_data, for_, now)
        count = ceremonies.proven_count(sent, site, challenge=challenge, public_key=bytes(passkey.public_key))
    except NotProven as why:
        log.info("no yes of passkey %d: %s", passkey.pk, why)
        return None
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        incidents.report(city_id, "passkey_copied", {"passkey": passkey.pk}, now=now)
        return None
    passkey.sign_count, passkey.used_at = count, now
    passkey.save(update_fields=["sign_count", "used_at"])
    return passkey


def new_challenge(*, for_: bytes, now: datetime) -> bytes:
    """32 random bytes that count once, for this purpose, for five minutes. Those whose time is over go."""
    challenge = secrets.token_bytes(ceremonies.CHALLENGE_BYTES)
    with transaction.atomic():
        over = [each.pk for each in locked(PasskeyChallenge.objects.filter(expires_at__lte=now))]
        PasskeyChallenge.objects.filter(pk__in=over).delete()
        PasskeyChallenge.objects.create(challenge=challenge, purpose=for_, expires_at=now + CHALLENGE_VALID)
    return challenge


def _spent(client_data: bytes, for_: bytes, now: datetime) -> bytes:
    """The challenge of what a browser sent, used up. Raises NotProven where none was given for this, or it is over."""
    challenge = ceremonies.challenge_in(client_data)
    given = PasskeyChallenge.objects.filter(challenge=challenge, purpose=for_, expires_at__gt=now)
    if given.delete()[0] != 1:
        raise NotProven("a challenge that wasn't given for this, was used or is too old")
    return challenge


def remove(*, person: Person, number: int) -> None:
    """Their passkey of this number is good for nothing any more. Raises NotHere for one that isn't theirs."""
    if not Passkey.objects.filter(person=person, pk=number).delete()[0]:
        raise NotHere


def decline(*, person: Person, now: datetime) -> None:
    """They don't want to be offered a passkey again; on their own page it stays within reach."""
    Person.objects.filter(pk=person.pk, passkey_declined_at=None).update(passkey_declined_at=now)


def _adding(person: Person, site: Site) -> bytes:
    return purpose("add", site, person.uid)


def _signing_in(browser: str, site: Site) -> bytes:
    return purpose("sign in", site, browser)
