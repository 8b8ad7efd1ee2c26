"""Days that pass by a command pass for everybody: books, worker and chain. On a system of its own, since nothing goes back.

The tests stand in the order of time: what has to be bought is bought before days pass.
"""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.waiting import wait_until
from citycoin.money.payouts.domain.banking_days import banking_day_after
from tests import patient
from tests.outside import PATIENCE_SECONDS, CityApi, Json, Resident, eventually
from tests.payouts import THERE
from tests.running import RunningSystem

pytestmark = pytest.mark.one_database
LATER = timedelta(days=30)
# A busy machine may let a block and an answer wait; thirty days are another thing.
APART = timedelta(minutes=10)


@pytest.fixture(scope="module")
def moved() -> Iterator[RunningSystem]:
    with RunningSystem(name="clock") as system:
        yield system


@pytest.fixture(scope="module")
def resident(moved: RunningSystem) -> Iterator[Resident]:
    with patient.client(timeout=PATIENCE_SECONDS) as http:
        yield CityApi(moved.web_url, "gimpo", http).join_city_kept()


def reserved(resident: Resident) -> Json:
    """A top-up that waits for its price."""
    asked = {"id": str(uuid.uuid4()), "amount": 10_000}
    return resident.api.ok("POST", "top-ups", asked, token=resident.token)


def status(resident: Resident, top_up: Json) -> str:
    said: str = resident.api.ok("GET", f"top-ups/{top_up['id']}", token=resident.token)["status"]
    return said


def chain_bank_and_here(system: RunningSystem) -> tuple[datetime, datetime, datetime]:
    """What `./city clock` prints."""
    said = system.city("clock", check=True).stdout
    shown = [re.search(rf"^{name} +(.{{19}})", said, re.MULTILINE) for name in ("chain", "bank", "here")]
    chain, bank, here = (datetime.fromisoformat(each[1]).replace(tzinfo=KST) for each in shown if each)
    return chain, bank, here


def is_ahead(system: RunningSystem, by: timedelta) -> bool:
    """Whether the chain, the bank and this installation are as far ahead as they were moved."""
    chain, bank, here = chain_bank_and_here(system)
    return max(abs(here - chain), abs(here - bank), abs(here - datetime.now(UTC) - by)) <= APART


def test_deposit_that_the_bank_tells_of_an_hour_late_goes_back(moved, resident):
    made = reserved(resident)
    moved.city("bank", "late", check=True)
    resident.api.send(made)

    moved.city("clock", "+20m", check=True)
    eventually(lambda: status(resident, made) == "lapsed", what="the end of its time")
    moved.city("clock", "+41m", check=True)

    eventually(lambda: status(resident, made) == "returned", what="the deposit's return")


def test_days_pass_for_reservations_payments_and_a_chain_that_is_killed(moved, resident):
    resident.top_up(30_000)  # for the tests below as well: a year may be over by then, and nothing is sold
    open_one = reserved(resident)
    by = chain_bank_and_here(moved)[2] - datetime.now(UTC) + LATER

    said = moved.city("clock", "+30d", check=True).stdout

    assert "1 reserved top-ups" in said
    assert is_ahead(moved, by)
    eventually(lambda: status(resident, open_one) == "lapsed", what="the reservation's end, which the worker sees")
    paid = resident.pay(resident.api.shops()[0], 3_000)
    assert abs(datetime.fromisoformat(paid["authorised_at"]) - datetime.now(UTC) - by) <= APART
    resident.wait_settled(paid["id"])

    moved.kill("chain")

    wait_until(lambda: is_ahead(moved, by), timeout_seconds=PATIENCE_SECONDS, what="a chain that is as far ahead again")
    again = resident.pay(resident.api.shops()[0], 2_000)
    resident.wait_settled(again["id"])
    assert moved.manage("reconcile").returncode == 0


def test_span_that_is_none_moves_nothing(moved):
    before = (moved.var / "clock").read_text()

    said = moved.city("clock", "30d")

    assert said.returncode == 1
    assert "'30d' is no span of time" in said.stderr
    assert (moved.var / "clock").read_text() == before


def test_shop_is_paid_out_by_itself_on_the_next_banking_day(moved, resident):
    shop = resident.api.shops()[0]
    moved.manage("shell", "-c", f"from tests import payouts; payouts.account_of_shop('{shop}')", check=True)
    paid = resident.pay(shop, 7_700)
    resident.wait_settled(paid["id"])
    today = chain_bank_and_here(moved)[2].date()

    moved.city("clock", f"+{(banking_day_after(today) - today).days}d", check=True)

    eventually(lambda: 12_700 in sent_to_shops(moved), what="the payout at the bank")  # and the 5,000 of days before
    assert moved.manage("reconcile").returncode == 0


def sent_to_shops(system: RunningSystem) -> list[int]:
    """Won of each transfer that the bank has made to the account that tests name."""
    rows = patient.get(f"{system.env['BANK_URL']}/transfers?direction=DBIT").json()["transfers"]
    return [each["amount"] for each in rows if each["to"] == THERE]


def test_won_that_the_bank_takes_stop_what_is_sold_until_it_gives_them_back(moved, resident):
    account = moved.manage("shell", "-c", FLOAT_ACCOUNT, check=True).stdout.split()[-1]
    assert float_line(moved)["good"]

    books(moved, account, "takes")
    moved.city("clock", "+1d", check=True)
    eventually(lambda: not float_line(moved)["good"], what="the red line")
    refused = resident.api.call("POST", "top-ups", {"id": str(uuid.uuid4()), "amount": 10_000}, token=resident.token)

    assert (refused.status_code, refused.json()["code"]) == (503, "float_differs")
    assert "gimpo -3" in float_line(moved)["en"]
    books(moved, account, "gives-back")
    moved.city("clock", "+1d", check=True)
    eventually(lambda: float_line(moved)["good"], what="the good line")
    again = resident.api.call("POST", "top-ups", {"id": str(uuid.uuid4()), "amount": 10_000}, token=resident.token)
    assert again.json().get("code") != "float_differs"


FLOAT_ACCOUNT = "from citycoin.money.bank.queries.accounts import account_of as a; from citycoin.platform.cities.queries import city_named as c; print(a(c('gimpo').pk).number)"


def float_line(system: RunningSystem) -> dict[str, Any]:
    return system.status_lines()["float"]


def books(system: RunningSystem, account: str, kind: str) -> None:
    """The bank books three won by itself."""
    said = {"account": account, "kind": kind, "amount": 3}
    patient.post(f"{system.env['BANK_URL']}/entries", json=said).raise_for_status()
