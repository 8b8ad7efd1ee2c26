"""The float's line on the page of health."""

from collections.abc import Iterator
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.money.float.queries.checks import checks, differing
from citycoin.platform.health.domain import checks as health
from citycoin.platform.health.domain.checks import Line

UNKNOWN: Final = Words(
    "은행 잔액에서 갚을 돈을 뺀 차이(원), 발행 멈춤: {cities}",
    "the bank's won less what it is owed for, issuing waits: {cities}",
)
KNOWN: Final = Words(
    "은행 잔액에서 갚을 돈을 뺀 차이(원), 담당자가 까닭을 적음: {cities}",
    "the bank's won less what it is owed for, an official has written why: {cities}",
)


@health.register
def float_line() -> Iterator[Line]:
    """Red where the bank has more or less than it is owed for: no won are issued there until an official has closed the incident."""
    found = checks()
    if not found:
        yield Line("float", True, Words("아직 확인하지 않음", "not checked yet"))
        return
    if there := list(differing()):
        cities = ", ".join(f"{each.city.slug} {each.bank - each.owed:+,}" for each in there)
        known = all(each.incident and each.incident.closed_at for each in there)
        words = KNOWN if known else UNKNOWN
        since = min(each.differs_since for each in there if each.differs_since)
        yield Line("float", known, words.filled(cities=cities), warning=known, since=since)
        return
    at = f"{found[0].checked_at.astimezone(clock.KST):%H:%M:%S}"
    words = Words("{at}에 확인, 은행 잔액과 갚을 돈이 같음", "checked at {at}, the bank has what it is owed for")
    yield Line("float", True, words.filled(at=at))
