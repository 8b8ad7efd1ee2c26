"""The demo's bank as a process beside the worker: each of its mistakes, and either of them killed in between."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator

import httpx
import pytest

from citycoin.demo_bank import messages
from citycoin.foundation.kernel import clock
from citycoin.money.bank.models import BankFile, Deposit, OrderFile, TransferOut
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.issuance.models import TopUp
from citycoin.platform.incidents.models import Incident
from tests.bank import credit, notice
from tests.faults.healthy import heal
from tests.faults.scenes import city_id
from tests.outside import CityApi, Json, Resident, eventually
from tests.running import RunningSystem

pytestmark = pytest.mark.both_databases
PRICE = 9_000  # of 10,000 won in the tests' cities


@pytest.fixture(autouse=True)
def _healthy(system: RunningSystem) -> Iterator[None]:
    heal(system)
    yield
    heal(system)


@pytest.fixture(scope="module")
def resident(system: RunningSystem) -> Resident:
    return CityApi(system.web_url, "gimpo").join_city_kept()


def reserved(resident: Resident, won: int = 10_000) -> Json:
    return resident.api.ok("POST", "top-ups", {"id": str(uuid.uuid4()), "amount": won}, token=resident.token)


def of(top_up: Json) -> TopUp:
    return TopUp.objects.get(client_id=top_up["id"])


def deposits(references: list[str]) -> list[Deposit]:
    return list(Deposit.objects.filter(reference__in=references).order_by("pk"))


def statuses(references: list[str]) -> list[tuple[str, str]]:
    return [(each.status, each.reason) for each in deposits(references)]


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
        booked = httpx.get(f"{system.env['BANK_URL']}/transfers").json()["transfers"]
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

    def test_late_file_comes_when_the_hour_is_over_and_its_deposit_goes_back(self, system, resident):
        made = reserved(resident)
        wrong(system, "late")
        references = resident.api.send(made)
        TopUp.objects.filter(client_id=made["id"]).update(reserved_until=clock.now())
        eventually(lambda: of(made).status == "lapsed", what="the end of its time")

        system.city("clock", "+61m", check=True)

        eventually(lambda: statuses(references) == [("returned", "late")], what="the return")
        assert of(made).status == "returned"

    def test_mistake_that_the_bank_does_not_make_is_refused(self, system):
        said = system.city("bank", "vanish")

        assert said.returncode == 1
        assert "short, double" in said.stderr


class TestKilled:
    def test_bank_that_is_stopped_takes_no_transfer_and_health_says_so(self, system, resident):
        made = reserved(resident)
        system.stop("bank")

        transfer = {"account": made["account"]["number"], "amount": made["price"]}
        answer = resident.api.http.post(f"{system.web_url}/demo/bank/transfers", json=transfer)

        assert (answer.status_code, answer.json()["code"]) == (503, "bank_unavailable")
        assert system.status_lines()["bank"]["good"] is False

    def test_deposits_wait_while_the_worker_is_away_and_are_taken_once(self, system, resident):
        made = reserved(resident)
        system.stop("worker")
        references = resident.api.send(made)
        inbox = system.var / "bank" / "from-bank"
        eventually(lambda: list(inbox.glob("*.xml")), what="the bank's file")
        assert deposits(references) == []

        system.start("worker")

        eventually(lambda: statuses(references) == [("bought", "")], what="the deposit")
        eventually(lambda: not list(inbox.glob("*.xml")), what="the empty folder")

    @pytest.mark.parametrize(
        "point",
        [
            "take_bank_file.uncommitted",
            "take_bank_file.committed",
            "sort_deposit.uncommitted",
            "sort_deposit.committed",
        ],
    )
    def test_worker_killed_while_it_takes_a_deposit_takes_it_once(self, system, resident, point):
        made = reserved(resident)
        system.arm(point)

        references = resident.api.send(made)

        eventually(lambda: point not in system.armed(), what="the worker's death")
        eventually(lambda: statuses(references) == [("bought", "")], what="the deposit")
        eventually(lambda: not list((system.var / "bank" / "from-bank").glob("*.xml")), what="the empty folder")

    @pytest.mark.parametrize("point", ["order_transfers.uncommitted", "deliver_order.before", "deliver_order.after"])
    def test_worker_killed_while_it_orders_a_return_sends_it_back_once(self, system, resident, point):
        made = reserved(resident)
        system.arm(point)

        references = resident.api.send(made, won=1)

        eventually(lambda: point not in system.armed(), what="the worker's death")
        eventually(lambda: statuses(references) == [("returned", "short")], what="the return")
        back = TransferOut.objects.get(deposit__reference=references[0])
        assert OrderFile.objects.filter(transfers=back).count() == 1
        booked = httpx.get(f"{system.env['BANK_URL']}/transfers").json()["transfers"]
        mine = [
            each for each in booked if (each["direction"], each["to"], each["amount"]) == ("DBIT", back.payee_number, 1)
        ]
        assert len(mine) == TransferOut.objects.filter(payee_number=back.payee_number, amount=1, status="done").count()

    def test_bank_killed_after_each_transfer_loses_none(self, system, resident):
        sent = []
        for _ in range(3):
            made = reserved(resident)
            sent.append(resident.api.send(made))
            system.kill("bank", signal.SIGKILL)
            eventually(lambda: system.answers("bank"), what="another bank")

        eventually(lambda: all(statuses(each) == [("bought", "")] for each in sent), what="the deposits")


class TestPoison:
    """Files that no bank of ours would send lie beside a good one, which is taken all the same."""

    def test_poisoned_files_are_refused_each_with_its_reason_and_the_good_one_is_taken(self, system, resident):
        account, now = account_of(city_id("gimpo")), clock.now()
        made, inbox = reserved(resident), system.var / "bank" / "from-bank"
        good = credit(account, made["account"]["number"], made["price"], at=now)
        whole = notice(account, [good], at=now)
        bomb = whole.replace(b"?>", b'?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>', 1)
        stranger = messages.notice("S1", "94199900000001", [good], now=now.astimezone(clock.KST))
        tomorrow = now.replace(year=now.year + 1)
        mark = uuid.uuid4().hex[:8]
        laid = {
            f"a-{mark}-bomb.xml": (bomb, "doctype"),
            f"b-{mark}-large.xml": (b"<" + os.urandom(8) + b" " * (50 * 2**20), "too_large"),
            f"c-{mark}-cut.xml": (whole[: len(whole) // 2], "not_xml"),
            f"d-{mark}-stranger.xml": (stranger, "account_unknown"),
            f"e-{mark}-tomorrow.xml": (notice(account, [good], at=tomorrow), "from_tomorrow"),
            f"f-{mark}-good.xml": (whole, ""),
        }
        for name, (content, _why) in laid.items():
            half = inbox / f".{name}.part"
            half.write_bytes(content)
            half.replace(inbox / name)

        eventually(lambda: of(made).status == "issued", what="the issue of the good one")

        found = dict(BankFile.objects.filter(name__in=laid).values_list("name", "why"))
        assert found == {name: why for name, (_content, why) in laid.items()}
        assert list(inbox.glob("*.xml")) == []
