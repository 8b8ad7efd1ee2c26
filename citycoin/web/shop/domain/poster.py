"""A shop's fixed code with its city's face, to be printed: a poster, a table tent, a sticker. It draws what it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align

from citycoin.platform.exports.domain.typefaces import BOLD, REGULAR
from citycoin.platform.pages.domain.icons import ICONS
from citycoin.web.shop.domain import qr
from citycoin.web.shop.domain.inks import ink_of, inked

WIDTH_MM: Final = 210
HEIGHT_MM: Final = 297
POINTS_A_MM: Final = 72 / 25.4
A5_OF_A4: Final = 148.5 / 210
FOLD_MM: Final = HEIGHT_MM / 2
STICKER_MM: Final = (100, 144)
MARGIN_MM: Final = 18
HEAD_MM: Final = 40
WORDS_MM: Final = 90
FADES: Final = 24
FADE_MM: Final = 2.5
QR_MM: Final = 100
QR_TOP_MM: Final = 86
INK: Final = (27, 35, 40)
# A picture of each, by its icon's name, and the words.
STEPS: Final = (
    ("scan", "휴대전화 카메라로 QR을 찍어요", "Scan the QR with your phone's camera"),
    ("shop", "가게 이름을 확인하고 금액을 입력해요", "Check the shop's name, type the amount"),
    ("check", "결제하면 가게 화면에 바로 떠요", "Pay: the shop's screen shows it at once"),
)


class Size(StrEnum):
    """What there is to print: two posters, an A4 sheet that is folded and stands on a table, a sticker of 100 × 144 mm."""

    A4 = "a4"
    A5 = "a5"
    TENT = "tent"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page, in millimetres; squares are as high as wide."""

    left: float
    top: float
    width: float


@dataclass(frozen=True, slots=True)
class Poster:
    """What is on it; names are (Korean, English), ``printed`` is a date as text, ``version`` counts the shop's codes.

    ``emblem`` and ``picture`` are drawings of ours: the one for white, the other for the city's ``colour`` (#rrggbb).
    """

    city: tuple[str, str]
    money: tuple[str, str]
    colour: str
    emblem: str
    picture: str
    shop: tuple[str, str]
    code: str
    version: int
    link: str
    printed: str
    practice: bool

    @property
    def made(self) -> str:
        """Which one it is, for whoever looks for old ones."""
        return f"코드 {self.code} · {self.version}판 · 인쇄일 {self.printed} · version {self.version}, printed {self.printed}"


ACROSS: Final = Box(MARGIN_MM, 0, WIDTH_MM - 2 * MARGIN_MM)
TYPED: Final = "카메라가 안 되면 이 코드를 입력하세요 · No camera? Type this code"
PRACTICE: Final = " · 연습용 · 실제 돈이 아니에요 · Practice only: this is not real money"


class Sheet(FPDF):
    """A page of so many millimetres, drawn smaller by ``scale``: millimetres and letters alike."""

    def __init__(self, width: float, height: float, *, scale: float = 1) -> None:
        super().__init__(unit=POINTS_A_MM * scale, format=(width, height))
        self.scale = scale

    def letters(self, style: str, points: float) -> None:
        """The typeface from here on; bold where the style is ``B``."""
        self.set_font("Square", style, points * self.scale)


def pdf_of(poster: Poster, size: Size = Size.A4) -> bytes:
    """The page, about 60 kB: fonts are embedded in part, the QR is drawn as vectors at level Q."""
    page = Sheet(*STICKER_MM) if size == Size.STICKER else Sheet(WIDTH_MM, HEIGHT_MM, scale=SCALES.get(size, 1))
    page.add_font("Square", "", REGULAR)
    page.add_font("Square", "B", BOLD)
    page.set_title(f"{poster.shop[0]} · {poster.code}")
    page.set_lang("ko")
    page.set_auto_page_break(auto=False)
    page.add_page()
    DRAWN[size](page, poster)
    return bytes(page.output())


def _poster(page: Sheet, poster: Poster) -> None:
    _head(page, poster)
    _code(page, poster, Box((WIDTH_MM - QR_MM) / 2, QR_TOP_MM, QR_MM))
    _line(page, QR_TOP_MM + QR_MM, 24, poster.code, bold=True)
    _line(page, QR_TOP_MM + QR_MM + 11, 11, TYPED)
    _steps(page, poster)
    _foot(page, poster)


