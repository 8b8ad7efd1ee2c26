"""Every deposit is a row, taken once: bought, sent back, or in suspense; and what is ordered is made once, or comes back."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from citycoin.demo_bank import messages as bank
from citycoin.demo_bank.messages import CREDIT, DEBIT
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.domain.documents import LARGEST_FILE_BYTES
from citycoin.money.bank.domain.numbers import KEPT_FOR
from citycoin.money.bank.domain.verdicts import BOUGHT, Fate, Reason, Verdict
from citycoin.money.bank.doors import folders
from citycoin.money.bank.models import (
    DEPOSIT_TRANSITIONS,
    TRANSFER_TRANSITIONS,
    BankFile,
    CityAccount,
    Deposit,
    OrderFile,
    Statement,
    StatementLine,
    TransferOut,
    VirtualAccount,
)
from citycoin.money.bank.operations import accounts, takers
from citycoin.money.bank.operations.accounts import NumbersUsedUp, open_virtual_account
from citycoin.money.bank.operations.deposits import (
    DepositDecided,
    DepositFitsNothing,
    NumberUnknown,
    PayerUnknown,
    assign,
    send_back,
    sort_deposits,
)
from citycoin.money.bank.operations.orders import make_orders
from citycoin.money.bank.operations.steps import order_return
from citycoin.money.bank.queries.accounts import NoBankAccount
from citycoin.money.bank.queries.deposits import DepositUnknown, files_of
from citycoin.money.funding.models import FunderAccount
from citycoin.money.issuance.models import Programme, TopUp
from citycoin.money.issuance.operations.top_ups import reserve_top_up
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.platform.cities.models import City
from citycoin.platform.incidents.models import Incident
from citycoin.platform.notices.models import Notice
from tests.bank import a_city_account, credit, notice, stated, taken, told_deposit
from tests.unit.model import funded, number
from tests.unit.test_issuing import NOON, paid_top_ups
from wallets.models import Wallet

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    return City.objects.create(slug=f"banks-{number()}", name_ko="시", name_en="Town")


@pytest.fixture
def account(city):
    return a_city_account(city, now=NOON)


@pytest.fixture
def official(city):
    return open_official(
        city=city, username=f"o-{city.slug}", password=uuid.uuid4().hex, totp_secret="A" * 32, now=NOON
    )


@pytest.fixture
def top_up(account):
    """One that waits for 900 won."""
    paid_top_ups(account.city, 1)
    funded(account.city)
    Programme.objects.filter(city=account.city).update(reserved=1_000)
    wallet = Wallet.objects.get(city=account.city, kind=Wallet.Kind.RESIDENT)
    return reserve_top_up(wallet=wallet, client_id=uuid.uuid4(), amount=Amount(1_000), now=NOON)


@pytest.fixture
def folder(settings, tmp_path):
    settings.BANK_FOLDER = tmp_path
    (tmp_path / folders.FROM_BANK).mkdir()
    return tmp_path


def status(top_up: TopUp) -> str:
    return str(TopUp.objects.values_list("status", flat=True).get(pk=top_up.pk))


def pay(top_up: TopUp, won: int = 900, *, now: datetime = NOON, **facts: object) -> Deposit:
    return told_deposit(top_up.account.account, top_up.account.number, won, now=now, **facts)


def answered(transfer: TransferOut, status: str, reason: str = "", *, message_id: str = "") -> BankFile:
    """The bank's result of the order that the transfer is in."""
    order = bank.Order(transfer.order.message_id, transfer.order.message_id, transfer.account.number, ())
    said = [bank.Outcome(transfer.end_to_end, status, reason)]
    return taken(bank.result(message_id or f"S{number()}", order, said, now=NOON), now=NOON)


def sent(found: Deposit) -> TransferOut:
    """The order that sends a deposit back, made."""
    make_orders(now=NOON)
    return TransferOut.objects.select_related("order", "account").get(deposit=found)


