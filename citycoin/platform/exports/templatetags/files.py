"""What templates say of files: sizes and counts, and the reader's own files of a page."""

from __future__ import annotations

from typing import Any, Final

from django import template

from citycoin.platform.accounts.models import Person
from citycoin.platform.exports.doors.files import url_of
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.queries import jobs_asked_at

register = template.Library()
SHOWN: Final = 5
KILOBYTE: Final = 1_000
MEGABYTE: Final = 1_000_000


@register.filter
def bytes_said(size: int) -> str:
    """``1 kB``, ``340 kB``, ``1.2 MB``: a kilobyte is 1,000 bytes, as telephones count."""
    return f"{max(size // KILOBYTE, 1):,} kB" if size < MEGABYTE else f"{size / MEGABYTE:,.1f} MB"


@register.inclusion_tag("files/here.html", takes_context=True)
def files_of_page(context: dict[str, Any]) -> dict[str, list[tuple[FileJob, str]]]:
    """The reader's last files that were asked for on this page, each with its own page."""
    request = context["request"]
    mine = jobs_asked_at(request.user, request.path, SHOWN) if isinstance(request.user, Person) else []
    return {"files": [(each, url_of(each, "file", each.client_id)) for each in mine]}