def _tent(page: Sheet, poster: Poster) -> None:
    """The same on both sides of the fold, each standing upright."""
    _panel(page, poster)
    with page.rotation(180, WIDTH_MM / 2, FOLD_MM):
        _panel(page, poster)
    page.set_draw_color(150)
    page.set_dash_pattern(dash=2, gap=2)
    page.line(0, FOLD_MM, WIDTH_MM, FOLD_MM)
    page.set_dash_pattern()


def _panel(page: Sheet, poster: Poster) -> None:
    """The lower half of the sheet: the code at the left, what it is and how it goes at the right."""
    right = Box(112, 0, 86)
    _band(page, poster, FOLD_MM, WIDTH_MM, 24)
    _code(page, poster, Box(10, FOLD_MM + 29, 96))
    _line(page, FOLD_MM + 124, 20, poster.code, bold=True, at=Box(10, 0, 96))
    _line(page, FOLD_MM + 133, 8, TYPED, at=Box(10, 0, 96))
    _line(page, FOLD_MM + 33, 26, poster.shop[0], bold=True, at=right)
    _line(page, FOLD_MM + 46, 13, poster.shop[1], at=right)
    _line(page, FOLD_MM + 54, 10, _here(poster), at=right)
    for number, (picture, ko, en) in enumerate(STEPS):
        top = FOLD_MM + 66 + number * 15
        _disc(page, poster, picture, Box(right.left, top, 10))
        _line(page, top, 12, ko, bold=True, at=Box(right.left + 13, 0, right.width - 13))
        _line(page, top + 6, 10, en, at=Box(right.left + 13, 0, right.width - 13))
    _warning(page, poster, Box(right.left, FOLD_MM + 113, right.width), 18)
    _line(page, FOLD_MM + 140, 8, poster.made + (PRACTICE if poster.practice else ""), at=Box(10, 0, WIDTH_MM - 20))


def _sticker(page: Sheet, poster: Poster) -> None:
    width = STICKER_MM[0]
    across = Box(5, 0, width - 10)
    _band(page, poster, 0, width, 18)
    _code(page, poster, Box((width - 72) / 2, 20, 72))
    _line(page, 91, 17, poster.code, bold=True, at=across)
    _line(page, 98.5, 18, poster.shop[0], bold=True, at=across)
    _line(page, 106.5, 10, poster.shop[1], at=across)
    for number, (picture, ko, en) in enumerate(STEPS):
        step = Box(across.left + number * 30, 0, 30)
        _disc(page, poster, picture, Box(step.left + 12, 112, 6))
        _line(page, 118.5, 7, ko, bold=True, at=step)
        _line(page, 121.5, 6, en, at=step)
    _warning(page, poster, Box(across.left, 126, across.width), 10)
    _line(page, 137.4, 6, poster.made, at=across)
    if poster.practice:
        _line(page, 140.4, 6, PRACTICE.removeprefix(" · "), bold=True, at=across)


def _head(page: Sheet, poster: Poster) -> None:
    page.set_fill_color(poster.colour)
    page.rect(0, 0, WIDTH_MM, HEAD_MM, style="F")
    with page.rect_clip(0, 0, WIDTH_MM, HEAD_MM):
        page.image(BytesIO(inked(poster.picture)), x=0, y=-38, w=WIDTH_MM)
    _fade(page)
    page.set_fill_color(255)
    page.rect(MARGIN_MM, 8, 24, 24, style="F", round_corners=True, corner_radius=7)
    page.image(BytesIO(inked(poster.emblem)), x=MARGIN_MM + 2, y=10, w=20)
    page.set_text_color(ink_of(poster.picture))
    for top, size, style, text in ((11, 26, "B", " · ".join(poster.money)), (23, 14, "", " · ".join(poster.city))):
        page.letters(style, size)
        page.set_xy(MARGIN_MM + 30, top)
        page.cell(WIDTH_MM - 2 * MARGIN_MM - 30, size * 0.4, text)
    page.set_text_color(*INK)
    _line(page, 46, 34, poster.shop[0], bold=True)
    _line(page, 62, 17, poster.shop[1])
    _line(page, 73, 13, _here(poster))


def _here(poster: Poster) -> str:
    return f"여기서 {poster.money[0]} 결제가 돼요 · Pay here with {poster.money[1]}"


