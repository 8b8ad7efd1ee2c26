"""Charts with made-up sums, one of each kind, for the page of components. No row of anybody's."""

from __future__ import annotations

from citycoin.foundation.bilingual import Words
from citycoin.platform.pages.domain.charts import bars, lines, river, shares, tiles
from citycoin.platform.pages.domain.charts.figures import Chart, Heading

MILLION = 10**6
DAY = Words("날", "Day")
PART = Words("무엇", "What")
SUM = Words("금액", "Amount")


def charts() -> list[Chart]:
    """Bars, stacked bars, lying bars, a line with its band, a sparkline, small multiples, shares, tiles, a river."""
    return [
        _days(),
        _weeks(),
        _categories(),
        _burn_down(),
        _sparkline(),
        _ages(),
        _meter(),
        _lots(),
        _districts(),
        _river(),
    ]


def _days() -> Chart:
    spent = [32_000, 0, 98_000, 48_000, 0, 65_000, 189_000, 53_000, 85_000, 0, 34_000, 162_000, 96_000, 227_000]
    rows = [bars.Bar(Words(f"{day}일", str(day)), won, emphasis=day % 7 == 0) for day, won in enumerate(spent, 1)]
    heading = Heading(
        Words("쓴 돈 다섯 중 둘은 토요일이에요", "Two fifths were spent on Saturdays"),
        Words("하루하루 쓴 돈", "Spent each day"),
    )
    names = {"emphasised": Words("토요일", "Saturday"), "others": Words("다른 날", "Other days")}
    return bars.standing(heading, rows, first=DAY, **names)


def _weeks() -> Chart:
    heading = Heading(
        Words("다섯 주가 지나면 94%가 쓰입니다", "After five weeks 94% is spent"),
        Words("발행한 주마다 쓰인 돈과 남은 돈", "Spent and left, by the week of issue"),
    )
    parts = [bars.Part(Words("쓰인 돈", "Spent"), "f1"), bars.Part(Words("지갑에 있는 돈", "In wallets"), "p-line")]
    sums = {"9/28": (218, 10), "10/12": (166, 11), "10/26": (194, 33), "11/9": (153, 75), "11/23": (45, 113)}
    rows = [bars.Stack(day, (spent * MILLION, left * MILLION)) for day, (spent, left) in sums.items()]
    return bars.stacked(heading, parts, rows, first=Words("주", "Week"))


def _categories() -> Chart:
    heading = Heading(
        Words("100원 가운데 38원은 음식점으로 갔습니다", "₩38 of each ₩100 went to restaurants"),
        Words("업종별로 쓰인 돈", "Spent, by category"),
    )
    names = [
        ("음식점", "Food", 3_420),
        ("마트", "Markets", 1_890),
        ("학원", "Learning", 1_080),
        ("미용", "Beauty", None),
    ]
    rows = [bars.Bar(Words(ko, en), None if won is None else won * MILLION) for ko, en, won in names]
    return bars.lying(heading, rows, first=Words("업종", "Category"))


def _burn_down() -> Chart:
    left = [4_580, 4_060, 3_760, 3_180, 2_460, 1_940, 1_570, 950, 690]
    points = [
        lines.Point(at, Words("{week}주", "Week {week}").filled(week=at + 1), won * MILLION)
        for at, won in enumerate(left)
    ]
    last, end = len(left) - 1, len(left) + 2
    heading = Heading(
        Words("지금 속도면 12월 19일에 예산이 다 나갑니다", "At this pace the budget is gone on 19 December"),
        Words("남은 예산, 최근 28일의 속도로 계산", "Budget left, by the pace of the last 28 days"),
    )
    gone = Words("소진 예상", "runs out")
    return lines.line(
        heading,
        lines.Line(Words("남은 예산", "Budget left"), tuple(points)),
        first=DAY,
        forecast=lines.Line(Words("예상", "Forecast"), (points[-1], lines.Point(end, gone, 0))),
        band=lines.Band(
            Words("예상 범위", "Likely"),
            (lines.Range(last, "", left[-1] * MILLION, left[-1] * MILLION), lines.Range(end, "", 0, 300 * MILLION)),
        ),
        ends=lines.Mark(end, Words("12월 19일", "19 Dec"), gone),
        dates=[lines.Mark(at, Words("{week}주", "W{week}").filled(week=at + 1)) for at in range(0, end, 4)],
    )


