"""The poster with a shop's fixed code, as a PDF of one A4 page. It draws what it is told and reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align

from citycoin.web.shop.domain import qr

FONTS: Final = Path(__file__).parents[1] / "fonts"
REGULAR, BOLD = FONTS / "NanumSquareR.ttf", FONTS / "NanumSquareB.ttf"
WIDTH_MM: Final = 210
MARGIN_MM: Final = 18
QR_MM: Final = 105
QR_TOP_MM: Final = 78
BRAND: Final = (11, 95, 90)
INK: Final = (27, 35, 40)
STEPS: Final = (
    ("휴대전화 카메라로 QR을 찍어요", "Scan the QR with your phone's camera"),
    ("가게 이름을 확인하고 금액을 입력해요", "Check the shop's name, type the amount"),
    ("결제하면 가게 화면에 바로 떠요", "Pay: the shop's screen shows it at once"),
)


@dataclass(frozen=True, slots=True)
class Poster:
    """What is on it; names are (Korean, English), ``printed`` is a date as text, ``code`` also its version."""

    city: tuple[str, str]
    shop: tuple[str, str]
    code: str
    link: str
    printed: str
    practice: bool


def pdf_of(poster: Poster) -> bytes:
    """The page, about 60 kB: fonts are embedded in part, the QR is drawn as vectors at level Q."""
    page = FPDF(format="A4")
    page.add_font("Square", "", REGULAR)
    page.add_font("Square", "B", BOLD)
    page.set_title(f"{poster.shop[0]} · {poster.code}")
    page.set_lang("ko")
    page.set_auto_page_break(auto=False)
    page.add_page()
    _head(page, poster)
    _draw_code(page, poster)
    _steps(page)
    _foot(page, poster)
    return bytes(page.output())


def _head(page: FPDF, poster: Poster) -> None:
    page.set_fill_color(*BRAND)
    page.rect(0, 0, WIDTH_MM, 24, style="F")
    page.set_text_color(255)
    _line(page, 6, 18, f"{poster.city[0]} · {poster.city[1]}", bold=True)
    page.set_text_color(*INK)
    _line(page, 32, 34, poster.shop[0], bold=True)
    _line(page, 50, 17, poster.shop[1])
    _line(page, 62, 13, "여기서 지역화폐로 결제하세요 · Pay here with the city's own money")


def _draw_code(page: FPDF, poster: Poster) -> None:
    left = (WIDTH_MM - QR_MM) / 2
    matrix = qr.modules(poster.link)
    side = QR_MM / len(matrix)
    page.set_fill_color(0)
    for row, cells in enumerate(matrix):
        for start, length in _runs(cells):
            # One rectangle a run, a hair longer, so that no seam shows between modules.
            page.rect(left + start * side, QR_TOP_MM + row * side, length * side, side + 0.02, style="F")
    _line(page, QR_TOP_MM + QR_MM + 1, 24, poster.code, bold=True)
    said = "카메라가 안 되면 이 코드를 입력하세요 · No camera? Type this code"
    _line(page, QR_TOP_MM + QR_MM + 12, 11, said)


def _steps(page: FPDF) -> None:
    top, width = 209, (WIDTH_MM - 2 * MARGIN_MM) / len(STEPS)
    for number, (ko, en) in enumerate(STEPS, 1):
        left = MARGIN_MM + (number - 1) * width
        page.set_fill_color(*BRAND)
        page.ellipse(left + width / 2 - 6, top, 12, 12, style="F")
        page.set_text_color(255)
        page.set_font("Square", "B", 18)
        page.set_xy(left, top)
        page.cell(width, 12, str(number), align=Align.C)
        page.set_text_color(*INK)
        for at, size, style, text in ((top + 15, 13, "B", ko), (top + 30, 11, "", en)):
            page.set_font("Square", style, size)
            page.set_xy(left + 2, at)
            page.multi_cell(width - 4, size * 0.5, text, align=Align.C)


def _foot(page: FPDF, poster: Poster) -> None:
    page.set_draw_color(*BRAND)
    page.set_line_width(0.6)
    page.rect(MARGIN_MM, 255, WIDTH_MM - 2 * MARGIN_MM, 21)
    _line(page, 257, 17, "상호가 다르면 결제하지 마세요", bold=True)
    _line(page, 267, 12, "If the name differs from this shop's, do not pay")
    _line(page, 279, 10, f"코드 {poster.code} · 인쇄일 {poster.printed} · printed {poster.printed}")
    if poster.practice:
        _line(page, 286, 10, "연습용 · 실제 돈이 아니에요 · Practice only: this is not real money", bold=True)


def _line(page: FPDF, top: float, size: float, text: str, *, bold: bool = False) -> None:
    """One centred line, made smaller where it wouldn't fit."""
    style = "B" if bold else ""
    room = WIDTH_MM - 2 * MARGIN_MM
    page.set_font("Square", style, size)
    if (wide := page.get_string_width(text)) > room:
        page.set_font("Square", style, size * room / wide * 0.98)
    page.set_xy(MARGIN_MM, top)
    page.cell(room, size * 0.45, text, align=Align.C)


def _runs(cells: list[bool]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(cells):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs
