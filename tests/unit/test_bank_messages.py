"""What banks say, read from ISO 20022, and what they are ordered: valid by the published schemas, and whatever isn't is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.demo_bank import messages as bank
from citycoin.demo_bank.messages import CREDIT, DEBIT, Entry
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import LARGEST_MOVEMENT, Amount
from citycoin.money.bank.domain.documents import Kind, is_valid, whole_won
from citycoin.money.bank.domain.messages import Outcome, Report, read
from citycoin.money.bank.domain.numbers import check_digit, serials, virtual_number
from citycoin.money.bank.domain.orders import Payee, Payer, order
from citycoin.money.bank.domain.verdicts import FileWrong, Why

NOON = datetime(2026, 5, 20, 12, 0, 0, 123_000, tzinfo=KST)
ACCOUNT = "94100100000001"
BOMB = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
# What a person's name may have in it, as a bank's computer passes it on: all that XML can carry.
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=70)


def entry(won: int = 9_000, *, direction: str = CREDIT, virtual: str = "94100112345674", **facts: object) -> Entry:
    said = SimpleNamespace(reference="R1", booked_at=NOON, name="김서연", bank="004", number="110222333", end_to_end="")
    return Entry(
        **{**said.__dict__, "account": ACCOUNT, "direction": direction, "amount": won, "virtual": virtual, **facts}
    )


def a_notice(*entries: Entry) -> str:
    return bank.notice("M1", ACCOUNT, entries, now=NOON).decode()


def refused(content: bytes | str) -> Why:
    with pytest.raises(FileWrong) as no:
        read(content.encode() if isinstance(content, str) else content)
    return no.value.why


class TestSchemas:
    def test_notice_statement_and_result_of_the_demos_bank_are_valid(self):
        entries = [entry(), entry(300, direction=DEBIT, virtual="", reference="R2", end_to_end="E1")]
        statement = bank.statement("M2", ACCOUNT, NOON.date(), entries, opening=-5, now=NOON)
        asked = bank.Order("O1", "O1", ACCOUNT, ())
        outcomes = [bank.Outcome("E1", bank.DONE, ""), bank.Outcome("E2", bank.REFUSED, "AC04")]

        assert is_valid(a_notice(*entries).encode(), Kind.NOTICE)
        assert is_valid(statement, Kind.STATEMENT)
        assert is_valid(bank.result("M3", asked, outcomes, now=NOON), Kind.RESULT)

    @given(name=names, won=st.integers(1, LARGEST_MOVEMENT), bic=st.booleans())
    def test_order_is_valid_and_the_bank_reads_what_was_written(self, name, won, bic):
        payee = Payee("E1", Amount(won), name, "ABCDKRSE" if bic else "004", "110222333444", "입금 반환")

        written = order("O1", Payer("김포시", bank.BIC, ACCOUNT), [payee], now=NOON)

        assert is_valid(written, Kind.ORDER)
        said = bank.read_order(written)
        (wanted,) = said.transfers
        assert (said.message_id, said.account) == ("O1", ACCOUNT)
        assert (wanted.amount, wanted.bank, wanted.number) == (won, "" if bic else "004", "110222333444")

    def test_order_is_no_word_of_a_banks(self):
        written = order("O1", Payer("김포시", bank.BIC, ACCOUNT), [], now=NOON)

        assert refused(written) == Why.KIND_UNKNOWN


class TestReading:
    @given(name=names, won=st.integers(1, LARGEST_MOVEMENT), second=st.integers(0, 10**9))
    def test_credit_is_read_as_the_bank_wrote_it(self, name, won, second):
        at = NOON + timedelta(seconds=second)

        said = read(a_notice(entry(won, name=name, booked_at=at)).encode())

        assert isinstance(said, Report)
        (account,) = said.accounts
        (credit,) = account.credits
        assert (said.message_id, account.bic, account.number) == ("M1", bank.BIC, ACCOUNT)
        assert (credit.reference, credit.number, credit.amount.amount) == ("R1", "94100112345674", won)
        assert (credit.payer_bank, credit.payer_number, credit.booked_at) == ("004", "110222333", at)

    def test_debits_and_what_is_not_booked_yet_are_no_deposits(self):
        pending = a_notice(entry()).replace("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>")
        debit = a_notice(entry(direction=DEBIT, virtual=""))

        assert [each.credits for content in (pending, debit) for each in read(content.encode()).accounts] == [(), ()]

    def test_deposits_that_were_booked_together_are_read_one_by_one(self):
        whole = a_notice(entry(9_000))
        one = whole[whole.index("<TxDtls>") : whole.index("</TxDtls>") + len("</TxDtls>")]
        parts = [
            one.replace("R1", name).replace("</Refs>", f'</Refs><Amt Ccy="KRW">{won}</Amt>')
            for name, won in (("R2", 4_000), ("R3", 5_000))
        ]

        (account,) = read(whole.replace(one, "".join(parts)).encode()).accounts

        assert [(each.reference, each.amount.amount) for each in account.credits] == [("R2", 4_000), ("R3", 5_000)]
        assert refused(whole.replace(one, parts[0])) == Why.SUMS_DIFFER

    @pytest.mark.parametrize(
        ("said", "means"),
        [
            ("1000", 1_000),
            ("1000.00", 1_000),
            ("+7", 7),
            ("1000.5", None),
            ("-1", None),
            ("1e3", None),
            ("١", None),
            ("", None),
        ],
    )
    def test_won_have_no_part_of_a_won(self, said, means):
        assert whole_won(said) == means

    def test_whole_order_that_the_bank_refused_is_read_without_its_transfers(self):
        written = bank.result("M3", bank.Order("O1", "O1", ACCOUNT, ()), [], now=NOON).decode()

        said = read(written.replace("</OrgnlMsgNmId>", "</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>").encode())

        assert (said.order_id, said.answers, said.all_of_it) == ("O1", (), Outcome.REJECTED)


class TestRefused:
    def test_file_that_was_cut_off_anywhere_is_refused(self):
        whole = a_notice(entry(), entry(reference="R2")).encode()

        for length in range(0, len(whole) - 1, 97):
            assert refused(whole[:length]) in {Why.NOT_XML, Why.KIND_UNKNOWN}, length

    def test_file_that_lost_an_entry_and_is_still_xml_is_refused_by_its_sums(self):
        whole = a_notice(entry(), entry(reference="R2"))
        first = whole[whole.index("<Ntry>") : whole.index("</Ntry>") + len("</Ntry>")]

        assert refused(whole.replace(first, "")) == Why.SUMS_DIFFER

    def test_entity_bomb_is_refused_before_it_is_parsed(self):
        body = a_notice(entry(name="NAME")).replace("NAME", "&b;")
        head, _, rest = body.partition("?>")

        assert refused(f"{head}?>{BOMB}{rest}") == Why.DOCTYPE
        assert refused(f"{head}?>{BOMB}{rest}".encode("utf-16")) == Why.NOT_XML

    def test_external_entity_is_not_fetched(self):
        head, _, rest = a_notice(entry(name="NAME")).replace("NAME", "&x;").partition("?>")

        assert refused(f'{head}?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{rest}') == Why.DOCTYPE

    def test_encoding_that_a_file_declares_is_not_believed(self):
        """What was looked through is what is parsed: UTF-8, whatever the file says of itself."""
        said = read(a_notice(entry()).replace("encoding='UTF-8'", "encoding='ISO-8859-1'").encode())

        assert said.accounts[0].credits[0].payer_name == "김서연"

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda said: said.replace('Ccy="KRW"', 'Ccy="USD"', 1), Why.NOT_WON),
            (lambda said: said.replace(">9000<", ">9000.50<"), Why.NOT_WON),
            (lambda said: said.replace(">9000<", ">0<"), Why.NOT_WON),
            (lambda said: said.replace(">R1<", "><"), Why.AGAINST_SCHEMA),
            (lambda said: said.replace("camt.054.001.08", "camt.054.001.02"), Why.KIND_UNKNOWN),
            (lambda said: said.replace("<Sts>", "<Status>").replace("</Sts>", "</Status>"), Why.AGAINST_SCHEMA),
            (lambda said: said.replace("2026-05-20T12", "0001-01-01T12"), Why.AGAINST_SCHEMA),
            (lambda _said: "<html></html>", Why.KIND_UNKNOWN),
            (lambda _said: "", Why.NOT_XML),
        ],
    )
    def test_notice_that_is_not_right_is_refused(self, change, why):
        assert refused(change(a_notice(entry()))) == why

    def test_entry_without_the_banks_reference_is_refused(self):
        said = a_notice(entry()).replace("<AcctSvcrRef>R1</AcctSvcrRef>", "")

        assert (
            refused(
                said.replace("<Refs>\n              \n            </Refs>", "<Refs><EndToEndId>E</EndToEndId></Refs>")
            )
            == Why.NO_REFERENCE
        )

    def test_status_that_nobody_knows_is_refused(self):
        said = bank.result("M3", bank.Order("O1", "O1", ACCOUNT, ()), [bank.Outcome("E1", "ZZZZ", "")], now=NOON)

        assert refused(said) == Why.STATUS_UNKNOWN


class TestNumbers:
    @given(serial=st.integers(0, 10**7 - 1))
    def test_number_has_its_digits_and_another_digit_makes_it_none(self, serial):
        number = virtual_number("941001", serial, digits=14)

        assert len(number) == 14
        assert number.startswith("941001")
        for place in range(6, 13):
            other = str((int(number[place]) + 1) % 10)
            assert check_digit(number[:place] + other + number[place + 1 : -1]) != number[-1]

    def test_check_digit_is_the_one_of_the_standards_example(self):
        assert check_digit("7992739871") == "3"

    def test_prefix_leaves_as_many_numbers_as_its_digits_allow(self):
        assert serials("941001", digits=14) == 10**7
        assert len({virtual_number("941001", each, digits=8) for each in range(serials("941001", digits=8))}) == 10


def test_moment_of_a_bank_without_a_zone_is_seouls():
    said = a_notice(entry()).replace("2026-05-20T12:00:00.123+09:00", "2026-05-20T12:00:00")

    assert read(said.encode()).made_at == NOON.replace(microsecond=0)
    assert read(said.encode()).made_at.astimezone(UTC).hour == 3