def _band(page: Sheet, poster: Poster, top: float, width: float, height: float) -> None:
    """The city's colour with its emblem and its money, where there is no room for its picture."""
    page.set_fill_color(poster.colour)
    page.rect(0, top, width, height, style="F")
    page.set_fill_color(255)
    side = height - 6
    page.rect(10, top + 3, side, side, style="F", round_corners=True, corner_radius=side * 0.3)
    page.image(BytesIO(inked(poster.emblem)), x=10 + side * 0.08, y=top + 3 + side * 0.08, w=side * 0.84)
    page.set_text_color(ink_of(poster.picture))
    words = Box(10 + side + 4, 0, width - side - 24)
    _line(page, top + height * 0.17, height * 0.85, " · ".join(poster.money), bold=True, at=words)
    _line(page, top + height * 0.6, height * 0.5, " · ".join(poster.city), at=words)
    page.set_text_color(*INK)


def _fade(page: Sheet) -> None:
    """The city's colour again, going from what stands behind the words to nothing."""
    page.rect(0, 0, WORDS_MM, HEAD_MM, style="F")
    for number in range(FADES):
        with page.local_context(fill_opacity=1 - (number + 1) / (FADES + 1)):
            page.rect(WORDS_MM + number * FADE_MM, 0, FADE_MM, HEAD_MM, style="F")


def _code(page: Sheet, poster: Poster, at: Box) -> None:
    matrix = qr.modules(poster.link)
    side = at.width / len(matrix)
    page.set_fill_color(0)
    for row, cells in enumerate(matrix):
        for start, length in _runs(cells):
            # One rectangle a run, a hair longer, so that no seam shows between modules.
            page.rect(at.left + start * side, at.top + row * side, length * side, side + 0.02, style="F")


def _steps(page: Sheet, poster: Poster) -> None:
    top, width = 209, (WIDTH_MM - 2 * MARGIN_MM) / len(STEPS)
    for number, (picture, ko, en) in enumerate(STEPS):
        left = MARGIN_MM + number * width
        _disc(page, poster, picture, Box(left + width / 2 - 6, top, 12))
        for at, size, style, text in ((top + 15, 13, "B", ko), (top + 30, 11, "", en)):
            page.letters(style, size)
            page.set_xy(left + 2, at)
            page.multi_cell(width - 4, size * 0.5, text, align=Align.C)


def _disc(page: Sheet, poster: Poster, picture: str, at: Box) -> None:
    """A step's picture on the city's colour."""
    page.set_fill_color(poster.colour)
    page.ellipse(at.left, at.top, at.width, at.width, style="F")
    inset, side = at.width * 0.2, at.width * 0.6
    page.image(BytesIO(_icon(picture, ink_of(poster.picture))), x=at.left + inset, y=at.top + inset, w=side)


def _icon(name: str, colour: str) -> bytes:
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" stroke-width="2">'
    )
    return f"{drawn}{ICONS[name]}</svg>".encode()


def _foot(page: Sheet, poster: Poster) -> None:
    _warning(page, poster, Box(MARGIN_MM, 255, WIDTH_MM - 2 * MARGIN_MM), 21)
    _line(page, 279, 10, poster.made)
    if poster.practice:
        _line(page, 286, 10, PRACTICE.removeprefix(" · "), bold=True)


def _warning(page: Sheet, poster: Poster, at: Box, height: float) -> None:
    """Against a code pasted over it."""
    page.set_draw_color(poster.colour)
    page.set_line_width(0.6)
    page.rect(at.left, at.top, at.width, height)
    inside = Box(at.left + 2, 0, at.width - 4)
    _line(page, at.top + height * 0.1, height * 0.8, "상호가 다르면 결제하지 마세요", bold=True, at=inside)
    _line(page, at.top + height * 0.56, height * 0.57, "If the name differs from this shop's, do not pay", at=inside)


def _line(page: Sheet, top: float, size: float, text: str, *, bold: bool = False, at: Box = ACROSS) -> None:
    """One centred line, made smaller where it wouldn't fit; of the box its left and its width count."""
    style = "B" if bold else ""
    page.letters(style, size)
    if (wide := page.get_string_width(text)) > at.width:
        page.letters(style, size * at.width / wide * 0.98)
    page.set_xy(at.left, top)
    page.cell(at.width, size * 0.45, text, align=Align.C)


SCALES: Final = {Size.A5: A5_OF_A4}
DRAWN: Final[Mapping[Size, Callable[[Sheet, Poster], None]]] = {
    Size.A4: _poster,
    Size.A5: _poster,
    Size.TENT: _tent,
    Size.STICKER: _sticker,
}
assert DRAWN.keys() == set(Size), "every size is drawn"


def _runs(cells: list[bool]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(cells):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs
