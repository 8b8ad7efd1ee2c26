"""The bank or the worker killed in between, and files that no bank would send: each deposit is taken once all the same."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator

import pytest

from citycoin.demo_bank import messages
from citycoin.foundation.kernel import clock
from citycoin.money.bank.models import BankFile, OrderFile, TransferOut
from citycoin.money.bank.queries.accounts import account_of
from tests import patient
from tests.bank import credit, notice
from tests.faults.healthy import heal
from tests.faults.scenes import city_id
from tests.integration.banking import deposits, of, reserved, statuses
from tests.outside import CityApi, Resident, eventually
from tests.running import RunningSystem

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _healthy(system: RunningSystem) -> None:
    heal(system)


@pytest.fixture(scope="module")
def resident(system: RunningSystem) -> Iterator[Resident]:
    with patient.client() as http:
        yield CityApi(system.web_url, "gimpo", http).join_city_kept()


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

    @pytest.mark.parametrize("point", ["take_bank_file.committed", "sort_deposit.uncommitted"])
    def test_worker_killed_while_it_takes_a_deposit_takes_it_once(self, system, resident, point):
        made = reserved(resident)
        system.arm(point)

        references = resident.api.send(made)

        eventually(lambda: point not in system.armed(), what="the worker's death")
        eventually(lambda: statuses(references) == [("bought", "")], what="the deposit")
        eventually(lambda: not list((system.var / "bank" / "from-bank").glob("*.xml")), what="the empty folder")

    @pytest.mark.parametrize("point", ["order_transfers.uncommitted", "deliver_order.after"])
    def test_worker_killed_while_it_orders_a_return_sends_it_back_once(self, system, resident, point):
        made = reserved(resident)
        system.arm(point)

        references = resident.api.send(made, won=1)

        eventually(lambda: point not in system.armed(), what="the worker's death")
        eventually(lambda: statuses(references) == [("returned", "short")], what="the return")
        back = TransferOut.objects.get(deposit__reference=references[0])
        assert OrderFile.objects.filter(transfers=back).count() == 1
        booked = patient.get(f"{system.env['BANK_URL']}/transfers").json()["transfers"]
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
