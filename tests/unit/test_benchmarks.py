"""The one form of a benchmark: which bars hold, what is printed, and what is written into the page of figures."""

import json
from dataclasses import replace

import pytest

from tests.benchmarks import form
from tests.benchmarks.form import Figure, Measured, Peer, Table

MACHINE = {"system": "Linux x86_64", "processor": "a core", "cores": 2, "memory_gb": 24, "python": "3.11.2"}
GOOD = Measured(
    "sample",
    figures=(Figure("ratio", 0.09, bar=0.06, aim=0.1), Figure("seconds", 9.5, bar=10, at_most=True)),
    raw={"payments": 5_000},
    peers=(Peer("pgbench", 2_025.1, "a second"),),
    books_equal=True,
    tables=(Table("By shop", ("shop", "won"), [("one", 1_000)]),),
    machine=MACHINE,
)
PAGE = "# Figures\n\nBefore.\n\n<!-- bench sample -->\nold\n<!-- end of bench sample -->\n\nAfter.\n"


class TestFigure:
    @pytest.mark.parametrize(
        ("figure", "holds"),
        [
            (Figure("a", 0.06, bar=0.06), True),
            (Figure("a", 0.059, bar=0.06), False),
            (Figure("a", 10, bar=10, at_most=True), True),
            (Figure("a", 10.1, bar=10, at_most=True), False),
            (Figure("a", 1, aim=2), True),
        ],
    )
    def test_figure_holds_while_its_bar_is_kept(self, figure, holds):
        assert figure.holds is holds


class TestMeasured:
    def test_benchmark_with_every_bar_kept_and_equal_books_or_none_holds(self):
        assert GOOD.holds
        assert replace(GOOD, books_equal=None).holds

    def test_benchmark_with_a_missed_bar_does_not_hold(self):
        assert not replace(GOOD, figures=(*GOOD.figures, Figure("b", 1, bar=2))).holds

    def test_benchmark_with_books_that_differ_does_not_hold(self):
        assert not replace(GOOD, books_equal=False).holds

    def test_benchmark_as_json_is_one_object_of_six_parts(self):
        said = json.loads(json.dumps(GOOD.as_json()))

        assert list(said) == ["name", "figures", "raw", "peers", "machine", "books_equal"]
        assert said["figures"][1] == {"id": "seconds", "value": 9.5, "bar": 10, "aim": None, "holds": True}
        assert said["peers"] == [{"name": "pgbench", "value": 2_025.1, "unit": "a second"}]

    @pytest.mark.parametrize("write", [form.as_text, lambda measured: form.as_markdown(measured, words=())])
    def test_benchmark_as_text_or_markdown_says_its_figures_and_a_missed_bar(self, write):
        missed = replace(GOOD, figures=(Figure("ratio", 0.05, bar=0.06),))

        for words in ("0.090", "at least 0.060", "at most 10", "2,025", "By shop", "1,000", "books were equal"):
            assert words in write(GOOD)
        assert "MISSED" in write(missed)
        assert "MISSED" not in write(GOOD)


class TestWrite:
    def test_benchmark_written_to_a_page_replaces_only_what_is_between_its_markers(self, tmp_path):
        page = tmp_path / "performance.md"
        page.write_text(PAGE)

        form.write(GOOD, words=["--payments", "9", "--write"], page=page)
        form.write(GOOD, words=["--payments", "9", "--write"], page=page)

        text = page.read_text()
        assert text.startswith("# Figures\n\nBefore.\n\n<!-- bench sample -->\n`./city bench sample --payments 9` on ")
        assert text.endswith("\n<!-- end of bench sample -->\n\nAfter.\n")
        assert "old" not in text

    def test_benchmark_written_to_a_page_without_a_place_for_it_is_refused(self, tmp_path):
        page = tmp_path / "performance.md"
        page.write_text("# Figures\n")

        with pytest.raises(form.NoPlace):
            form.write(GOOD, words=[], page=page)

    @pytest.mark.parametrize("name", ["pay", "gas", "by_itself"])
    def test_benchmark_has_one_place_on_the_page_of_figures(self, name):
        assert form.PAGE.read_text().count(f"<!-- bench {name} -->") == 1
