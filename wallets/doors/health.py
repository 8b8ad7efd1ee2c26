"""The ledger's lines on the page of health."""

from collections.abc import Iterator
from datetime import timedelta

from citycoin.foundation.kernel import clock
from citycoin.platform.health.domain import checks
from citycoin.platform.health.domain.checks import Line
from citycoin.platform.incidents.queries import open_incidents_of_all_cities
from contracts.queries import is_a_chain_behind, is_a_chain_strange
from wallets.queries.ledger import not_yet_settled
from wallets.queries.stops import stopped_cities

# A batch each two seconds, a block each second, five to final, and the posting: five times that is late.
LATE = timedelta(minutes=1)


@checks.register
def ledger_lines() -> Iterator[Line]:
    """Books in step with the chain; payments not yet settled; incidents; stops."""
    yield _books()
    count, oldest = not_yet_settled()
    age = clock.now() - oldest if oldest else timedelta()
    seconds = int(age.total_seconds())
    yield Line(
        "settlement",
        age < LATE,
        f"아직 확정되지 않은 결제 {count}건, 가장 오래된 것 {seconds}초",
        f"{count} not yet settled, the oldest {seconds} s",
    )
    incidents = open_incidents_of_all_cities()
    yield Line("incidents", True, f"열린 사고 {incidents}건", f"{incidents} open", warning=incidents > 0)
    yield _stops()


def _stops() -> Line:
    cities = ", ".join(stopped_cities())
    if cities:
        return Line("stop", True, f"긴급 정지한 도시: {cities}", f"stopped by an official: {cities}", warning=True)
    return Line("stop", True, "멈춘 도시 없음", "no city is stopped")


def _books() -> Line:
    if is_a_chain_strange():
        return Line("books", False, "연결된 체인이 장부의 체인과 다름", "the chain at hand is not the one of the books")
    if is_a_chain_behind():
        return Line("books", False, "체인이 장부보다 뒤처져 있음", "chain behind the books")
    return Line("books", True, "체인과 맞음", "in step with the chain")
