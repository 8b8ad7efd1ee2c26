"""The demo's bank as a process beside the worker: each of its mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from citycoin.money.bank.models import BankFile, TransferOut
from citycoin.platform.incidents.models import Incident
from tests import patient
from tests.faults.healthy import heal
from tests.integration.banking import deposits, of, reserved, statuses
from tests.outside import CityApi, Resident, eventually
from tests.running import RunningSystem

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _healthy(system: RunningSystem) -> None:
    heal(system)


@pytest.fixture(scope="module")
def resident(system: RunningSystem) -> Iterator[Resident]:
    with patient.client() as http:
        yield CityApi(system.web_url, "gimpo", http).join_city_kept()


def wrong(system: RunningSystem, mistake: str) -> None:
    system.city("bank", mistake, check=True)


class TestMistakes:
    def test_exact_deposit_buys_and_the_books_agree(self, system, resident):
        made = reserved(resident)

        references = resident.api.send(made)

        eventually(lambda: of(made).status == "issued", what="the issue")
        assert statuses(references) == [("bought", "")]
        assert "0 differences" in system.manage("reconcile", check=True).stdout

    def test_short_one_goes_back_to_its_account_and_the_right_one_buys(self, system, resident):
        made = reserved(resident)
        wrong(system, "short")

        short = resident.api.send(made)
        eventually(lambda: statuses(short) == [("returned", "short")], what="the return")
        right = resident.api.send(made)

        eventually(lambda: statuses(right) == [("bought", "")], what="the right one")
        back = TransferOut.objects.get(deposit__reference=short[0])
        booked = patient.get(f"{system.env['BANK_URL']}/transfers").json()["transfers"]
        assert {"direction": "DBIT", "amount": made["price"] - 1} in [
            {key: each[key] for key in ("direction", "amount")} for each in booked if each["to"] == back.payee_number
        ]

    def test_double_one_buys_once(self, system, resident):
        made = reserved(resident)
        wrong(system, "double")

        references = resident.api.send(made)

        eventually(
            lambda: statuses(references) == [("bought", ""), ("returned", "double")], what="the second one's return"
        )

    def test_one_for_nobody_waits_for_an_official(self, system, resident):
        made = reserved(resident)
        wrong(system, "nobody")

        references = resident.api.send(made)

        eventually(lambda: statuses(references) == [("suspense", "nobody")], what="the deposit")
        assert of(made).status == "reserved"

    def test_refused_return_comes_back_into_suspense(self, system, resident):
        made = reserved(resident)
        wrong(system, "bounce-next")

        references = resident.api.send(made, won=1)

        eventually(lambda: statuses(references) == [("suspense", "return_refused")], what="the refusal")
        assert TransferOut.objects.get(deposit__reference=references[0]).status == "rejected"

    @pytest.mark.parametrize("mistake", ["same-file", "cut-off", "out-of-order"])
    def test_file_that_comes_wrong_buys_once(self, system, resident, mistake):
        made, other = reserved(resident), reserved(resident)
        wrong(system, mistake)

        references = resident.api.send(made)
        resident.api.send(other)

        eventually(lambda: statuses(references) == [("bought", "")], what="the deposit")
        eventually(lambda: of(other).status in {"paid", "issuing", "issued"}, what="the other one")
        if mistake == "same-file":
            eventually(
                lambda: BankFile.objects.latest("pk").times == 2 or deposits(references)[0].file.times == 2,
                what="the copy",
            )
        if mistake == "cut-off":
            assert BankFile.objects.filter(why="not_xml").exists()
            assert Incident.objects.filter(what="bank_file_refused", city__slug="gimpo").exists()

    def test_mistake_that_the_bank_does_not_make_is_refused(self, system):
        said = system.city("bank", "vanish")

        assert said.returncode == 1
        assert "short, double" in said.stderr
