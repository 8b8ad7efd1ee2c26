"""The ledger's lines on the page of health."""

from collections.abc import Iterator
from datetime import timedelta

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.platform.health.domain import checks
from citycoin.platform.health.domain.checks import Line
from citycoin.platform.incidents.queries import open_incidents_of_all_cities
from contracts.queries import is_a_chain_behind, is_a_chain_strange
from wallets.queries.comparisons import comparisons, is_of_now
from wallets.queries.ledger import not_yet_settled
from wallets.queries.stops import stopped_cities, stopped_since
from wallets.queries.waiting import payments_set_aside

# A batch each two seconds, a block each second, five to final, and the posting: five times that is late.
LATE = timedelta(minutes=1)


@checks.register
def ledger_lines() -> Iterator[Line]:
    """Books in step with the chain; payments not yet settled; incidents; stops."""
    yield _books()
    yield _comparison()
    count, oldest = not_yet_settled()
    aside = payments_set_aside()
    age = clock.now() - oldest if oldest else timedelta()
    seconds = int(age.total_seconds())
    waiting = Words(
        "아직 확정되지 않은 결제 {count}건, 가장 오래된 것 {seconds}초",
        "{count} not yet settled, the oldest {seconds} s",
    )
    if aside:
        waiting = Words(
            "아직 확정되지 않은 결제 {count}건(그중 미뤄 둔 것 {aside}건), 가장 오래된 것 {seconds}초",
            "{count} not yet settled ({aside} set aside), the oldest {seconds} s",
        )
    words = waiting.filled(count=count, aside=aside, seconds=seconds)
    yield Line("settlement", age < LATE, words, since=oldest)
    incidents = open_incidents_of_all_cities()
    yield Line(
        "incidents", True, Words("열린 사고 {count}건", "{count} open").filled(count=incidents), warning=incidents > 0
    )
    yield _stops()


def _stops() -> Line:
    cities = ", ".join(stopped_cities())
    if cities:
        return Line(
            "stop",
            True,
            Words("긴급 정지한 도시: {cities}", "stopped by an official: {cities}").filled(cities=cities),
            warning=True,
            since=stopped_since(),
        )
    return Line("stop", True, Words("멈춘 도시 없음", "no city is stopped"))


def _comparison() -> Line:
    """Whether books and chain, asked of the same block, have the same won; late is what wasn't asked for a minute."""
    now, found = clock.now(), comparisons()
    if not found:
        return Line("comparison", True, Words("아직 비교하지 않음", "not compared yet"))
    differing = [each for each in found if each.differs_since]
    if differing:
        cities = ", ".join(f"{each.city.slug} {each.books - each.chain:+,}" for each in differing)
        words = Words("장부에서 체인을 뺀 차이(원): {cities}", "books less chain, in won: {cities}").filled(
            cities=cities
        )
        since = min(each.differs_since for each in differing if each.differs_since)
        return Line("comparison", False, words, since=since)
    words = Words(
        "{at}에 비교, 도시 {count}곳 모두 차이 0원", "compared at {at}, no difference in any of {count} cities"
    ).filled(at=f"{found[0].compared_at.astimezone(clock.KST):%H:%M:%S}", count=len(found))
    late = not is_of_now(found[0], now)
    return Line("comparison", True, words, warning=late, since=found[0].compared_at if late else None)


def _books() -> Line:
    if is_a_chain_strange():
        return Line(
            "books", False, Words("연결된 체인이 장부의 체인과 다름", "the chain at hand is not the one of the books")
        )
    if is_a_chain_behind():
        return Line("books", False, Words("체인이 장부보다 뒤처져 있음", "chain behind the books"))
    return Line("books", True, Words("체인과 맞음", "in step with the chain"))
