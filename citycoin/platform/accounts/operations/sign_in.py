"""Signing in: codes by text message, and an official's or an operator's password with a second factor."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import QuerySet

from citycoin.foundation import vault
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Malformed, Rejected
from citycoin.foundation.kernel.text import comparable, six_digits
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Operator, Person, SignInCode
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.accounts.operations.texts import TextMessagesOff, send_text
from citycoin.platform.accounts.queries import phone_fingerprint, seconds_to_next_code, texts_are_sent, totp_secret_of

CODE_VALID: Final = timedelta(minutes=5)
CODE_DIGITS: Final = 6
TOTP_STEP_SECONDS: Final = 30


@cache
def _nobodys_password() -> str:
    """A password that nobody has: an unknown name costs as long as a wrong password."""
    return make_password(secrets.token_urlsafe())


class CodeUnreadable(Malformed):
    """Not six digits, so it can't be a code: nothing was tried."""

    code = "sign_in_code_unreadable"
    ko = "인증 번호는 숫자 6자리예요. 다시 적어 주세요."
    en = "A code has six digits. Please type it again."


class CodeRefused(Rejected):
    """The code is wrong, used or too old; which one isn't said. ``details.left``: how often this phone's code may be tried."""

    code = "sign_in_code_wrong"
    ko = "인증 번호가 맞지 않거나 시간이 지났어요. 다시 받아 주세요."
    en = "The code is wrong or too old. Please ask for a new one."


class TooManyCodes(Rejected):
    """The phone was sent too many codes in an hour, or one a moment ago."""

    code = "too_many_codes"
    ko = "인증 번호를 너무 자주 요청했어요. 잠시 뒤에 다시 해 주세요."
    en = "Too many codes were asked for. Please wait a little."


class SignInRefused(Rejected):
    """Name, password or second factor is wrong; which one isn't said."""

    code = "sign_in_refused"
    ko = "이름, 비밀번호 또는 인증 코드가 맞지 않습니다. 다시 적어 주십시오."
    en = "The name, the password or the code is wrong. Please type them again."


class SignInLocked(Rejected):
    """Too many wrong tries; ``details.until`` says for how long."""

    code = "sign_in_locked"
    ko = "여러 번 틀려 잠겼습니다. 10분 뒤에 다시 해 주세요."
    en = "Too many wrong tries. Please try again in ten minutes."


@commits("send_code")
def send_code(*, phone: str, now: datetime) -> None:
    """Text a one-time code to ``phone`` (digits). The answer is the same whether the number is known or not.

    Raises TooManyCodes, TextMessagesOff.
    """
    if not texts_are_sent():
        raise TextMessagesOff  # before a code is made that nobody gets
    print_of_phone = phone_fingerprint(phone)
    recent = SignInCode.objects.filter(phone_fingerprint=print_of_phone, sent_at__gt=now - timedelta(hours=1))
    if recent.count() >= settings.CODES_PER_HOUR or seconds_to_next_code(phone, now):
        raise TooManyCodes
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    SignInCode.objects.create(
        phone_fingerprint=print_of_phone,
        code_fingerprint=_code_fingerprint(phone, code),
        sent_at=now,
        expires_at=now + CODE_VALID,
    )
    # The last line is what phones fill in by themselves (origin-bound one-time codes).
    host = settings.PUBLIC_URL.partition("://")[2]
    text = f"[시티코인] 인증 번호 {code}\n5분 안에 입력해 주세요. 아무에게도 알려 주지 마세요.\n\n@{host} #{code}"
    send_text(phone=phone, text=text, now=now)


def sign_in_by_code(*, phone: str, code: str, now: datetime) -> Person:
    """The person of this phone, made when they come for the first time. Raises CodeUnreadable, CodeRefused."""
    if (digits := six_digits(code)) is None:
        raise CodeUnreadable
    if (left := _use_code(phone, digits, now)) is not None:
        raise CodeRefused(left=left)
    return person_of_phone(phone=phone, now=now)


