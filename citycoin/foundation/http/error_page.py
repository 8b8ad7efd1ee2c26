"""docs/errors.md, written from the errors themselves, so that it can't say what isn't so."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.kernel.error_numbers import NUMBERS
from citycoin.foundation.kernel.errors import CityCoinError, every_error

PAGE: Final[Path] = settings.BASE_DIR / "docs" / "errors.md"
NUMBERS_FILE: Final[Path] = settings.BASE_DIR / "citycoin" / "foundation" / "kernel" / "error_numbers.py"
FIRST_NUMBER: Final = 1001
# By where an error was first written; the first that fits. It stays when the error's module moves.
LETTERS: Final = {
    "citycoin.web.console": "C",
    "citycoin.platform.audit": "C",
    "citycoin.platform.incidents": "C",
    "citycoin.platform.queues": "C",
    "citycoin.platform.accounts": "S",
    "citycoin.web.sign_in": "S",
    "citycoin.money": "T",
    "merchants": "R",
    "wallets": "P",
    "citycoin.web.resident": "P",
    "citycoin.web.shop": "R",
    "contracts": "X",
    "": "G",
}
NUMBERS_HEAD: Final = """\
\"\"\"The number of each error that people read out. Appended to by ``manage.py error_page``; a line is never changed, and stays
when its error is gone, so that no number ever means two things.
\"\"\"

from typing import Final

NUMBERS: Final = {
"""
_SHARED: Final = Path(__file__).parent
HEAD: Final = """\
# Errors

Written by `manage.py error_page` from the code; a check compares them. Every refusal is `application/problem+json`
(RFC 9457) with these codes, which never change once published:

```json
{
  "type": "/docs/errors#not_enough_won", "status": 422, "code": "not_enough_won", "number": "P-NNNN",
  "title": "The balance is too low, so nothing was paid. Please top up and pay again.",
  "ko": "잔액이 부족해서 결제하지 않았어요. 충전한 뒤 다시 결제해 주세요.",
  "en": "The balance is too low, so nothing was paid. Please top up and pay again.",
  "money_moved": false, "details": {"available": 10000, "asked": 10001}
}
```

400: what was sent can't be read as what was asked for. 404: not there, or not yours. 409: the thing exists in a state
that forbids this. 422: a rule says no; under a payment's id the refusal is remembered, and a new try takes a new id.
503: not now; the same request, under the same id, may be sent again.

The number is what people read out. Its digits are an error's own, whatever letter was heard: P payments and wallets, T top-ups
and the city's money, S signing in, R shops, C the console, X the chain, G everything else. A fault of ours, 500, is G-1000 and
six characters of its own, which the log has just before the traceback.

"""
TABLE: Final = """\
| number | code | status | 한국어 | English | money moved? |
|---|---|---|---|---|---|
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
        f"| {NUMBERS.get(error.code, 'none yet')} "
        f'| <a id="{error.code}"></a>`{error.code}` | {status_of(error)} | {error.ko} | {error.en} '
        f"| {'yes' if error.money_moved else 'no'} |\n"
        for error in published_errors()
    )
    return HEAD.replace("P-NNNN", NUMBERS.get("not_enough_won", "P-NNNN")) + TABLE + "".join(rows)


def numbered() -> dict[str, str]:
    """Every number given so far, and the next ones for errors without."""
    given = dict(NUMBERS)
    following = 1 + max((int(number.partition("-")[2]) for number in given.values()), default=FIRST_NUMBER - 1)
    for error in published_errors():
        if error.code not in given:
            given[error.code] = f"{_letter(error.__module__)}-{following}"
            following += 1
    return given


def numbers_file(numbers: dict[str, str]) -> str:
    """The module that holds them."""
    return NUMBERS_HEAD + "".join(f'    "{code}": "{number}",\n' for code, number in numbers.items()) + "}\n"


def _letter(module: str) -> str:
    return next(letter for start, letter in LETTERS.items() if module.startswith(start))


def _modules() -> Iterator[str]:
    """The modules in which an error may be written: an error needs one of the kernel's kinds."""
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if not folder.is_relative_to(settings.BASE_DIR) or "site-packages" in folder.parts:
            continue
        for file in sorted([*folder.rglob("*.py"), *_SHARED.glob("*.py")]):
            if "citycoin.foundation.kernel.errors" in file.read_text():
                yield ".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts)
