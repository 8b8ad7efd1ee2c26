"""What the code says in both languages, found by reading it: the texts that a catalogue of a further language is made of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

# What says a pair: in Python a call of one of these, or a class with `ko` and `en`; in a template the tag `say`.
_CALLS: Final = {"Words", "chosen"}
_TAG: Final = re.compile(r"""\{% say ("[^"]*"|'[^']*') ("[^"]*"|'[^']*')""")
_APART: Final = {"tests", "var", "node_modules"}


def said_texts(root: Path) -> dict[str, str]:
    """The Korean by the English of all pairs in the Python files and templates below ``root``."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        if not _is_apart(path.relative_to(root)):
            found |= {en: ko for ko, en in _of_python(ast.parse(path.read_text()))}
    for path in sorted((root / "templates").rglob("*.html")):
        found |= {en[1:-1]: ko[1:-1] for ko, en in _TAG.findall(path.read_text())}
    return {en: ko for en, ko in found.items() if any(letter.isalpha() for letter in en)}


def _is_apart(path: Path) -> bool:
    return any(part in _APART or part.startswith(".") for part in path.parts)


def _of_python(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node.func) in _CALLS:
            yield from _pair(node.args[:2])
        elif isinstance(node, ast.ClassDef):
            yield from _pair_of_class(node)


def _name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _pair_of_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    named = {
        each.targets[0].id: each.value
        for each in node.body
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    }
    yield from _pair([named[name] for name in ("ko", "en") if name in named])


def _pair(texts: list[ast.expr]) -> Iterator[tuple[str, str]]:
    said = [each.value for each in texts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    yield from pairwise(said)