class TestDeposits:
    def test_exact_price_buys_the_top_up(self, top_up):
        found = pay(top_up)

        assert (found.status, found.reason, found.payer_name) == ("bought", "", "홍길동")
        assert (status(top_up), TopUp.objects.get(pk=top_up.pk).paid_at) == ("paid", NOON)
        assert not TransferOut.objects.exists()

    @pytest.mark.parametrize(("won", "reason"), [(899, Reason.SHORT), (901, Reason.OVER)])
    def test_another_amount_goes_back_and_the_top_up_waits_on(self, top_up, won, reason):
        found = pay(top_up, won)

        assert (found.status, found.reason, status(top_up)) == ("returning", reason, "reserved")
        back = TransferOut.objects.get(deposit=found)
        assert (back.amount, back.payee_bank, back.payee_number) == (won, "004", "110222333444")
        assert pay(top_up).status == "bought"

    def test_what_comes_twice_buys_once_and_goes_back_once(self, top_up):
        first, second = pay(top_up), pay(top_up)

        assert [first.status, second.status, second.reason] == ["bought", "returning", "double"]

    def test_what_comes_after_its_time_goes_back_and_ends_the_top_up(self, top_up):
        TopUp.objects.filter(pk=top_up.pk).update(status="lapsed")

        found = pay(top_up, now=LATER)

        assert (found.reason, status(top_up)) == ("late", "returned")
        assert pay(top_up, now=LATER).reason == "late"

    def test_what_comes_after_its_time_goes_back_though_nobody_has_noted_yet_that_it_is_over(self, top_up):
        held = FunderAccount.objects.get(city=top_up.city, funder="city")
        assert held.held > 0

        found = pay(top_up, now=top_up.reserved_until + timedelta(microseconds=1000))

        assert (found.status, found.reason, status(top_up)) == ("returning", "late", "returned")
        held.refresh_from_db()
        assert (held.held, Programme.objects.get(city=top_up.city).reserved) == (0, 1_000)  # another's, of the fixture
        assert pay(top_up, now=LATER).reason == "late"

    def test_what_comes_in_the_last_moment_buys_though_the_file_takes_longer(self, top_up):
        entry = credit(top_up.account.account, top_up.account.number, 900, at=top_up.reserved_until)

        taken(notice(top_up.account.account, [entry], at=LATER), now=LATER)
        sort_deposits(now=LATER)

        assert (Deposit.objects.get().status, status(top_up)) == ("bought", "paid")

    @pytest.mark.parametrize(("heard", "becomes"), [(NOON, "paid"), (LATER, "returned")])
    def test_where_the_bank_names_the_day_alone_what_counts_is_when_we_heard_of_it(self, top_up, heard, becomes):
        account = top_up.account.account
        file = notice(account, [credit(account, top_up.account.number, 900, at=NOON)], at=heard).decode()

        day_alone = re.sub(r"(<BookgDt>\s*)<DtTm>([0-9-]{10})[^<]*</DtTm>", r"\1<Dt>\2</Dt>", file)
        taken(day_alone.encode(), now=heard)
        sort_deposits(now=heard)

        assert (day_alone != file, status(top_up)) == (True, becomes)

    def test_owner_is_told_of_each_transfer_that_goes_back_and_why(self, top_up):
        owner = open_official(
            city=top_up.city, username=f"p{number()}", password=uuid.uuid4().hex, totp_secret="A" * 32, now=NOON
        ).person
        Wallet.objects.filter(pk=top_up.wallet_id).update(owner=owner)

        pay(top_up, 1), pay(top_up, 2)

        told = Notice.objects.filter(person=owner).order_by("pk").values_list("facts", flat=True)
        assert list(told) == [{"won": 1, "why": "short"}, {"won": 2, "why": "short"}]

    def test_number_of_nobody_leaves_its_deposit_in_suspense(self, account):
        found = told_deposit(account, f"{account.prefix}99999990", 5, now=NOON)

        assert (found.status, found.reason, found.virtual_account) == ("suspense", "nobody", None)

    def test_deposit_to_the_account_itself_is_in_suspense(self, account):
        assert told_deposit(account, "", 5, now=NOON).reason == "nobody"

    def test_purpose_that_nobody_takes_is_in_suspense(self, account):
        virtual = open_virtual_account(city_id=account.city_id, purpose="nothing", open_until=LATER, now=NOON)

        assert told_deposit(account, virtual.number, 5, now=NOON).reason == "no_taker"

    def test_what_should_go_back_to_nobody_knows_where_is_in_suspense(self, top_up):
        found = pay(top_up, 1, number="")

        assert (found.status, found.reason) == ("suspense", "payer_unknown")

    def test_another_app_takes_what_is_of_its_purpose(self, account, monkeypatch):
        asked = []
        monkeypatch.setitem(
            takers._takers, "funder", lambda found, *, now: (asked.append((found.amount, now)), BOUGHT)[1]
        )
        virtual = open_virtual_account(city_id=account.city_id, purpose="funder", open_until=LATER, now=NOON)

        assert told_deposit(account, virtual.number, 5, now=NOON).status == "bought"
        assert asked == [(5, NOON)]

    def test_taker_that_fails_leaves_the_deposit_received_and_the_others_go_on(self, top_up, account, monkeypatch):
        def fails(_deposit: Deposit, *, now: datetime) -> Verdict:  # noqa: ARG001 - a taker's
            raise ZeroDivisionError

        monkeypatch.setitem(takers._takers, "broken", fails)
        virtual = open_virtual_account(city_id=account.city_id, purpose="broken", open_until=LATER, now=NOON)
        entries = [credit(account, to, 900, at=NOON) for to in (virtual.number, top_up.account.number)]
        taken(notice(account, entries, at=NOON), now=NOON)

        assert sort_deposits(now=NOON) == 1
        assert list(Deposit.objects.order_by("pk").values_list("status", flat=True)) == ["received", "bought"]

    def test_rows_refuse_what_must_not_be(self, account):
        found = told_deposit(account, "", 5, now=NOON)
        for change in ({"status": "bought", "reason": ""}, {"reason": ""}, {"decided_at": None}, {"amount": 0}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Deposit.objects.filter(pk=found.pk).update(**change)

    def test_every_status_is_reached_from_the_first_and_ends_stay(self):
        for table, first in ((DEPOSIT_TRANSITIONS, "received"), (TRANSFER_TRANSITIONS, "ordered")):
            reached, waiting = {first}, [first]
            while waiting:
                waiting += [each for each in table[waiting.pop()] if each not in reached and not reached.add(each)]
            assert reached == {str(each) for each in table}
        assert not any(TRANSFER_TRANSITIONS[each] for each in ("done", "rejected"))


class TestFiles:
    def test_same_bytes_under_another_name_are_taken_once(self, top_up):
        account = top_up.account.account
        content = notice(account, [credit(account, top_up.account.number, 900, at=NOON)], at=NOON)

        rows = {taken(content, now=NOON, name=name).pk for name in ("a.xml", "b.xml")}
        sort_deposits(now=NOON)

        assert len(rows) == 1
        assert (BankFile.objects.get().times, Deposit.objects.count(), status(top_up)) == (2, 1, "paid")

    def test_statement_repeats_what_notices_said_and_brings_what_they_did_not(self, top_up):
        account = top_up.account.account
        told = [credit(account, top_up.account.number, 900, at=NOON), credit(account, "", 7, at=NOON)]
        taken(notice(account, told[:1], at=NOON), now=NOON)

        said = bank.statement("S1", account.number, NOON.date(), told, opening=0, now=NOON)
        file = taken(said, now=NOON)

        assert (file.verdict, file.kind, file.deposits_found) == ("taken", "camt.053.001.08", 1)
        assert sorted(Deposit.objects.values_list("amount", flat=True)) == [7, 900]

    def test_lines_of_a_statement_are_what_the_bank_books_them_as_and_what_is_nobodys_is_an_incident(self, account):
        sent = credit(account, "", 7, at=NOON)
        own = [
            credit(account, "", won, at=NOON, direction=direction, own=kind)
            for won, direction, kind in (
                (30, CREDIT, bank.INTEREST),
                (2, DEBIT, bank.CHARGES),
                (4, DEBIT, bank.ADJUSTMENT),
                (4, CREDIT, bank.ADJUSTMENT),
            )
        ]

        file = taken(stated(account, [sent, *own], day=NOON.date(), at=NOON), now=NOON)

        lines = StatementLine.objects.filter(statement__account=account).order_by("pk")
        assert list(lines.values_list("kind", "came", "amount")) == [
            ("deposit", True, 7),
            ("interest", True, 30),
            ("fee", False, 2),
            ("unknown", False, 4),
            ("unknown", True, 4),
        ]
        assert (file.deposits_found, Deposit.objects.filter(account=account).count()) == (1, 1)
        (incident,) = Incident.objects.filter(city=account.city, what="bank_line_unknown")
        assert incident.details["count"] == 2

    def test_debit_of_another_sum_than_was_ordered_is_nobodys(self, account):
        deposit = told_deposit(account, "", 900, now=NOON)
        order_return(deposit, reason=Reason.BY_OFFICIAL, now=NOON)
        transfer = TransferOut.objects.get(deposit=deposit)
        left = credit(account, "", 899, at=NOON, direction=DEBIT, end_to_end=transfer.end_to_end)

        taken(stated(account, [left], opening=900, day=NOON.date(), at=NOON), now=NOON)

        assert StatementLine.objects.get(statement__account=account).kind == "unknown"

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ((b"<Cd>CLBD</Cd>", b"<Cd>ITBD</Cd>"), "no_balances"),
            ((b"<Cd>OPBD</Cd>", b"<Cd>ITBD</Cd>"), "no_balances"),
            ((b'<Amt Ccy="KRW">57</Amt>', b'<Amt Ccy="KRW">56</Amt>'), "sums_differ"),
            ((b'<Amt Ccy="KRW">57</Amt>', b'<Amt Ccy="USD">57</Amt>'), "not_won"),
        ],
    )
    def test_statement_that_does_not_sum_up_is_refused_whole(self, account, changed, why):
        content = stated(account, [credit(account, "", 7, at=NOON)], opening=50, day=NOON.date(), at=NOON)

        file = taken(content.replace(*changed), now=NOON)

        assert (file.verdict, file.why) == ("refused", why)
        assert not Deposit.objects.filter(account=account).exists()
        assert not Statement.objects.exists()

    def test_day_is_stated_once_and_the_same_day_otherwise_is_refused(self, account):
        sent = credit(account, "", 7, at=NOON)
        taken(stated(account, [sent], opening=50, day=NOON.date(), at=NOON), now=NOON)

        again = taken(stated(account, [sent], opening=50, day=NOON.date(), at=NOON), now=NOON)
        other = taken(stated(account, [sent], opening=51, day=NOON.date(), at=NOON), now=NOON)

        assert (again.verdict, other.verdict, other.why) == ("taken", "refused", "statement_differs")
        assert Statement.objects.get(account=account).closing == 57

    def test_day_that_lies_ahead_is_refused(self, account):
        assert taken(stated(account, [], day=NOON.date() + timedelta(days=1), at=NOON), now=NOON).why == "from_tomorrow"

    def test_file_of_more_deposits_than_are_asked_for_at_once_is_taken_whole(self, top_up, monkeypatch):
        monkeypatch.setattr("citycoin.money.bank.operations.steps.ASKED_AT_ONCE", 2)
        account = top_up.account.account
        told = [credit(account, to, 900, at=NOON) for to in ("", "", "", top_up.account.number, "")]
        taken(notice(account, told[1:4], at=NOON), now=NOON)

        assert taken(notice(account, told, at=NOON), now=NOON).deposits_found == 2
        assert Deposit.objects.count() == 5
        assert Deposit.objects.get(virtual_account=top_up.account).reference == told[3].reference

    def test_deposit_that_is_told_otherwise_the_second_time_is_refused_with_its_file(self, account):
        first = credit(account, "", 7, at=NOON)
        taken(notice(account, [first], at=NOON), now=NOON)

        again = credit(account, "", 8, at=NOON, reference=first.reference)
        file = taken(notice(account, [credit(account, "", 1, at=NOON), again], at=NOON), now=NOON)

        assert (file.verdict, file.why) == ("refused", "deposit_differs")
        assert Deposit.objects.get().amount == 7

    def test_message_id_with_other_content_is_refused(self, account):
        taken(notice(account, [credit(account, "", 7, at=NOON)], at=NOON, message_id="M"), now=NOON)

        file = taken(notice(account, [credit(account, "", 8, at=NOON)], at=NOON, message_id="M"), now=NOON)

        assert file.why == "message_id_reused"
        assert list(files_of(account.city_id).values_list("verdict", flat=True)) == ["refused", "taken"]

    @pytest.mark.parametrize("day", ["notice", "entry"])
    def test_file_from_tomorrow_is_refused(self, account, day):
        tomorrow = NOON + timedelta(days=1)
        entry = credit(account, "", 7, at=tomorrow if day == "entry" else NOON)

        file = taken(notice(account, [entry], at=tomorrow if day == "notice" else NOON), now=NOON)

        assert (file.why, Deposit.objects.count()) == ("from_tomorrow", 0)

    def test_file_of_an_account_that_is_no_citys_or_of_another_bank_is_refused(self, account):
        stranger = CityAccount(number="94199900000001")
        other_bank = notice(account, [credit(account, "", 7, at=NOON)], at=NOON).replace(b"NARUKRSE", b"ELSEKRSE")

        assert taken(notice(stranger, [credit(stranger, "", 7, at=NOON)], at=NOON), now=NOON).why == "account_unknown"
        assert taken(other_bank, now=NOON).why == "bank_unknown"
        assert not Deposit.objects.exists()

    def test_number_of_another_city_buys_nothing_there(self, top_up):
        neighbour = a_city_account(City.objects.create(slug=f"n-{number()}", name_ko="옆", name_en="Next"), now=NOON)

        found = told_deposit(neighbour, top_up.account.number, 900, now=NOON)

        assert (found.city_id, found.status, found.reason) == (neighbour.city_id, "suspense", "nobody")
        assert status(top_up) == "reserved"

    def test_refused_file_is_an_incident_of_its_city_or_of_everybody_who_banks(self, account):
        taken(b"<half", now=NOON)
        neighbour = a_city_account(City.objects.create(slug=f"n-{number()}", name_ko="옆", name_en="Next"), now=NOON)
        taken(notice(account, [credit(account, "", 7, at=LATER)], at=LATER), now=NOON)
        taken(b"<other half", now=NOON)

        incidents = Incident.objects.order_by("pk").values_list("city", "what", "details__why")
        assert list(incidents) == [
            (account.city_id, "bank_file_refused", "not_xml"),
            (account.city_id, "bank_file_refused", "from_tomorrow"),
            (account.city_id, "bank_file_refused", "not_xml"),
            (neighbour.city_id, "bank_file_refused", "not_xml"),
        ]

    def test_account_that_a_city_has_left_takes_what_still_comes(self, account):
        CityAccount.objects.filter(pk=account.pk).update(until=NOON)

        assert told_deposit(account, "", 7, now=LATER).account == account


