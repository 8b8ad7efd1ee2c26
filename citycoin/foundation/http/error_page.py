"""docs/errors.md, written from the errors themselves, so that it can't say what isn't so."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.kernel.errors import CityCoinError, every_error

PAGE: Final[Path] = settings.BASE_DIR / "docs" / "errors.md"
_SHARED: Final = Path(__file__).parent
HEAD: Final = """\
# Errors

Written by `manage.py error_page` from the code; a check compares them. Every refusal is `application/problem+json`
(RFC 9457) with these codes, which never change once published:

```json
{
  "type": "/docs/errors#not_enough_won", "status": 422, "code": "not_enough_won",
  "title": "The balance is too low, so nothing was paid.",
  "ko": "잔액이 부족해서 결제하지 않았어요.", "en": "The balance is too low, so nothing was paid.",
  "money_moved": false, "details": {"available": 10000, "asked": 10001}
}
```

400: what was sent can't be read as what was asked for. 404: not there, or not yours. 409: the thing exists in a state
that forbids this. 422: a rule says no; under a payment's id the refusal is remembered, and a new try takes a new id.
503: not now; the same request, under the same id, may be sent again.

"""
TABLE: Final = """\
| code | status | 한국어 | English | money moved? |
|---|---|---|---|---|
"""


def published_errors() -> list[type[CityCoinError]]:
    """Every error of the installed apps, by code, whether or not anybody has imported its module yet."""
    for name in _modules():
        importlib.import_module(name)
    ours = {config.name.partition(".")[0] for config in apps.get_app_configs()}
    return [error for error in every_error() if error.__module__.partition(".")[0] in ours]


def page() -> str:
    """The whole page, as Markdown."""
    rows = (
        f'| <a id="{error.code}"></a>`{error.code}` | {status_of(error)} | {error.ko} | {error.en} '
        f"| {'yes' if error.money_moved else 'no'} |\n"
        for error in published_errors()
    )
    return HEAD + TABLE + "".join(rows)


def _modules() -> Iterator[str]:
    """The modules in which an error may be written: an error needs one of the kernel's kinds."""
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if not folder.is_relative_to(settings.BASE_DIR) or "site-packages" in folder.parts:
            continue
        for file in sorted([*folder.rglob("*.py"), *_SHARED.glob("*.py")]):
            if "citycoin.foundation.kernel.errors" in file.read_text():
                yield ".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts)
