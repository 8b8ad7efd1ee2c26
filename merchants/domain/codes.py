"""Payment codes: a short text with check digits, and the link to our own host that a QR carries. Text with an inverse.

A link answers two questions, each by itself: is it ours (its host), and is it whole (its code)?
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from citycoin.foundation.kernel.errors import Malformed
from citycoin.foundation.kernel.text import bare, visible

# Crockford's base 32: no I, L, O, U; what people read for them is taken for what is meant.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT: Final = str.maketrans("ILO", "110")
NUMBER_BITS: Final = 40
REQUEST_BIT: Final = 1 << (NUMBER_BITS - 1)
# The largest prime below 32²: two check characters find each wrong character and each swap of two.
CHECK_PRIME: Final = 1021
CHARACTERS: Final = 10
# Above what a QR holds, and above what apps hang onto a link that they pass on.
LONGEST_TEXT: Final = 4_500
# The path of a payment's page below a city's slug; printed on posters, so it stays.
PATH: Final = "pay"
_SLUG: Final = re.compile(r"[a-z0-9-]{1,50}")
_PORTS: Final = {"http": 80, "https": 443}


class CodeNotOurs(Malformed):
    """Neither a link of ours nor a short code; ``details.host`` names the host of a link to elsewhere."""

    code = "code_not_ours"
    ko = "이 도시의 가맹점 코드가 아니에요. 열지 않았어요. 가게에 코드를 확인해 주세요."
    en = "This is not one of our payment codes. It was not opened. Please ask the shop."


class CodeTorn(Malformed):
    """The check characters don't fit, or some are missing."""

    code = "code_torn"
    ko = "코드가 잘못 읽혔거나 일부가 빠졌어요. 다시 찍거나 입력해 주세요."
    en = "The code is damaged or mistyped. Please scan or type it again."


class LinkTorn(Malformed):
    """A link to our own host without a whole code: cut off, mistyped, or of another page."""

    code = "link_torn"
    ko = "우리 주소가 맞지만 결제 코드가 잘못됐거나 일부가 빠졌어요. QR을 다시 찍거나 QR 아래 10자리를 입력해 주세요."
    en = "This link is ours, but its code is damaged or cut off. Please scan the QR again, or type the ten characters below it."


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """What a QR or a typed code names: a shop's fixed code, or one request of an amount. 40 bits; the first says which."""

    number: int

    @classmethod
    def new(cls, *, of_request: bool) -> PaymentCode:
        """A random code."""
        return cls(secrets.randbelow(REQUEST_BIT) | (REQUEST_BIT if of_request else 0))

    @classmethod
    def parse(cls, text: str) -> PaymentCode:
        """The code that ``str`` wrote, in any case, with any spaces or dashes. Raises CodeNotOurs, CodeTorn."""
        letters = bare(text).upper().translate(MEANT)
        if not letters or any(letter not in ALPHABET for letter in letters):
            raise CodeNotOurs
        if len(letters) != CHARACTERS:
            raise CodeTorn
        number, check = _value(letters[:-2]), _value(letters[-2:])
        if check != number % CHECK_PRIME:
            raise CodeTorn
        return cls(number)

    @property
    def is_of_request(self) -> bool:
        """Whether it names a request, and not a shop."""
        return bool(self.number & REQUEST_BIT)

    def __str__(self) -> str:
        """Ten characters in two groups: ``7K2M9-Q4TXC``."""
        letters = _text(self.number, 8) + _text(self.number % CHECK_PRIME, 2)
        return f"{letters[:5]}-{letters[5:]}"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code as a person brought it: typed alone, or in a link that also names a city."""

    code: PaymentCode
    city: str = ""


def link_of(code: PaymentCode, *, city: str, base_url: str) -> str:
    """What the QR carries: any camera opens it on our own host."""
    return f"{base_url}/{city}/{PATH}/{code}"


def read(text: str, *, base_url: str) -> Scanned:
    """What a camera read or a person typed. Raises CodeNotOurs (with the host of a link to elsewhere), CodeTorn, LinkTorn.

    Of a link of ours only its city and its code are read, in any case; what apps hang onto it says nothing.
    """
    text = visible(text).strip()
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise CodeNotOurs
    if ":" not in text and "/" not in text:
        return Scanned(PaymentCode.parse(text))
    ours = urlsplit(base_url)
    if text.lower().startswith(f"{ours.netloc}/".lower()):
        text = f"{ours.scheme}://{text}"  # as people type it, and as apps show it
    try:
        link = urlsplit(text)
        place = _place(link)
    except ValueError:
        raise CodeNotOurs from None
    if place is None:
        raise CodeNotOurs
    if place != _place(ours):
        raise CodeNotOurs(host=link.netloc.rpartition("@")[2])
    match [part for part in unquote(link.path).split("/") if part]:
        case [city, word, code] if _SLUG.fullmatch(city.lower()) and word.lower() == PATH:
            return Scanned(code_in_link(code), city.lower())
        case _:
            raise LinkTorn


def code_in_link(text: str) -> PaymentCode:
    """The code that stands at the end of a link of ours. Raises LinkTorn."""
    try:
        return PaymentCode.parse(text)
    except (CodeNotOurs, CodeTorn):
        raise LinkTorn from None


def _place(link: SplitResult) -> tuple[str, int | None] | None:
    """The host, and the port where it isn't the scheme's own; None of what leads to no host, as ``tel:`` and ``WIFI:``.

    http and https are one place: whoever reads a code opens nothing. Raises ValueError for a port that is none.
    """
    if not link.hostname or link.scheme not in {"", *_PORTS}:
        return None
    return link.hostname.rstrip("."), None if link.port == _PORTS.get(link.scheme) else link.port


def _value(text: str) -> int:
    value = 0
    for character in text:
        value = value * 32 + ALPHABET.index(character)
    return value


def _text(value: int, characters: int) -> str:
    return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(characters)))