class TestFolder:
    def lay(self, folder, name, content):
        (folder / folders.FROM_BANK / name).write_bytes(content)

    def names(self, folder, where=""):
        return sorted(each.name for each in (folder / folders.FROM_BANK / where).iterdir() if each.is_file())

    def test_file_is_moved_under_its_hash_to_where_its_verdict_says(self, folder, account):
        good = notice(account, [credit(account, "", 7, at=NOON)], at=NOON)
        self.lay(folder, "b.xml", good), self.lay(folder, "a.xml", b"<"), self.lay(folder, "c.xml", good)

        assert folders.take_files(now=NOON) == 3

        files = {each.verdict: each for each in BankFile.objects.all()}
        assert self.names(folder) == []
        assert self.names(folder, "taken") == [f"{files['taken'].sha256}.xml"]
        assert self.names(folder, "refused") == [f"{files['refused'].sha256}.xml"]
        assert (files["taken"].times, folders.take_files(now=NOON)) == (2, 0)

    def test_file_that_is_being_written_is_not_looked_at(self, folder, account):  # noqa: ARG002 - a city banks
        self.lay(folder, ".a.xml.part", b"<half"), self.lay(folder, "b.xml.part", b"<half")
        (folder / folders.FROM_BANK / "c.xml").symlink_to("/etc/passwd")

        assert folders.take_files(now=NOON) == 0
        assert not BankFile.objects.exists()

    def test_file_larger_than_any_banks_is_refused_unread(self, folder, account, monkeypatch):  # noqa: ARG002 - as above
        with (folder / folders.FROM_BANK / "large.xml").open("wb") as opened:
            opened.truncate(50 * 2**20)
        monkeypatch.setattr("citycoin.money.bank.operations.files.read", lambda _content: 1 / 0)

        folders.take_files(now=NOON)

        file = BankFile.objects.get()
        assert (file.why, file.size) == ("too_large", 50 * 2**20)
        assert file.size > LARGEST_FILE_BYTES
        assert self.names(folder, "refused") == [f"{file.sha256}.xml"]

    def test_no_folder_is_no_file(self, settings, tmp_path):
        settings.BANK_FOLDER = tmp_path / "nothing"

        assert folders.take_files(now=NOON) == 0

    def test_order_that_was_not_noted_is_laid_down_again_with_the_same_bytes(self, folder, top_up):
        sent(pay(top_up, 1))
        assert folders.deliver_orders(now=NOON) == 1
        (file,) = (folder / folders.TO_BANK).iterdir()
        first = file.read_bytes()

        OrderFile.objects.update(delivered_at=None)  # as if killed between the file and its note
        folders.deliver_orders(now=LATER)

        assert [each.read_bytes() for each in (folder / folders.TO_BANK).iterdir()] == [first]
        assert folders.deliver_orders(now=LATER) == 0


