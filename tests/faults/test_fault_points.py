"""A process dies before, in and after every commit of a payment's way: asked again, everything has happened once."""

from collections.abc import Callable

import httpx
import pytest

from citycoin.foundation.fault_points import CALLS, DATABASE_GONE
from citycoin.platform.queues.models import FailedRow
from tests.faults import scenes
from tests.outside import PATIENCE_SECONDS, eventually
from tests.running import RunningSystem
from wallets.models import Movement, Payment, Refusal


def points_of(*names: str, moments: tuple[str, ...] = ("begun", "uncommitted", "committed")) -> list[str]:
    """The points of each of these operations."""
    return [f"{name}.{moment}" for name in names for moment in moments]


def points_around(*names: str) -> list[str]:
    """On both sides of each of these commits, or of these calls to the outside."""
    return [
        point
        for name in names
        for point in points_of(name, moments=("before", "after") if name in CALLS else ("uncommitted", "committed"))
    ]


def points_in(*names: str) -> list[str]:
    """In the midst of each: before its commit, or before the call."""
    return [f"{name}.{'before' if name in CALLS else 'uncommitted'}" for name in names]


def insisted(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer, asked for again whenever the line dies before one came, as a phone asks."""
    answers: list[httpx.Response] = []

    def answered() -> bool:
        try:
            answers.append(ask())
        except httpx.TransportError:
            return False
        return True

    eventually(answered, what="an answer")
    return answers[0]


@pytest.fixture(scope="module")
def payer(gimpo):
    return scenes.residents(gimpo, [1_000])[0]


@pytest.mark.parametrize("point", points_of("authorise"))
def test_payment_is_made_once_wherever_the_web_dies(system: RunningSystem, gimpo, payer, point):
    body = payer.order(gimpo.shops()[0], 10)
    before = payer.available()
    system.arm(point)

    answer = insisted(lambda: payer.send(body))

    assert not system.armed()
    assert (answer.status_code, answer.json()["id"]) == (201, body["id"])
    assert payer.available() == before - 10
    assert Payment.objects.filter(client_id=body["id"]).count() == 1


@pytest.mark.parametrize("point", points_of("close"))
def test_payment_id_is_closed_for_good_wherever_the_web_dies(system: RunningSystem, gimpo, payer, point):
    body = payer.order(gimpo.shops()[0], 10)
    system.arm(point)

    answer = insisted(lambda: gimpo.call("POST", f"payments/{body['id']}/close", {}, token=payer.token))

    assert not system.armed()
    assert answer.json()["code"] == "payment_id_closed"
    assert payer.send(body).json()["code"] == "payment_id_closed"
    assert Refusal.objects.filter(client_id=body["id"]).count() == 1


def test_database_that_goes_away_in_the_middle_of_a_run_sets_no_row_aside(system: RunningSystem, gimpo):
    """B3, B7, I14: in each commit and each call on the way, once; the same rows go through a moment later."""
    system.arm(*points_in("register", "copy_logs"), what=DATABASE_GONE)
    newcomer = scenes.residents(gimpo, [0])[0]
    system.arm(*points_in("issue_paid", "post"), what=DATABASE_GONE)
    newcomer.top_up(500)
    system.arm(*points_in("form_batch", "broadcast", "publish"), what=DATABASE_GONE)
    payment = newcomer.pay(gimpo.shops()[0], 200)
    eventually(lambda: not system.armed(), what="a loss at each point", within_seconds=2 * PATIENCE_SECONDS)
    scenes.all_settled([payment["id"]])

    assert newcomer.available() == 300
    assert not FailedRow.objects.exists()


def test_registration_top_up_and_payment_happen_once_wherever_the_worker_dies(system: RunningSystem, gimpo):
    """Joining, topping up and paying, with every commit and every call on the way once cut off on both sides.

    One operation at a time: of two threads the death of one may come between the other's commit and the point after it.
    """
    system.arm(*points_around("register", "copy_logs"))
    newcomer = scenes.residents(gimpo, [0])[0]
    system.arm(*points_around("issue_paid"))
    newcomer.top_up(500)
    paid = []
    for operation in ("form_batch", "broadcast", "post", "publish"):
        system.arm(*points_around(operation))
        paid.append(newcomer.pay(gimpo.shops()[0], 50)["id"])
        eventually(lambda: not system.armed(), what=f"a death at each point of {operation}")
    scenes.all_settled(paid)

    assert newcomer.available() == 300
    mine = Movement.objects.filter(source__keys__address=newcomer.address)
    theirs = Movement.objects.filter(target__keys__address=newcomer.address)
    assert [*mine.values_list("amount", flat=True), *theirs.values_list("amount", flat=True)] == [50] * 4 + [500]
