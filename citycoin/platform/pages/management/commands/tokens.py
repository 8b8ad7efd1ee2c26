"""``manage.py tokens``: writes the tokens of the code to the head of pages.css."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand

from citycoin.platform.pages.domain import tokens

STYLESHEET: Final = Path(__file__).parents[2] / "static" / "pages" / "pages.css"


class Command(BaseCommand):
    """One file, since each file is a request of a first load. A test compares its head with the code."""

    help = "Write the tokens of every page as the head of its stylesheet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write."""
        _, end, components = STYLESHEET.read_text().partition(tokens.END)
        STYLESHEET.write_text(tokens.stylesheet() + end + components)