class TestResults:
    def test_transfer_that_was_made_ends_the_return(self, top_up):
        found = pay(top_up, 1)

        file = answered(sent(found), "ACSC")

        found.refresh_from_db()
        assert (file.verdict, found.status, TransferOut.objects.get().status) == ("taken", "returned", "done")

    def test_refused_return_is_in_suspense_and_may_go_back_once_more(self, top_up, official):
        found = pay(top_up, 1)
        answered(sent(found), "RJCT", "AC04")
        found.refresh_from_db()
        assert (found.status, found.reason, TransferOut.objects.get().reason) == ("suspense", "return_refused", "AC04")

        send_back(deposit_id=found.pk, official=official, reason="다시", now=NOON)
        with pytest.raises(DepositDecided):
            send_back(deposit_id=found.pk, official=official, reason="다시", now=NOON)

        assert sorted(TransferOut.objects.values_list("status", flat=True)) == ["ordered", "rejected"]

    def test_earlier_word_that_comes_late_changes_nothing_and_a_contradiction_is_refused(self, top_up):
        transfer = sent(pay(top_up, 1))
        answered(transfer, "ACSC")

        assert answered(transfer, "ACSP").verdict == "taken"
        assert answered(transfer, "RJCT").why == "result_contradicts"
        assert TransferOut.objects.get().status == "done"

    def test_result_of_an_order_that_was_never_sent_is_refused(self, top_up):
        transfer = sent(pay(top_up, 1))
        transfer.end_to_end = "another"
        assert answered(transfer, "ACSC").why == "order_unknown"
        transfer.order.message_id = "another"

        assert answered(transfer, "ACSC").why == "order_unknown"
        assert TransferOut.objects.get().status == "sent"

    def test_transfers_of_one_account_go_in_one_order_once(self, top_up):
        pay(top_up, 1), pay(top_up, 2)

        assert [make_orders(now=NOON), make_orders(now=NOON)] == [2, 0]
        assert OrderFile.objects.get().transfers.count() == 2