def _sparkline() -> Chart:
    taken = [30, 42, 38, 60, 44, 80, 72]
    points = tuple(lines.Point(at, Words(f"{at + 1}일", str(at + 1)), won * 1_000) for at, won in enumerate(taken))
    heading = Heading(Words("이번 주는 12% 많아요", "12% more this week"), Words("하루하루 받은 돈", "Taken each day"))
    return lines.sparkline(heading, lines.Line(Words("이번 주", "This week"), points), first=DAY)


def _ages() -> Chart:
    heading = Heading(
        Words("40대가 가장 많이 써요", "People in their forties spend most"), Words("달마다 쓴 돈", "Spent each month")
    )
    # What fewer than five people spent is hidden.
    spent = {
        10: (12, 13, None, 15, 16, 17),
        20: (26, 27, 28, 29, 30, 31),
        40: (40, 42, 41, 44, 47, 49),
        60: (9, 12, 15, 17, 22, 27),
    }
    smalls = [
        lines.Small(
            Words("{age}대", "{age}s").filled(age=age),
            tuple(
                lines.Point(month, Words(f"{month}월", str(month)), None if won is None else won * MILLION)
                for month, won in enumerate(sums, start=6)
            ),
        )
        for age, sums in spent.items()
    ]
    return lines.small_multiples(heading, smalls, first=Words("달", "Month"))


def _meter() -> Chart:
    heading = Heading(
        Words("이번 달 한도의 60%를 썼어요", "60% of this month's limit is used"), Words("충전한 돈", "Topped up")
    )
    names = {"used_name": Words("충전한 돈", "Topped up"), "whole_name": Words("한도", "Limit")}
    return shares.meter(heading, used=420_000, whole=700_000, **names)


def _lots() -> Chart:
    heading = Heading(
        Words("먼저 쓰는 돈부터", "What is spent first"), Words("기한이 가까운 돈부터", "The earliest expiry first")
    )
    lots = [
        shares.Lot(Words("민생지원금", "Relief"), 12_000, Words("12월 31일까지", "Until 31 December")),
        shares.Lot(Words("출산 축하금", "Birth grant"), 30_000, Words("3월 31일까지", "Until 31 March")),
        shares.Lot(Words("내가 산 돈", "Bought"), 142_500, Words("2031년까지", "Until 2031")),
    ]
    return shares.lots_bar(heading, lots, first=PART, until=Words("언제까지", "Until"), column=SUM)


def _districts() -> Chart:
    heading = Heading(
        Words("사우동에서 가장 많이 쓰였습니다", "Most was spent in Sau-dong"), Words("읍면동마다", "By district")
    )
    places = [
        ("통진", 0, 0, 410),
        ("하성", 2, 0, 110),
        ("양촌", 0, 1, 560),
        ("장기", 1, 1, 1_180),
        ("사우", 2, 1, 1_260),
    ]
    rows = [tiles.Tile(name, column, row, won * MILLION) for name, column, row, won in places]
    return tiles.tile_map(heading, [*rows, tiles.Tile("고촌", 3, 1, None)], first=Words("동", "District"), column=SUM)


def _river() -> Chart:
    heading = Heading(
        Words("100원 가운데 82원은 가게 통장까지 갔어요", "₩82 of each ₩100 reached the shops' banks"),
        Words("띠의 굵기가 금액이에요", "The width is the sum"),
    )
    leaving, stage = river.Leaving, river.Stage
    again = leaving(Words("다른 가게에서 다시", "Spent again"), 802 * MILLION)
    stages = [
        stage(Words("발행", "Issued"), 10_312 * MILLION),
        stage(
            Words("주민 지갑", "Wallets"),
            10_312 * MILLION,
            (
                leaving(Words("지갑에 남음", "Left"), 1_264 * MILLION),
                leaving(Words("사라짐", "Lapsed"), 38 * MILLION, gone=True),
            ),
        ),
        stage(
            Words("가게", "Shops"),
            9_010 * MILLION,
            (leaving(Words("가게에 남음", "Left"), 578 * MILLION),),
            detour=again,
        ),
        stage(Words("가게 통장", "Shops' banks"), 8_432 * MILLION),
    ]
    return river.river(heading, stages, first=Words("단계", "Stage"), column=SUM)
