"""The Korean type that is drawn into PDFs: regular and bold."""

from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parents[1] / "fonts"
REGULAR, BOLD = FONTS / "NanumSquareR.ttf", FONTS / "NanumSquareB.ttf"
