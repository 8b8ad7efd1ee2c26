"""Reads a TOML file strictly: what is missing, of the wrong kind or misspelt is named by file and key."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from citycoin.foundation.kernel.text import LONGEST_NAME, Name, NameWrong

# CP949 or UTF-16, most likely.
NOT_UTF_8: Final = (
    "UTF-8이 아닌 파일이에요. 편집기에서 UTF-8로 저장해 주세요. / This is not UTF-8: save as UTF-8 in your editor."
)


class CityFileWrong(Exception):
    """A file can't be taken as it is; says which file, which key, and what is wrong there."""

    def __init__(self, file: Path, key: str, what: str) -> None:
        super().__init__(f"{file}: {key}: {what}" if key else f"{file}: {what}")


@dataclass(slots=True)
class Table:
    """One table of a file. ``end`` refuses the keys that nobody asked for: a misspelt key is not a missing one."""

    file: Path
    place: str
    rows: dict[str, Any]
    _read: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, file: Path) -> Table:
        """The file's outermost table, its texts composed (NFC). Raises CityFileWrong."""
        try:
            # Windows' editor begins a file with a byte order mark, which TOML doesn't know.
            rows = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError as wrong:
            raise CityFileWrong(file, "", NOT_UTF_8) from wrong
        except (OSError, tomllib.TOMLDecodeError) as wrong:
            raise CityFileWrong(file, "", str(wrong)) from wrong
        return cls(file, "", _composed(rows))

    def wrong(self, key: str, what: str) -> CityFileWrong:
        """The error to raise for ``key``."""
        return CityFileWrong(self.file, f"{self.place}{key}", what)

    def text(self, key: str, *, longest: int = 60) -> str:
        """A text that isn't empty."""
        found = self._value(key, str, "a text")
        if not found.strip() or len(found) > longest or not found.isprintable():
            raise self.wrong(key, f"1 to {longest} printable characters are needed")
        return str(found)

    def name(self, key: str, *, longest: int = LONGEST_NAME) -> Name:
        """What something is called."""
        try:
            return Name(self._value(key, str, "a text"), longest=longest)
        except NameWrong as wrong:
            raise self.wrong(
                key, f"a name of 1 to {longest} characters is needed: {wrong.details['reason']}"
            ) from wrong

    def beside(self, key: str, *, ending: str) -> bytes:
        """The content of the file of that name beside this one."""
        name = self.text(key)
        if "/" in name or "\\" in name or name.startswith(".") or not name.endswith(ending):
            raise self.wrong(key, f"the name of a file with {ending} beside this one is needed, without a folder")
        try:
            return (self.file.parent / name).read_bytes()
        except OSError as wrong:
            raise self.wrong(key, str(wrong)) from wrong

    def texts(self, key: str, *, of: Collection[str]) -> list[str]:
        """A list of texts out of those allowed; the key must be one of them, too."""
        if key not in of:
            raise self.wrong(key, f"is none of {', '.join(of)}")
        found = self._value(key, list, "a list of texts")
        for each in found:
            if each not in of:
                raise self.wrong(key, f"{each!r} is none of {', '.join(of)}")
        return [str(each) for each in found]

    def whole(self, key: str, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        found = self._value(key, int, "a whole number")
        if isinstance(found, bool) or not least <= found <= most:
            raise self.wrong(key, f"a whole number from {least} to {most} is needed, not {found}")
        return int(found)

    def day(self, key: str) -> date:
        """A date, written without quotes: 2026-01-01."""
        found = self._value(key, date, "a date without quotes (2026-01-01)")
        if isinstance(found, datetime):
            raise self.wrong(key, "a date without a time of day is needed")
        return date(found.year, found.month, found.day)

    def names(self, key: str, *, longest: int = LONGEST_NAME) -> tuple[Name, Name]:
        """A name in Korean and in English."""
        both = self.table(key)
        korean, english = both.name("ko", longest=longest), both.name("en", longest=longest)
        both.end()
        return korean, english

    def table(self, key: str) -> Table:
        """A table inside this one."""
        return Table(self.file, f"{self.place}{key}.", self._value(key, dict, "a table"))

    def tables(self, key: str, *, least: int = 0) -> list[Table]:
        """The tables of a list, of which there must be ``least``."""
        if least == 0 and key not in self.rows:
            return []
        found = self._value(key, list, "a list of tables")
        if len(found) < least or not all(isinstance(each, dict) for each in found):
            raise self.wrong(key, f"{least} or more tables are needed")
        return [Table(self.file, f"{self.place}{key}[{place}].", each) for place, each in enumerate(found, 1)]

    def rest(self) -> dict[str, Any]:
        """Every key that nobody has asked for yet, for somebody who knows which there may be."""
        left = {key: value for key, value in self.rows.items() if key not in self._read}
        self._read.update(left)
        return left

    def end(self) -> None:
        """Refuse what was not read."""
        for key in self.rows:
            if key not in self._read:
                raise self.wrong(key, "there is no such key")

    def refuse_twice(self, key: str, values: Iterable[object]) -> None:
        """Refuse a value that stands twice among those that name something."""
        seen = set()
        for value in values:
            if value in seen:
                raise self.wrong(key, f"{value} stands there twice")
            seen.add(value)

    def _value(self, key: str, kind: type, called: str) -> Any:
        self._read.add(key)
        if key not in self.rows:
            raise self.wrong(key, f"{called} is missing")
        if not isinstance(self.rows[key], kind):
            raise self.wrong(key, f"{called} is needed, not {self.rows[key]!r}")
        return self.rows[key]


def _composed(value: Any) -> Any:
    """As a person reads it: a Mac writes 동 as ㄷ, ㅗ and ㅇ, and both are one word."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [_composed(each) for each in value]
        case dict():
            return {_composed(key): _composed(each) for key, each in value.items()}
        case _:
            return value