class TestOfficials:
    def test_deposit_is_assigned_where_it_buys_exactly_what_waits(self, top_up, official):
        found = told_deposit(top_up.account.account, "", 900, now=NOON)

        assign(deposit_id=found.pk, official=official, number=top_up.account.number, reason="전화 확인", now=LATER)

        found.refresh_from_db()
        assert (found.status, found.virtual_account, status(top_up)) == ("bought", top_up.account, "paid")
        event = AuditEvent.objects.get(act="deposit.assigned")
        assert event.facts == {"deposit": found.pk, "won": 900, "number": top_up.account.number, "reason": "전화 확인"}

    def test_deposit_of_another_amount_is_assigned_to_nothing_and_nobody_is_told(self, top_up, official):
        found = told_deposit(top_up.account.account, "", 901, now=NOON)

        with pytest.raises(DepositFitsNothing) as no:
            assign(deposit_id=found.pk, official=official, number=top_up.account.number, reason="x", now=LATER)

        found.refresh_from_db()
        assert (no.value.details, found.status, status(top_up)) == ({"reason": "over"}, "suspense", "reserved")
        assert not Notice.objects.exists()
        assert not AuditEvent.objects.exists()

    def test_official_of_another_city_finds_nothing(self, top_up, account):
        neighbour = City.objects.create(slug=f"n-{number()}", name_ko="옆", name_en="Next")
        other = open_official(
            city=neighbour, username=f"x{number()}", password=uuid.uuid4().hex, totp_secret="A" * 32, now=NOON
        )
        found, theirs = told_deposit(account, "", 900, now=NOON), a_city_account(neighbour, now=NOON)
        mine = told_deposit(theirs, "", 900, now=NOON)

        with pytest.raises(DepositUnknown):
            send_back(deposit_id=found.pk, official=other, reason="x", now=NOON)
        with pytest.raises(NumberUnknown):
            assign(deposit_id=mine.pk, official=other, number=top_up.account.number, reason="x", now=NOON)

    def test_deposit_goes_back_with_a_reason_and_only_where_it_came_from(self, account, official):
        found, unknown = told_deposit(account, "", 7, now=NOON), told_deposit(account, "", 8, now=NOON, number="")

        with pytest.raises(ReasonMissing):
            send_back(deposit_id=found.pk, official=official, reason=" ", now=NOON)
        with pytest.raises(PayerUnknown):
            send_back(deposit_id=unknown.pk, official=official, reason="x", now=NOON)
        send_back(deposit_id=found.pk, official=official, reason="주인 없음", now=NOON)

        found.refresh_from_db()
        assert (found.status, found.reason) == ("returning", "by_official")
        assert AuditEvent.objects.get().facts["reason"] == "주인 없음"


