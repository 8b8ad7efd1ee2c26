"""Charts: what is drawn is in the table, stands inside the picture, and is safe and well-formed, whatever the rows."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from citycoin.foundation.bilingual import Words
from citycoin.platform.pages.domain.charts import bars, lines, river, scales, shares, svg, tiles
from citycoin.platform.pages.domain.charts.figures import HIDDEN, Chart, Heading

HOSTILE = "</text><script>alert(1)</script>\"'<b onload=x>&amp;"
WON = st.integers(min_value=0, max_value=10**12)
SIGNED = st.integers(min_value=-(10**12), max_value=10**12)
# As names are kept: no control characters, which XML doesn't hold.
TEXT = st.characters(codec="utf-8", exclude_categories=["C"])
LABELS = st.one_of(
    st.text(TEXT, max_size=40), st.just(HOSTILE), st.sampled_from(["고촌읍", "31일", "전통시장 안 반찬 가게"])
)
HEADING = st.builds(Heading, title=LABELS, how=LABELS)
HERE = Heading("", "")
PERCENT = re.compile(r"(-?[\d.]+)%")


def hidden_or(sums: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.one_of(sums, st.none())


def points(sums: st.SearchStrategy[int], *, most: int = 40) -> st.SearchStrategy[tuple[lines.Point, ...]]:
    places = st.lists(st.integers(min_value=0, max_value=400), unique=True, max_size=most).map(sorted)
    return places.flatmap(
        lambda chosen: st.tuples(
            *(st.builds(lines.Point, at=st.just(at), label=LABELS, won=hidden_or(sums)) for at in chosen)
        )
    )


BARS = st.lists(
    st.builds(bars.Bar, label=LABELS, won=hidden_or(SIGNED), emphasis=st.booleans(), beside=hidden_or(WON)), max_size=40
)
LINES = st.builds(lines.Line, name=LABELS, points=points(SIGNED))
LOTS = st.lists(st.builds(shares.Lot, name=LABELS, won=WON, until=LABELS), max_size=20)
TILES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), st.tuples(LABELS, hidden_or(WON)), max_size=20
).map(lambda laid: [tiles.Tile(label, column, row, won) for (column, row), (label, won) in laid.items()])


@st.composite
def stacks(draw: st.DrawFn) -> Chart:
    inks = draw(st.lists(st.sampled_from(["f1", "p-line", "p-dot", "p-two"]), unique=True, min_size=1, max_size=4))
    parts = [bars.Part(draw(LABELS), ink) for ink in inks]
    sums = st.tuples(*(hidden_or(SIGNED) for _ in parts))
    rows = draw(st.lists(st.builds(bars.Stack, label=LABELS, sums=sums), max_size=31))
    return bars.stacked(draw(HEADING), parts, rows, first="주")


@st.composite
def stages(draw: st.DrawFn) -> list[river.Stage]:
    """Stages that conserve, or that leave a rest without a name."""
    won, made = draw(WON), []
    for _ in range(draw(st.integers(0, 4))):
        leaves, left = [], won
        for _ in range(draw(st.integers(0, 3))):
            part = draw(st.integers(0, left))
            left -= part
            leaves.append(river.Leaving(draw(LABELS), part, gone=draw(st.booleans())))
        onward = draw(st.one_of(st.just(left), st.integers(0, left)))
        detour = river.Leaving(draw(LABELS), draw(st.integers(0, onward))) if draw(st.booleans()) else None
        made.append(river.Stage(draw(LABELS), won, tuple(leaves), detour))
        won = onward
    return [*made, river.Stage(draw(LABELS), won)]


CHARTS: dict[str, st.SearchStrategy[Chart]] = {
    "standing": st.builds(bars.standing, HEADING, BARS, first=LABELS, beside=LABELS, emphasised=LABELS, others=LABELS),
    "lying": st.builds(bars.lying, HEADING, BARS, first=LABELS),
    "stacked": stacks(),
    "line": st.builds(
        lines.line, HEADING, LINES, first=LABELS,
        second=st.one_of(st.none(), LINES), forecast=st.one_of(st.none(), LINES),
        band=st.one_of(
            st.none(),
            st.builds(
                lines.Band, LABELS,
                st.lists(
                    st.builds(lines.Range, st.integers(0, 400), LABELS, WON, WON), max_size=8, unique_by=lambda each: each.at
                ).map(lambda ranges: tuple(sorted(ranges, key=lambda each: each.at))),
            ),
        ),
        marked=st.one_of(st.none(), st.builds(lines.Mark, st.integers(0, 400), LABELS, LABELS)),
        ends=st.one_of(st.none(), st.builds(lines.Mark, st.integers(0, 400), LABELS, LABELS)),
        dates=st.lists(st.builds(lines.Mark, st.integers(0, 400), LABELS), max_size=12, unique_by=lambda each: each.at),
    ),
    "small multiples": st.builds(
        lines.small_multiples, HEADING, st.lists(st.builds(lines.Small, LABELS, points(SIGNED, most=8)), max_size=6),
        first=LABELS,
    ),
    "sparkline": st.builds(lines.sparkline, HEADING, LINES, first=LABELS, second=st.one_of(st.none(), LINES)),
    "meter": st.builds(shares.meter, HEADING, used=WON, whole=WON, used_name=LABELS, whole_name=LABELS),
    "ring": st.builds(shares.ring, HEADING, used=WON, whole=WON, used_name=LABELS, whole_name=LABELS),
    "lots bar": st.builds(shares.lots_bar, HEADING, LOTS, first=LABELS, until=LABELS, column=LABELS),
    "tile map": st.builds(tiles.tile_map, HEADING, TILES, first=LABELS, column=LABELS),
    "river": st.builds(river.river, HEADING, stages(), first=LABELS, column=LABELS),
}  # fmt: skip
ANY = st.one_of(*CHARTS.values())


def tree(chart: Chart) -> ET.Element:
    """The picture, read as XML: what isn't well-formed raises."""
    return ET.fromstring(f"<all>{chart.svg}{''.join(item.swatch for item in chart.legend)}</all>")  # noqa: S314 – ours


