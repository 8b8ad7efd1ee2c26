"""Draws QR codes (ISO/IEC 18004): the only module that knows the library. White quiet zone of four modules included."""

from __future__ import annotations

import io
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathFillImage

QUIET_ZONE: Final = 4


def svg(text: str) -> str:
    """An inline SVG, black on white, for a screen; its page names it for readers of screens."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, image_factory=SvgPathFillImage)
    code.add_data(text)
    written = io.BytesIO()
    code.make_image(attrib={"aria-hidden": "true"}).save(written)
    drawn = written.getvalue().decode()
    return drawn[drawn.index("<svg") :]


def modules(text: str) -> list[list[bool]]:
    """Rows of dark modules for print, at level Q: a quarter may be dirty or torn."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(text)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix
