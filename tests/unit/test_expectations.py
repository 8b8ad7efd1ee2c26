"""The table of expectations: each is judged once, and what is said to show it exists."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import pytest

from citycoin.development.domain.proofs import PROOFS
from citycoin.runtime.domain.addresses import ROOT
from tests.browser.pages import PAGES

TABLE: Final = (ROOT / "docs" / "expectations.md").read_text()
ROW: Final = re.compile(r"^\| (\d+) \|[^|]+\| (holds|in part|not) \|([^|]*)\|([^|]*)\|$", re.MULTILINE)
COUNTS: Final = re.compile(r"^\| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
NAMED_TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PICTURE: Final = re.compile(r"`var/shots/(?:ko|en)-(?:360|1280)-([\w-]+)\.png`")
PROOF: Final = re.compile(r"`\./city prove (\w+)`")
BENCHMARK: Final = re.compile(r"`\./city bench (\w+)`")
ROWS: Final = [(int(number), judged, seen, missing.strip()) for number, judged, seen, missing in ROW.findall(TABLE)]


def test_each_of_the_hundred_expectations_is_judged_once():
    assert [number for number, *_ in ROWS] == list(range(1, 101))


def test_counts_of_expectations_are_those_of_the_table():
    [said] = COUNTS.findall(TABLE)
    judged = Counter(judged for _, judged, *_ in ROWS)

    assert [int(each) for each in said] == [judged["holds"], judged["in part"], judged["not"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_expectation_is_shown_by_what_exists_or_says_what_is_missing(row):
    _, judged, seen, missing = row
    named = NAMED_TEST.findall(seen)
    pictures = PICTURE.findall(seen)
    proofs, benchmarks = PROOF.findall(seen), BENCHMARK.findall(seen)

    assert len(named) + len(pictures) + len(proofs) + len(benchmarks) == seen.count("`") // 2, "each is one of these"
    assert set(proofs) <= set(PROOFS)
    assert all((ROOT / "tests" / "benchmarks" / f"{name}.py").is_file() for name in benchmarks)
    assert [name for file, name in named if not re.search(rf"def {name}\(", (ROOT / file).read_text())] == []
    assert set(pictures) <= {page.name for page in PAGES}
    assert bool(named or pictures) == (judged != "not")
    assert bool(missing) == (judged != "holds")