def sums_drawn(chart: Chart) -> list[int]:
    """The sums that shapes have as their titles."""
    said = [title.text or "" for title in tree(chart).iter("title")]
    found = [re.search(r"(−?)([\d,]+)원\Z", text) for text in said]
    return [int(each[2].replace(",", "")) * (-1 if each[1] else 1) for each in found if each]


def sums_listed(chart: Chart) -> list[int]:
    return [cell for row in chart.table.rows for cell in row.cells if isinstance(cell, int)]


class TestAnyChart:
    @pytest.mark.parametrize("kind", CHARTS)
    def test_picture_is_well_formed_without_script_or_style_whatever_the_rows_say(self, kind):
        @settings(max_examples=15)
        @given(CHARTS[kind])
        def holds(chart: Chart) -> None:
            for element in tree(chart).iter():
                assert element.tag in {
                    "all", "circle", "div", "line", "path", "polygon", "polyline", "rect", "svg", "text", "title", "tspan",
                }  # fmt: skip
                assert not any(name == "style" or name.startswith("on") or "href" in name for name in element.attrib)

        holds()

    @pytest.mark.parametrize("kind", CHARTS)
    def test_nothing_is_drawn_outside_the_picture_and_every_number_is_finite(self, kind):
        @settings(max_examples=15)
        @given(CHARTS[kind])
        def holds(chart: Chart) -> None:
            for element in tree(chart).iter():
                across = [element.get(name, "0") for name in ("x", "x1", "x2", "cx")]
                starts = [float(found[1]) for text in across if (found := PERCENT.fullmatch(text))]
                width = PERCENT.fullmatch(element.get("width", ""))
                ends = [starts[0] + float(width[1])] if width and starts and element.tag == "rect" else starts
                assert all(-0.01 <= percent <= 100.02 for percent in starts + ends)
                assert all(float(element.get(name, "0")) >= 0 for name in ("y", "y1", "y2", "cy", "height", "r"))

            for shape in tree(chart).iter("svg"):
                units = [float(each) for each in shape.get("viewBox", "0 0 0 0").split()]
                for inner in shape.findall("path") + shape.findall("polyline") + shape.findall("polygon"):
                    numbers = [float(n) for n in re.findall(r"-?[\d.]+", inner.get("d") or inner.get("points") or "")]
                    assert all(-0.01 <= x <= units[2] + 0.01 for x in numbers[::2])
                    assert all(-0.01 <= y <= units[3] + 0.01 for y in numbers[1::2])

        holds()

    @given(ANY)
    def test_chart_says_its_finding_how_it_was_counted_and_both_for_a_screen_reader(self, chart):
        images = [element for element in tree(chart).iter() if element.get("role") == "img"]

        assert chart.alternative.startswith(chart.title)
        assert {image.get("aria-label") for image in images} == {chart.alternative}

    def test_sum_over_the_highest_bar_is_in_the_picture_though_more_is_known_that_is_not_drawn(self):
        chart = bars.standing(HERE, [bars.Bar("가", 1, beside=2)], first="-")

        (said,) = [each for each in tree(chart).iter("text") if "halo" in each.get("class", "")]

        assert float(said.get("y", "0")) >= 0

    def test_hostile_label_is_text_in_the_figure(self):
        chart = bars.standing(
            Heading(HOSTILE, HOSTILE), [bars.Bar(HOSTILE, 1, beside=2)], first=HOSTILE, beside=HOSTILE
        )

        page = render_to_string("components/figure.html", {"chart": chart, "csv": "/x.csv"})

        assert "<script" not in page
        assert "<b " not in page

    def test_figure_has_the_table_with_its_headers_and_the_download(self):
        chart = bars.lying(
            Heading("찾은 것", "센 법"), [bars.Bar("음식점", 3_500), bars.Bar("미용", None)], first="업종"
        )

        page = ET.fromstring(render_to_string("components/figure.html", {"chart": chart, "csv": "/x.csv"}))  # noqa: S314

        assert [head.text for head in page.iter("th") if head.get("scope") == "col"] == ["업종", "금액"]
        assert [head.text for head in page.iter("th") if head.get("scope") == "row"] == ["음식점", "미용"]
        assert [cell.text for cell in page.iter("td")] == ["3,500원", HIDDEN.ko]
        assert [link.get("href") for link in page.iter("a")] == ["/x.csv"]

    def test_figure_without_a_download_has_no_link(self):
        chart = bars.lying(HERE, [], first="업종")

        assert "<a " not in render_to_string("components/figure.html", {"chart": chart})

    def test_every_pattern_that_a_chart_paints_with_is_on_the_page(self):
        patterns = set(re.findall(r'id="(p-[a-z]+)"', render_to_string("components/patterns.html")))

        assert patterns == {ink for ink in svg.Ink.__args__ if ink.startswith("p-")}  # type: ignore[attr-defined]

    def test_chart_is_in_the_readers_language(self):
        with override("en"):
            chart = bars.lying(
                Heading(Words("가", "Finding"), "-"), [bars.Bar(Words("나", "Food"), 12 * 10**9)], first="-"
            )

        assert "₩12 billion" in chart.svg
        assert "Finding" in chart.alternative


