"""What can be reported, how much of it, and when it is to be answered. No database."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.periods import Period
from citycoin.foundation.kernel.text import bare

KINDS: Final = {
    "shop_name": Words("상호가 간판과 달라요", "The name isn't the one on the sign"),
    "shop_details": Words("가게 정보가 달라요", "A shop's details are wrong"),
    "public_data": Words("공개된 숫자가 틀려요", "A published figure is wrong"),
}
# To the end of that day in Seoul.
ANSWER_WITHIN: Final = Period(7, "days")
# A household or an office behind one address is several people; a script is more.
MOST_OF_A_NETWORK: Final = 20
PACE: Final = timedelta(hours=1)
# More than officials can read: whoever comes then is asked to call.
MOST_UNANSWERED: Final = 500
LONGEST_TEXT: Final = 1000
LONGEST_ABOUT: Final = 40
# Crockford's base 32, as payment codes: eight letters are forty bits, which nobody guesses.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT: Final = str.maketrans("ILO", "110")
CODE: Final = re.compile(f"[{ALPHABET}]{{8}}")
_IPV6_OF_ONE_LINE: Final = 64


def new_code() -> str:
    """A code under which a report is followed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def code_of(text: str) -> str | None:
    """The code that somebody typed or a link names, in any case, with any spaces or dashes; None for anything else."""
    letters = bare(text).upper().translate(MEANT)
    return letters if CODE.fullmatch(letters) else None


def code_said(code: str) -> str:
    """As it is read out: ``K7M2-9QPD``."""
    return f"{code[:4]}-{code[4:]}"


def network_of(address: str) -> str:
    """Who shares a pace: an IPv4 address, or the network of one line (/64) of IPv6; what is no address is one network."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(IPv6Address(int(found) >> _IPV6_OF_ONE_LINE << _IPV6_OF_ONE_LINE))
