"""The demo's bank by itself: what it books, what it delivers and when, and that it takes nothing twice."""

from __future__ import annotations

import os

import pytest

from citycoin.demo_bank import messages
from citycoin.demo_bank.__main__ import go_round
from citycoin.demo_bank.books import Books
from citycoin.demo_bank.clock import BankClock
from citycoin.demo_bank.folders import Folders
from citycoin.demo_bank.transfers import Transfer, TransferRefused
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.domain.documents import Kind, is_valid
from citycoin.money.bank.domain.messages import Report, Result, read
from citycoin.money.bank.domain.orders import Payee, Payer, order
from citycoin.runtime.operations.system import System

TO, ACCOUNT = "94100112345674", "94100100000001"
DAY, HOUR = 86_400, 3_600


class Bank:
    """The program without its door, in a folder of its own; ``again`` is what a kill and a start make of it."""

    def __init__(self, folder):
        self.folder, self.ahead = folder, folder / "clock"
        self.again()

    def again(self):
        self.books = Books(self.folder / "bank.sqlite3", BankClock(self.ahead))
        self.folders = Folders(self.folder, self.books)

    def move(self, seconds):
        self.ahead.write_text(str(seconds))

    def send(self, won, to=TO, asked_as="", **facts):
        said = {"name": "김서연", "bank": "004", "number": "", **facts}
        return self.books.book([Transfer(asked_as=asked_as or os.urandom(8).hex(), to=to, amount=won, **said)])

    def new_files(self):
        """What it delivers now, by name; each is looked at once."""
        go_round(self.books, self.folders)
        found = {each.name: each.read_bytes() for each in sorted((self.folder / "from-bank").glob("*.xml"))}
        for name in found:
            (self.folder / "from-bank" / name).unlink()
        return found

    def order(self, won, message_id="O1"):
        """A customer orders a transfer."""
        payee = Payee("E" + message_id, Amount(won), "김서연", "004", "110222333", "반환")
        content = order(message_id, Payer("김포시", messages.BIC, ACCOUNT), [payee], now=clock.now())
        (self.folder / "to-bank" / f"{os.urandom(4).hex()}.xml").write_bytes(content)


@pytest.fixture
def bank(tmp_path):
    return Bank(tmp_path)


def amounts(content):
    said = read(content)
    return [each.amount.amount for account in said.accounts for each in account.credits]


class TestTransfers:
    def test_transfers_of_a_moment_are_told_in_one_file_an_account_once(self, bank):
        bank.send(5), bank.send(6), bank.send(7, to="94100212345677")

        files = bank.new_files()

        assert sorted(amounts(each) for each in files.values()) == [[5, 6], [7]]
        assert all(is_valid(each, Kind.NOTICE) for each in files.values())
        assert bank.new_files() == {}

    def test_same_id_is_one_transfer_also_after_a_kill(self, bank):
        first = bank.send(5, asked_as="one")
        bank.again()

        assert bank.send(5, asked_as="one") == first
        assert list(map(amounts, bank.new_files().values())) == [[5]]

    @pytest.mark.parametrize(
        "wrong",
        [{"to": "1"}, {"to": "94200112345674"}, {"to": ACCOUNT}, {"to": "９4100112345674"}, {"won": 0}, {"name": ""},
         {"name": "a\x00"}, {"bank": "x"}, {"number": "١"}],
    )  # fmt: skip
    def test_transfer_that_the_bank_does_not_make_books_nothing_of_all(self, bank, wrong):
        good = Transfer("good", "김서연", "004", "", TO, 5)
        said = {"won": 5, "to": TO, "name": "김서연", "bank": "004", "number": "", **wrong}
        bad = Transfer("bad", said["name"], said["bank"], said["number"], said["to"], said["won"])

        with pytest.raises(TransferRefused):
            bank.books.book([good, bad])

        assert bank.books.entries() == []

    def test_file_that_a_kill_left_undelivered_is_delivered_afterwards(self, bank):
        bank.send(5)
        bank.books.tell()
        bank.again()

        assert list(map(amounts, bank.new_files().values())) == [[5]]


class TestMistakes:
    def test_each_mistake_is_made_once(self, bank):
        for name in ("short", "double"):
            bank.books.switch(name)

        made, after = bank.send(5), bank.send(5)

        assert [each.amount for each in made + after] == [4, 4, 5]
        assert not any(bank.books.switches().values())

    def test_file_out_of_order_comes_after_the_next_one(self, bank):
        bank.books.switch("out-of-order")
        bank.send(5)
        assert bank.new_files() == {}
        bank.send(6)

        assert list(map(amounts, bank.new_files().values())) == [[6]]
        assert list(map(amounts, bank.new_files().values())) == [[5]]

    @pytest.mark.parametrize(("mistake", "seconds"), [("delay", 10), ("late", HOUR)])
    def test_file_that_is_late_comes_by_the_demos_clock(self, bank, mistake, seconds):
        bank.books.switch(mistake)
        bank.send(5)
        assert bank.new_files() == {}

        bank.move(seconds)

        assert list(map(amounts, bank.new_files().values())) == [[5]]

    def test_mistake_that_it_does_not_make_is_a_key_error(self, bank):
        with pytest.raises(KeyError):
            bank.books.switch("vanish")


class TestOrders:
    def test_order_is_carried_out_once_and_answered(self, bank):
        bank.order(5)
        bank.order(5)

        (answer,) = bank.new_files().values()

        said = read(answer)
        assert isinstance(said, Result)
        assert (said.order_id, [each.outcome for each in said.answers]) == ("O1", ["done"])
        assert [(each.direction, each.amount) for each in bank.books.entries()] == [("DBIT", 5)]

    def test_order_that_it_is_told_to_bounce_moves_nothing(self, bank):
        bank.books.switch("bounce-next")
        bank.order(5)

        (answer,) = bank.new_files().values()

        assert [(each.outcome, each.reason) for each in read(answer).answers] == [("rejected", "AC04")]
        assert bank.books.entries() == []

    def test_file_that_is_no_order_is_put_aside(self, bank):
        (bank.folder / "to-bank" / "x.xml").write_text("<x")

        assert bank.new_files() == {}
        assert [each.name for each in (bank.folder / "to-bank" / "refused").iterdir()] == ["x.xml"]


def test_statement_of_a_day_comes_once_when_the_day_is_over_with_both_balances(bank):
    bank.send(500)
    bank.order(200)
    bank.new_files()
    bank.move(DAY)

    (first,) = bank.new_files().values()
    bank.again()
    assert bank.new_files() == {}
    bank.send(50)
    bank.new_files()
    bank.move(2 * DAY)
    (second,) = bank.new_files().values()

    assert is_valid(first, Kind.STATEMENT)
    said = read(first)
    assert isinstance(said, Report)
    assert (said.kind, amounts(first), amounts(second)) == (Kind.STATEMENT, [500], [50])
    balances = [each.split(b"<")[0] for content in (first, second) for each in content.split(b'<Amt Ccy="KRW">')[1:3]]
    assert balances == [b"0", b"300", b"300", b"350"]


def test_bank_is_a_program_of_a_demo_alone(tmp_path):
    assert "bank" in System(tmp_path, {}).names
    assert "bank" not in System(tmp_path, {"CITYCOIN_DEMO": "0"}).names