class TestSameRows:
    @given(st.lists(st.builds(bars.Bar, label=st.just("가"), won=hidden_or(SIGNED)), max_size=40))
    def test_bars_drawn_are_the_rows_of_the_table(self, rows):
        for chart in (bars.standing(HERE, rows, first="-"), bars.lying(HERE, rows, first="-")):
            assert sums_drawn(chart) == sums_listed(chart) == [row.won for row in rows if row.won is not None]

    @given(st.lists(st.tuples(hidden_or(SIGNED), hidden_or(SIGNED)), max_size=31))
    def test_parts_drawn_are_the_cells_of_the_table(self, sums):
        parts = [bars.Part("하나", "f1"), bars.Part("둘", "p-line")]
        chart = bars.stacked(HERE, parts, [bars.Stack("가", each) for each in sums], first="-")

        assert sums_drawn(chart) == sums_listed(chart)

    @given(st.lists(hidden_or(WON), max_size=25))
    def test_tiles_drawn_are_the_rows_of_the_table(self, sums):
        laid = [tiles.Tile("가", place % 5, place // 5, won) for place, won in enumerate(sums)]
        chart = tiles.tile_map(HERE, laid, first="-", column="-")

        assert sums_drawn(chart) == sums_listed(chart) == [won for won in sums if won is not None]

    @given(st.lists(WON.filter(bool), min_size=1, max_size=20))
    def test_lots_drawn_are_the_rows_of_the_table(self, sums):
        lots = [shares.Lot("가", won, "") for won in sums]
        chart = shares.lots_bar(HERE, lots, first="-", until="-", column="-")

        assert sums_drawn(chart) == sums
        assert sums_listed(chart) == (sums if len(sums) == 1 else [*sums, sum(sums)])

    @given(LINES.filter(lambda line: all(point.won is not None for point in line.points)))
    @example(lines.Line("가", (lines.Point(1, "가", 3), lines.Point(2, "나", 0), lines.Point(3, "다", 5))))
    def test_points_of_the_line_are_the_rows_of_the_table(self, main):
        chart = lines.line(HERE, main, first="-")
        drawn = [each for each in tree(chart).iter("polyline") if each.get("class") == "l1"]

        assert sums_listed(chart) == [point.won for point in main.points]
        if len(main.points) > 1:
            assert [len((each.get("points") or "").split()) for each in drawn] == [len(main.points)]


class TestGeometry:
    @given(st.lists(WON.filter(bool), min_size=1, max_size=60))
    def test_bands_and_gaps_add_up_to_the_whole_and_every_band_is_seen(self, sums):
        widths = shares.visible_shares(sums, gap=0.8)

        assert sum(widths) + 0.8 * (len(sums) - 1) == pytest.approx(100)
        assert min(widths) >= min(2.0, (100 - 0.8 * (len(sums) - 1)) / len(sums)) - 1e-9

    @given(WON, WON)
    def test_meter_is_filled_in_proportion_and_never_beyond_its_end(self, used, whole):
        chart = shares.meter(HERE, used=used, whole=whole, used_name="-", whole_name="-")
        drawn = [float(each.get("width", "")[:-1]) for each in list(tree(chart)[0])[1:] if each.tag == "rect"]

        inside, over = min(used, whole), max(0, used - whole)
        expected = [part / max(used, whole) * 100 for part in (inside, over) if part]
        assert drawn == pytest.approx(expected, abs=0.02)

    @given(WON, WON)
    @example(999, 1_000)
    @example(1, 1_000)
    def test_percentage_says_all_and_nothing_only_where_it_is_so(self, used, whole):
        said = shares.percentage(used, whole)

        assert (said == "0%") == (not used or not whole)
        if whole and used < whole:
            assert said != "100%"

    @given(st.lists(WON, min_size=1, max_size=12).filter(any))
    def test_heights_of_bars_are_in_proportion_to_their_sums(self, sums):
        chart = bars.standing(HERE, [bars.Bar("-", won) for won in sums], first="-")
        heights = [float(each.get("height", "")) for each in tree(chart).iter("rect")]
        top = scales.nice_ticks(sums)[-1]

        for won, height in zip(sums, heights, strict=True):
            exact = won / top * bars.PLOT_PX
            assert height == pytest.approx(max(exact, bars.LEAST_PX) if won else 0, abs=0.02)

    @given(st.lists(SIGNED, max_size=20))
    def test_ticks_are_nice_even_and_cover_every_sum_and_zero(self, sums):
        ticks = scales.nice_ticks(sums)
        steps = {after - before for before, after in pairwise(ticks)}

        assert ticks[0] <= min([*sums, 0])
        assert ticks[-1] >= max([*sums, 0])
        assert 0 in ticks
        assert len(ticks) <= 6
        assert len(steps) <= 1
        assert all(re.fullmatch("[125]0*", str(step)) for step in steps)


class TestLabels:
    @given(st.lists(st.text(TEXT, min_size=1, max_size=10), min_size=1, max_size=60))
    def test_labels_that_are_shown_never_overlap_at_either_width(self, names):
        slot = 100 / len(names)
        laid = [scales.Placed((place + 0.5) * slot, scales.text_px(name)) for place, name in enumerate(names)]

        always, besides = scales.thinned(laid, narrow_px=192, roomy_px=512)

        assert 0 in always
        for shown, width in ((always, 192), (always | besides, 512)):
            spans = [laid[place].span_px(width) for place in sorted(shown)]
            assert all(before[1] < after[0] for before, after in pairwise(spans))

    def test_thirty_one_days_show_every_seventh_or_so_at_320_px(self):
        days = [bars.Bar(f"{day}일", day * 1_000) for day in range(1, 32)]

        drawn = tree(bars.standing(HERE, days, first="날"))

        always = [
            each.text for each in drawn.iter("text") if (each.text or "").endswith("일") and not each.get("class")
        ]
        assert 3 <= len(always) <= 8
        assert always[0] == "1일"

    @given(st.text(TEXT, min_size=1, max_size=60), st.floats(min_value=30, max_value=400))
    def test_label_that_is_cut_fits_and_says_that_it_was_cut(self, text, room):
        shown = scales.cut(text, room)

        assert shown == text or shown.endswith("…")
        assert shown == text or text.startswith(shown[:-1])
        assert scales.text_px(shown) <= room or len(shown) <= 2


class TestHidden:
    @given(st.one_of(CHARTS["standing"], CHARTS["stacked"], CHARTS["tile map"], CHARTS["line"]))
    def test_hidden_cell_is_explained_beside_the_picture(self, chart):
        hides = any(cell is None for row in chart.table.rows for cell in row.cells)

        assert not hides or HIDDEN.ko in {item.text for item in chart.legend}

    def test_hidden_bar_is_as_high_whatever_it_hides(self):
        with_little = bars.standing(HERE, [bars.Bar("가", 10), bars.Bar("나", None)], first="-")
        with_much = bars.standing(HERE, [bars.Bar("가", 10**9), bars.Bar("나", None)], first="-")

        heights = [
            [each.get("height") for each in tree(chart).iter("rect") if each.get("fill") == "url(#p-gray)"]
            for chart in (with_little, with_much)
        ]

        assert heights[0] == heights[1]


class TestRiver:
    @given(stages())
    def test_river_conserves_and_names_what_leaves(self, made):
        made = [
            replace(
                stage,
                name=f"단계 {place}",
                leaves=tuple(replace(each, name="남음") for each in stage.leaves),
                detour=replace(stage.detour, name="돌아서") if stage.detour else None,
            )
            for place, stage in enumerate(made)
        ]

        rows = river.river(HERE, made, first="-", column="-").table.rows

        for stage, following in pairwise(made):
            left = sum(
                row.cells[0] for row in rows if row.label.startswith(f"{stage.name} → ") and "돌아서" not in row.label
            )
            assert stage.won == left + following.won

    def test_rest_without_a_name_is_drawn_and_named(self):
        made = [river.Stage("발행", 100), river.Stage("가게", 60)]

        chart = river.river(HERE, made, first="-", column="-")

        assert [(row.label, row.cells) for row in chart.table.rows] == [
            ("발행", (100,)),
            (f"발행 → {river.UNEXPLAINED.ko}", (40,)),
            ("가게", (60,)),
        ]
        assert f"{river.UNEXPLAINED.ko} 40원" in {title.text for title in tree(chart).iter("title")}

    @pytest.mark.parametrize(
        ("made", "leak"),
        [
            ([river.Stage("발행", 100), river.Stage("가게", 101)], "발행: 1 won"),
            ([river.Stage("발행", 100, (river.Leaving("남음", 50),)), river.Stage("가게", 60)], "발행: 10 won"),
            ([river.Stage("발행", 100, detour=river.Leaving("다시", 70)), river.Stage("가게", 60)], "발행: 10 won"),
        ],
    )
    def test_river_that_gives_more_than_it_got_is_refused_with_the_sum(self, made, leak):
        with pytest.raises(river.RiverLeaks, match=leak):
            river.river(HERE, made, first="-", column="-")


@pytest.mark.parametrize(
    ("refused", "says"),
    [
        (lambda: tiles.tile_map(HERE, [tiles.Tile("가", 0, 0, 1)] * 2, first="", column=""), "place of its own"),
        (lambda: tiles.tile_map(HERE, [tiles.Tile("가", 0, 0, -1)], first="", column=""), "never below zero"),
        (lambda: shares.ring(HERE, used=-1, whole=1, used_name="", whole_name=""), "never below zero"),
        (lambda: bars.stacked(HERE, [bars.Part("가", "f1")], [bars.Stack("나", (1, 2))], first=""), "나: 2 sums for 1"),
        (lambda: river.river(HERE, [river.Stage("가", -1)], first="", column=""), "가: won that flow"),
    ],
)
def test_rows_that_have_no_picture_are_refused_with_the_reason(refused, says):
    with pytest.raises(ValueError, match=says):
        refused()