class TestNumbers:
    def opened(self, account, *, now=NOON, until=LATER):
        return open_virtual_account(city_id=account.city_id, purpose="top_up", open_until=until, now=now)

    def test_number_is_nobody_elses_for_ninety_days_after_its_time(self, account, monkeypatch):
        monkeypatch.setattr(accounts.secrets, "randbelow", lambda _there: 7)
        first = self.opened(account)

        with pytest.raises(NumbersUsedUp):
            self.opened(account, now=LATER + KEPT_FOR - timedelta(seconds=1))
        later = LATER + KEPT_FOR
        second = self.opened(account, now=later, until=later + timedelta(hours=1))

        assert (second.number, VirtualAccount.objects.get(pk=first.pk).released_at) == (first.number, later)
        assert told_deposit(account, first.number, 5, now=later).virtual_account == second

    def test_number_kept_for_longer_is_kept_from_its_new_end(self, top_up):
        accounts.keep_open(top_up.account, until=LATER)

        assert VirtualAccount.objects.get(pk=top_up.account_id).kept_until == LATER + KEPT_FOR

    def test_two_rows_never_hold_one_number(self, account):
        first = self.opened(account)
        with pytest.raises(IntegrityError), transaction.atomic():
            VirtualAccount.objects.create(
                account=account,
                number=first.number,
                purpose="top_up",
                opened_at=NOON,
                open_until=LATER,
                kept_until=LATER + KEPT_FOR,
            )

    def test_city_without_an_account_gives_out_no_number(self, city):
        with pytest.raises(NoBankAccount):
            open_virtual_account(city_id=city.pk, purpose="top_up", open_until=LATER, now=NOON)


def test_verdict_without_a_reason_is_that_it_was_bought():
    assert Verdict(Fate.BOUGHT) == BOUGHT
    with pytest.raises(AssertionError):
        Verdict(Fate.RETURN)
    assert NOON.tzinfo is KST
