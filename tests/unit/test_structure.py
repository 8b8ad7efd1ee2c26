"""What no linter asks: no app is left out of the rules about kinds; documents name what exists, and all of it is listed."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from citycoin.development.operations.checks import CHECKS
from citycoin.runtime.domain.addresses import ROOT

PATH = re.compile(r"`((?:citycoin|wallets|merchants|contracts|seeds|tests|templates|docs)/[\w./-]*)`")
INSTALLED_LATER = {"contracts/.venv-analysis", "contracts/node_modules"}
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CODE = ("citycoin", "wallets", "merchants", "contracts", "seeds", "tests")
READ = re.compile(r"""(?:env\.\w+|environ\.get|environ)[(\[]\s*["']([A-Z][A-Z0-9_]+)["']""")
SERVING = ("citycoin/web", "citycoin/money", "citycoin/platform", "contracts", "merchants", "wallets")
DOORS = {"doors", "contexts", "context_processors", "tasks", "management", "templatetags"}
# What asks the database for rows; which rows, is said in the queries of the app that owns them.
ASKING = {"aggregate", "exclude", "exists", "filter", "get_or_create", "order_by", "select_related"}
# What the machine and Django say by themselves, and what one of our processes tells another.
OF_THE_MACHINE = {"DJANGO_SETTINGS_MODULE", "HOME", "PATH", "PYTEST_XDIST_WORKER", "SSL_CERT_FILE"}


def test_every_app_is_held_to_the_kinds_of_room():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    held = {each for contract in contracts for each in contract.get("containers", [])}

    ours = {app.name for app in apps.get_app_configs() if "site-packages" not in Path(app.path).parts}

    assert ours <= held
    assert {f"citycoin.web.{each.parent.name}" for each in (ROOT / "citycoin" / "web").glob("*/__init__.py")} <= held


def test_apps_are_installed_from_the_lowest_layer_upwards(settings):
    """Apps register what they take in of final blocks in this order, so the ledger stands before those above it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["name"].startswith("Layers: "))[::-1]

    layer_of_each = [
        layers.index(layer) for app in settings.INSTALLED_APPS for layer in layers if f"{app}.".startswith(f"{layer}.")
    ]

    assert len(layer_of_each) == len(
        [app for app in settings.INSTALLED_APPS if (ROOT / app.replace(".", "/")).is_dir()]
    )
    assert layer_of_each == sorted(layer_of_each)


def test_doors_and_contexts_ask_no_table_by_themselves():
    asked = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in _doors_and_contexts()
        for line in _lines_that_ask(ast.parse(file.read_text()))
    ]

    assert asked == []


def _doors_and_contexts() -> Iterator[Path]:
    for top in SERVING:
        for file in sorted((ROOT / top).rglob("*.py")):
            rooms = {*file.relative_to(ROOT).with_suffix("").parts}
            if rooms & DOORS and "node_modules" not in rooms:
                yield file


def _lines_that_ask(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            yield node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING:
            yield node.lineno


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)
def test_document_names_only_paths_that_exist(document):
    named = set(PATH.findall(document.read_text())) - INSTALLED_LATER

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)
def test_document_links_only_to_files_that_exist(document):
    linked = set(LINK.findall(document.read_text()))

    assert [path for path in sorted(linked) if not (document.parent / path).exists()] == []


@pytest.mark.parametrize("folder", ["docs", "docs/decisions"])
def test_every_document_is_listed_in_its_index(folder):
    index = ROOT / folder / "README.md"
    pages = {page.name for page in index.parent.glob("*.md")} - {index.name}

    assert pages - set(LINK.findall(index.read_text())) == set()


def test_every_variable_that_the_code_reads_is_in_the_example_and_no_other():
    installed = {Path(each).name for each in INSTALLED_LATER}
    files = [file for top in CODE for file in (ROOT / top).rglob("*.py") if installed.isdisjoint(file.parts)]
    read = {name for file in files for name in READ.findall(file.read_text())} - OF_THE_MACHINE

    named = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert named == read


def test_every_check_is_a_hook_of_pre_commit():
    hooks = re.findall(r"- id: (\S+)", (ROOT / ".pre-commit-config.yaml").read_text())

    assert set(hooks) == set(CHECKS)
