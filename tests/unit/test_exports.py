"""Tables as files: CSV, XLSX, PDF and a strip for printers say what the rows say, and no text of theirs does anything."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pypdfium2
import pytest
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from citycoin.foundation.bilingual import Words
from citycoin.platform.exports.domain import pdf_files, xlsx_files
from citycoin.platform.exports.domain.charts import table_of
from citycoin.platform.exports.domain.csv_files import csv_of, plain
from citycoin.platform.exports.domain.formats import FORMATS, ExportFormatUnknown
from citycoin.platform.exports.domain.tables import Column, ExportTooLong, Kind, Table, one_line
from citycoin.platform.exports.doors.files import exported
from citycoin.platform.pages.domain.charts.bars import Bar, lying
from citycoin.platform.pages.domain.charts.figures import HIDDEN, Heading

COLUMNS = (
    Column(Words("일시", "Time"), Kind.MOMENT),
    Column(Words("날짜", "Day"), Kind.DAY),
    Column(Words("내용", "What")),
    Column(Words("건수", "Count"), Kind.COUNT),
    Column(Words("금액", "Amount"), Kind.WON),
)
AT = datetime(2026, 11, 29, 15, 0, 1, tzinfo=UTC)  # the next day in Seoul
DAY = date(2026, 11, 30)
FORMULAS = "=+-@＝＋－＠\t\r\n"
texts = st.text(max_size=30) | st.builds(
    str.__add__, st.text(FORMULAS + " 0123456789.", max_size=3), st.text(max_size=9)
)
rows = st.tuples(
    st.just(AT), st.just(DAY), texts, st.none() | st.integers(0), st.none() | st.integers(-(10**12), 10**12)
)


def table(*of: tuple[object, ...], title: str = "바다횟집 2026-11 결제") -> Table:
    return Table(Words(title, "Payments"), COLUMNS, of, (Words("바다횟집", "Sea"),))


def read(pieces: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(pieces.decode("utf-8-sig"), newline="")))


class TestCsv:
    @given(st.lists(rows, max_size=5))
    def test_csv_read_back_holds_each_cell_of_each_row(self, many):
        head, *lines = read(b"".join(csv_of(table(*many))))

        assert head == ["일시", "날짜", "내용", "건수", "금액(원)"]
        assert lines == [
            ["2026-11-30 00:00:01", "2026-11-30", plain(text), *("" if each is None else str(each) for each in numbers)]
            for _, _, text, *numbers in many
        ]

    @given(texts)
    @example("\u3000=1+1")
    @example("00123456")
    @example("12E45678")
    @example(".5")
    @example(",5")
    @example(".")
    def test_text_in_a_csv_begins_no_formula_and_is_no_number(self, text):
        cell = plain(text)

        assert cell[:1] not in set(FORMULAS)
        assert not re.fullmatch(r"(?=.*[0-9])[0-9.,eE+-]+", cell)
        assert cell.removeprefix("'") == one_line(text).removeprefix("'")

    def test_csv_begins_with_the_mark_of_utf_8_and_ends_each_line_as_excel_does(self):
        file = b"".join(csv_of(table((AT, DAY, "a\r\nb", 1, -3_000))))

        assert file.startswith(b"\xef\xbb\xbf")
        assert file.count(b"\n") == file.count(b"\r\n") == 2
        assert file.endswith(b",1,-3000\r\n")

    def test_csv_of_a_chart_holds_the_rows_of_its_table_hides_what_it_hides_and_begins_no_formula(self):
        rows = [Bar("=1+1", 1_200), Bar("Geoje-dong", None), Bar("장기동", 7)]
        chart = lying(Heading("제목", "어떻게"), rows, first="지역", column="쓴 돈")

        head, *lines = read(b"".join(csv_of(table_of(chart, Words("지역별", "By district")))))

        assert head == ["지역", "쓴 돈(원)"]
        assert [line[0].removeprefix("'") for line in lines] == [row.label for row in chart.table.rows]
        assert lines == [["'=1+1", "1200"], ["Geoje-dong", HIDDEN.ko], ["장기동", "7"]]

    def test_csv_reads_no_more_rows_than_it_has_written(self):
        taken = []
        many = ((taken.append(number), (AT, DAY, "", 1, number))[1] for number in range(10_000))
        pieces = csv_of(Table(Words("", ""), COLUMNS, many))

        next(pieces), next(pieces)

        assert len(taken) < 500


class TestXlsx:
    def test_xlsx_holds_texts_as_texts_won_as_numbers_and_days_as_days(self):
        into = BytesIO()
        xlsx_files.write_xlsx(table((AT, DAY, "=HYPERLINK(1)", None, -3_000), (AT, DAY, "http://a.b", 2, 7)), into)

        with zipfile.ZipFile(into) as book:
            sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
            styles = book.read("xl/styles.xml").decode()
        of = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        cells = {each.get("r"): each for each in sheet.iterfind(".//c", of)}
        assert sheet.find(".//f", of) is None
        assert sheet.find(".//hyperlinks", of) is None
        assert [cells[each].get("t") for each in ("A1", "C2", "C3")] == ["inlineStr"] * 3
        assert "".join(cells["C2"].itertext()) == "=HYPERLINK(1)"
        assert [("".join(cells[each].itertext()), cells[each].get("t")) for each in ("E2", "D3")] == [
            ("-3000", None),
            ("2", None),
        ]
        assert float("".join(cells["B2"].itertext())) == (DAY - date(1899, 12, 30)).days
        assert float("".join(cells["A2"].itertext())) == pytest.approx((DAY - date(1899, 12, 30)).days + 1 / 86_400)
        assert all(each in styles for each in ("#,##0", "yyyy-mm-dd"))
        assert sheet.find(".//pane", of).get("state") == "frozen"


class TestPdf:
    def test_pdf_repeats_its_header_numbers_its_pages_and_ends_with_the_totals(self):
        many = [(AT, DAY, f"가게 {number} {{nb}}", 1, 1_000 + number) for number in range(100)]

        pages = pages_of(pdf_files.pdf_of(table(*many)))

        assert len(pages) > 1
        for number, page in enumerate(pages, 1):
            assert "금액(원)" in page
            assert " ".join(page.split()).endswith(f"{number} / {len(pages)}")
        assert "바다횟집 2026-11 결제" in pages[0]
        assert all(any(f"가게 {number} {{nb}}" in page for page in pages) for number in range(100))
        assert f"100건 100 {100 * 1_000 + sum(range(100)):,}" in " ".join(pages[-1].split())

    def test_pdf_of_a_text_that_is_too_wide_wraps_it_within_the_page(self):
        long = "아주 긴 이름을 가진 가게 " * 12

        with pypdfium2.PdfDocument(pdf_files.pdf_of(table((AT, DAY, long, 1, 1_000)))) as pdf:
            text = pdf[0].get_textpage()
            right = max(text.get_charbox(each)[2] for each in range(text.count_chars()))
            assert right <= pdf[0].get_width() - 12 / 25.4 * 72
            assert "".join(text.get_text_range().split()).count("아주긴이름을가진가게") == 12

    def test_strip_is_80_mm_wide_and_holds_each_row_and_the_total(self):
        file = pdf_files.strip_of(table((AT, DAY, "가", 1, 1_500), (AT, DAY, "나", 2, None)))

        with pypdfium2.PdfDocument(file) as pdf:
            assert [round(page.get_width() / 72 * 25.4) for page in pdf] == [80]
            text = " ".join(pdf[0].get_textpage().get_text_range().split())
        assert all(each in text for each in ("2026-11-30 00:00:01 · 2026-11-30 · 가", "· 나", "합계 · 2건"))
        assert text.endswith("건수 3 금액(원) 1,500")


def pages_of(file: bytes) -> list[str]:
    with pypdfium2.PdfDocument(file) as pdf:
        return [each.get_textpage().get_text_range() for each in pdf]


class TestLimits:
    @pytest.mark.parametrize(("module", "most"), [(pdf_files, "MOST_ROWS_OF_A_STRIP"), (pdf_files, "MOST_ROWS")])
    def test_file_with_more_rows_than_it_may_have_is_refused_with_their_number(self, module, most):
        writes = pdf_files.strip_of if "STRIP" in most else pdf_files.pdf_of
        limit = getattr(module, most)

        with pytest.raises(ExportTooLong) as refusal:
            writes(table(*[(AT, DAY, "", 1, 1)] * (limit + 1)))

        assert refusal.value.details == {"most": limit}


class TestDoor:
    def asked(self, what: str, title: str = "바다횟집 2026-11 결제"):
        return exported(RequestFactory().get("/", {"as": what}), table((AT, DAY, "가", 1, 1), title=title), "gimpo-7")

    @pytest.mark.django_db  # the end of an answer looks after connections
    @pytest.mark.parametrize("what", FORMATS)
    def test_file_has_a_name_in_ascii_and_one_in_korean_and_stays_in_no_cache(self, what):
        answer = self.asked(what, title='바다/횟집" 11월')

        said = answer["Content-Disposition"]
        assert f"attachment; filename=\"gimpo-7{FORMATS[what].ending}\"; filename*=UTF-8''%EB%B0%94%EB%8B%A4%20" in said
        assert said.isascii()
        assert said.count('"') == 2
        assert "/" not in said
        assert (answer["Content-Type"], answer["Cache-Control"]) == (FORMATS[what].content_type, "no-store")
        answer.close()

    @pytest.mark.parametrize("what", ["", "doc", "CSV", "../csv"])
    def test_file_of_an_unknown_kind_is_refused_with_the_kinds_that_there_are(self, what):
        with pytest.raises(ExportFormatUnknown) as refusal:
            self.asked(what)

        assert refusal.value.details == {"formats": ["csv", "xlsx", "pdf", "80mm"]}

    def test_csv_is_in_the_language_of_whoever_asked_when_it_is_made_after_the_request(self):
        with override("en"):
            answer = self.asked("csv")

        assert read(b"".join(answer))[0][-1] == "Amount (won)"
