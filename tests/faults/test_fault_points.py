"""A process dies before, in and after every commit of a payment's way: asked again, everything has happened once."""

import re
from collections.abc import Callable

import httpx
import pytest

from citycoin.foundation.fault_points import CALLS, DATABASE_GONE, DEATH
from citycoin.platform.queues.models import FailedRow
from tests.faults import scenes
from tests.outside import eventually
from tests.running import RunningSystem
from wallets.models import Movement, Payment, Refusal


def points_of(*names: str, moments: tuple[str, ...] = ("begun", "uncommitted", "committed")) -> list[str]:
    """The points of each of these operations."""
    return [f"{name}.{moment}" for name in names for moment in moments]


def arm_around(system: RunningSystem, name: str) -> None:
    """In the midst of this commit, or before the call, the database goes away and then the process dies; after it, too."""
    during, after = ("before", "after") if name in CALLS else ("uncommitted", "committed")
    system.arm(f"{name}.{during}", what=(DATABASE_GONE, DEATH))
    system.arm(f"{name}.{after}")


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


def test_registration_top_up_and_payment_happen_once_wherever_the_worker_loses_its_database_or_dies(system, gimpo):
    """B3, B7, I14: joining, topping up and paying, with every commit and every call on the way once cut off on both sides.

    One operation at a time: of two threads the death of one may come between the other's commit and the point after it, and
    then nothing comes by that point again. A row whose database went away has not failed, and isn't set aside.
    """
    said_before = len(system.log("worker"))
    arm_around(system, "register")
    newcomer = scenes.residents(gimpo, [0])[0]
    arm_around(system, "issue_paid")
    newcomer.top_up(500)
    paid = []
    for operation in ("form_batch", "broadcast", "copy_logs", "post", "publish"):
        arm_around(system, operation)
        paid.append(newcomer.pay(gimpo.shops()[0], 50)["id"])
        eventually(lambda: not system.armed(), what=f"a loss and a death at each point of {operation}")
    scenes.all_settled(paid)

    assert newcomer.available() == 250
    mine = Movement.objects.filter(source__keys__address=newcomer.address)
    theirs = Movement.objects.filter(target__keys__address=newcomer.address)
    assert [*mine.values_list("amount", flat=True), *theirs.values_list("amount", flat=True)] == [50] * 5 + [500]
    assert not re.search(r"row \d+ failed", system.log("worker")[said_before:])
    assert not FailedRow.objects.exists()
