"""A page's HTML, drawn again for somebody whose form was too old: what they typed is put back into that form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import Final

# What a person types or chooses in an input. A hidden field says what the page knows, and stays as the page has it now.
TYPED: Final = frozenset({"text", "tel", "email", "number", "search", "date", "month", "time", "url"})
CHOSEN: Final = frozenset({"checkbox", "radio"})
# Beside inputs of the type password: what only the person may say, and says again.
SECRETS: Final = frozenset({"one-time-code", "current-password", "new-password"})

Attributes = dict[str, str | None]
Fields = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Tag:
    """A start tag, and where it stands in the page; of an element with a text of its own, where that text ends."""

    name: str
    attributes: Attributes
    start: int
    end: int
    text_end: int = 0
    options: list[Tag] = field(default_factory=list)

    def says(self, attribute: str) -> str:
        """What the attribute says; empty where it is missing."""
        return self.attributes.get(attribute) or ""

    def with_(self, **changed: str | None) -> Edit:
        """It anew, with these attributes."""
        return self._as(self.attributes | changed)

    def marked(self, attribute: str, *, is_so: bool) -> Edit:
        """It anew, with or without an attribute that has no value, such as ``checked``."""
        others = {name: value for name, value in self.attributes.items() if name != attribute}
        return self._as(others | {attribute: None} if is_so else others)

    def _as(self, attributes: Attributes) -> Edit:
        said = [name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items()]
        return Edit(self.start, self.end, f"<{' '.join([self.name, *said])}>")


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands from ``start`` to ``end``, and what is to stand there."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Form:
    """A form, its controls that have a name, and the folded parts of the page that it stands in."""

    tag: Tag
    folds: list[Tag]
    controls: list[Tag] = field(default_factory=list)

    def fits(self, sent: Fields) -> tuple[int, int]:
        """How many of its controls are in what was sent, and of how many of these the value could have been sent by it.

        A button is in it where it says what was said. A hidden field says what the page knew, so of two forms alike
        the one that says the same was sent.
        """
        there = [each for each in self.controls if _was_sent(each, sent)]
        return len(there), sum(not _is_hidden(each) or each.says("value") in sent[each.says("name")] for each in there)


class Page(HTMLParser):
    """The tags of a page that matter here."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.forms, self.relative = html, list[Form](), list[Tag]()
        self.main: Tag | None = None
        self.title: Tag | None = None
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self._folds: list[Tag] = []
        self._form: Form | None = None
        self._select: Tag | None = None
        self._textarea: Tag | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """HTMLParser's hook."""
        start = self._place()
        found = Tag(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        if tag == "main":
            self.main = self.main or found
        elif tag == "title":
            self.title = self.title or found
        elif tag == "a" and found.says("href")[:1] in {"", "?"} and "href" in found.attributes:
            self.relative.append(found)
        elif tag == "details":
            self._folds.append(found)
        elif tag == "form":
            self._form = Form(found, [*self._folds])
            self.forms.append(self._form)
        elif tag == "option" and self._select:
            self._select.options.append(found)
        elif self._form and tag in {"input", "select", "textarea", "button"} and found.says("name"):
            self._control(found)

    def handle_endtag(self, tag: str) -> None:
        """HTMLParser's hook."""
        if tag == "textarea" and self._textarea:
            self._textarea.text_end = self._place()
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._form = None
        elif tag == "details" and self._folds:
            self._folds.pop()

    def _control(self, found: Tag) -> None:
        assert self._form is not None
        self._form.controls.append(found)
        self._select = found if found.name == "select" else None
        self._textarea = found if found.name == "textarea" else None

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def drawn_again(
    html: str, *, at: str, sent_to: str, sent: Fields, title: str, notice: Callable[[bool], str]
) -> str | None:
    """The page of the address ``at``, with what was sent to ``sent_to`` in the form that it was sent by.

    ``notice`` is told whether anything was put back, and its HTML is put first in the page's main part; ``title`` comes
    before the page's. None of a page without a main part. The answer's own address may be the form's and not the page's,
    so forms without an action and links that say a query alone get the page's.
    """
    page = Page(html)
    if page.main is None:
        return None
    edits = [each.tag.with_(action=at) for each in page.forms if not each.tag.says("action")]
    edits += [each.with_(href=(_path(at) + each.says("href")) if each.says("href") else at) for each in page.relative]
    form = _form_of(page, at=at, sent_to=sent_to, sent=sent)
    filled = [edit for each in form.controls for edit in _filled(each, sent)] if form else []
    edits += [*filled, *(each.marked("open", is_so=True) for each in form.folds)] if form and filled else []
    edits.append(Edit(page.main.end, page.main.end, notice(bool(filled))))
    edits += [Edit(page.title.end, page.title.end, title)] if page.title else []
    for each in sorted(edits, key=lambda edit: edit.start, reverse=True):
        html = html[: each.start] + each.text + html[each.end :]
    return html


def _form_of(page: Page, *, at: str, sent_to: str, sent: Fields) -> Form | None:
    """The form that was sent: one that goes there, and of several the one with most of what was sent."""
    goes_there = [each for each in page.forms if _path(each.tag.says("action") or at) == _path(sent_to)]
    posts = [each for each in goes_there if each.tag.says("method").lower() == "post"]
    return max(posts, key=lambda each: each.fits(sent), default=None)


def _path(address: str) -> str:
    return address.partition("?")[0]


def _was_sent(control: Tag, sent: Fields) -> bool:
    values = sent.get(control.says("name"), ())
    return control.says("value") in values if control.name == "button" else bool(values)


def _is_hidden(control: Tag) -> bool:
    return control.says("type").lower() == "hidden"


def _filled(control: Tag, sent: Fields) -> Iterator[Edit]:
    values = sent.get(control.says("name"), ())
    kind = control.says("type").lower() or "text"
    if control.name == "input" and kind in CHOSEN:
        yield control.marked("checked", is_so=(control.attributes.get("value") or "on") in values)
    elif not values or control.says("autocomplete") in SECRETS:
        return
    elif control.name == "input" and kind in TYPED:
        yield control.with_(value=values[0])
    elif control.name == "textarea":
        yield Edit(control.end, control.text_end, "\n" + escape(values[0]))  # HTML drops the first line break
    elif control.name == "select":
        yield from (each.marked("selected", is_so=each.says("value") in values) for each in control.options)