@commits("use_code")
def _use_code(phone: str, code: str, now: datetime) -> int | None:
    """None where the code is right, else the tries that are left: a wrong one is counted, so nothing is raised before the commit."""
    rows = SignInCode.objects.filter(phone_fingerprint=phone_fingerprint(phone), used_at=None, expires_at__gt=now)
    sent = locked(rows).last()
    if sent is None or sent.failures >= settings.CODE_TRIES:
        return 0
    right = hmac.compare_digest(bytes(sent.code_fingerprint), _code_fingerprint(phone, code))
    if right:
        sent.used_at = now
    else:
        sent.failures += 1
    sent.save(update_fields=["used_at", "failures"])
    return None if right else settings.CODE_TRIES - sent.failures


def sign_in_official(*, username: str, password: str, code: str, now: datetime) -> Person:
    """The official with this name, password and second factor. Raises SignInRefused, SignInLocked.

    An operator is as unknown here as a name that nobody has.
    """
    return _signed_in(Person.objects.filter(operator=None), username, password, code, now)


def sign_in_operator(*, username: str, password: str, code: str, now: datetime) -> Operator:
    """The operator with this name, password and second factor. Raises SignInRefused, SignInLocked.

    An official is as unknown here as a name that nobody has, and so is who is an operator no longer.
    """
    operators = Person.objects.filter(operator__isnull=False, operator__until=None)
    return _signed_in(operators, username, password, code, now).operator


def check_code_again(*, person: Person, code: str, now: datetime) -> None:
    """The second factor once more, before an act about money. Raises SignInRefused, SignInLocked."""
    if (digits := six_digits(code)) is None:
        raise SignInRefused
    outcome = _second_factor_checked(person.pk, digits, now)
    if not isinstance(outcome, Person):
        raise outcome


def _signed_in(people: QuerySet[Person], username: str, password: str, code: str, now: datetime) -> Person:
    if (digits := six_digits(code)) is None:
        raise SignInRefused  # no try, and before the password is looked at, of which it would tell something otherwise
    outcome = _factors_checked(people, comparable(username), password, digits, now)
    if isinstance(outcome, Person):
        return outcome
    raise outcome


def _factors_checked(
    people: QuerySet[Person], username: str, password: str, code: str, now: datetime
) -> Person | Rejected:
    person = people.filter(username=username).first()
    nobodys = _nobodys_password()  # made at the first sign-in whoever asks, so that its cost tells nothing
    if person is None:
        check_password(password, nobodys)
        return SignInRefused()
    if person.locked_until and person.locked_until > now:
        return SignInLocked(until=person.locked_until.isoformat())
    right = check_password(password, person.password)
    return _second_factor_checked(person.pk, code if right else "", now)


@commits("check_second_factor")
def _second_factor_checked(person_id: int, code: str, now: datetime) -> Person | Rejected:
    """The failure is counted in the row, so it is returned and not raised."""
    person = locked(Person.objects.filter(pk=person_id)).get()
    if person.locked_until and person.locked_until > now:
        return SignInLocked(until=person.locked_until.isoformat())
    step = _step_of(totp_secret_of(person), code, now)
    if step > person.totp_used_step:
        person.totp_used_step, person.failures = step, 0
        person.save(update_fields=["totp_used_step", "failures"])
        return person
    person.failures += 1
    if person.failures >= settings.SIGN_IN_TRIES:
        person.failures = 0
        person.locked_until = now + timedelta(seconds=settings.SIGN_IN_LOCK_SECONDS)
    person.save(update_fields=["failures", "locked_until"])
    return SignInRefused()


def _step_of(secret: str, code: str, now: datetime) -> int:
    """The time step (RFC 6238) whose code this is: this one, or its neighbours where clocks differ; 0 for none."""
    if not secret or not code:
        return 0
    totp, this_step = pyotp.TOTP(secret), int(now.timestamp()) // TOTP_STEP_SECONDS
    for step in (this_step, this_step - 1, this_step + 1):
        if hmac.compare_digest(totp.at(step * TOTP_STEP_SECONDS), code):
            return step
    return 0


def _code_fingerprint(phone: str, code: str) -> bytes:
    return vault.fingerprint(code, owner=f"code of {phone}")
