"""What no linter asks: no app is left out of the rules about kinds; documents name what exists, and all of it is listed."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.urls import URLResolver, get_resolver
from django.urls.converters import IntConverter, PathConverter
from rest_framework import serializers

from citycoin.development.operations.checks import CHECKS
from citycoin.foundation.fields import AddressField, ComparedField, HashField, NameField, SentenceField
from citycoin.foundation.http.fields import StrictSerializer
from citycoin.foundation.http.forms import PageForm, TypedField
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
# Of all of a city's payers; a shop's and a wallet's own sums are their own books.
SUMS = ROOT / "merchants" / "queries" / "daily_sums.py"
BY_GROUP = {"categories_of_city", "days_of_city", "districts_of_city"}
OF_TIME = {"timestamp", "total_seconds"}
OF_PEOPLE = (NameField, SentenceField)
OF_MACHINES = (AddressField, ComparedField, HashField, models.SlugField)
READS_A_FORM = (TypedField, forms.ChoiceField, forms.DecimalField, forms.UUIDField)
# Columns of text that nobody types: words and marks that our own code writes, and numbers as their one cleaning left them.
WRITTEN_BY_US = {
    "accounts.OfficialSession.agent",
    "accounts.OfficialSession.session_key",
    "accounts.Person.password",
    "audit.AuditEvent.act",
    "bank.BankFile.kind",
    "bank.BankFile.message_id",
    "bank.BankFile.name",
    "bank.BankFile.sender",
    "bank.BankFile.sha256",
    "bank.BankFile.why",
    "bank.CityAccount.bic",
    "bank.CityAccount.number",
    "bank.CityAccount.operating_number",
    "bank.CityAccount.prefix",
    "bank.Deposit.number",
    "bank.Deposit.payer_bank",
    "bank.Deposit.payer_number",
    "bank.Deposit.reason",
    "bank.Deposit.reference",
    "bank.OrderFile.message_id",
    "bank.StatementLine.reference",
    "bank.TransferOut.end_to_end",
    "bank.TransferOut.payee_bank",
    "bank.TransferOut.payee_number",
    "bank.TransferOut.pays_from",
    "bank.TransferOut.reason",
    "bank.VirtualAccount.number",
    "bank.VirtualAccount.purpose",
    "cities.Identity.colour",
    "cities.Identity.colours",
    "cities.Identity.digest",
    "cities.Identity.emblem",
    "cities.Identity.picture",
    "cities.Identity.picture_ink",
    "contracts.ChainLog.name",
    "contracts.Contract.name",
    "contracts.Contract.symbol",
    "events.Event.name",
    "exports.FileJob.back",
    "exports.FileJob.format",
    "exports.FileJob.language",
    "exports.FileJob.name",
    "exports.FileJob.recipe",
    "exports.FileJob.title",
    "funding.FunderAccount.funder",
    "funding.FunderEntry.effect",
    "health.FailingStep.reason",
    "health.FailingStep.step",
    "health.Heartbeat.host",
    "health.Heartbeat.process",
    "incidents.Incident.what",
    "merchants.RegisterView.query",
    "merchants.Shop.business_number",
    "merchants.ShopApplication.business_number",
    "notices.Notice.subject",
    "notices.TextChoice.language",
    "passkeys.Passkey.host",
    "payouts.PayoutAccount.bank",
    "payouts.PayoutAccount.code",
    "payouts.PayoutAccount.number",
    "queues.FailedRow.queue",
    "queues.FailedRow.reason",
    "reports.Report.code",
    "rules.Rule.kind",
    "wallets.Movement.effect",
    "wallets.Refusal.code",
}
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

    ours = [app for app in settings.INSTALLED_APPS if (ROOT / app.replace(".", "/")).is_dir()]
    layer_of_each = [layers.index(layer) for app in ours for layer in layers if f"{app}.".startswith(f"{layer}.")]

    assert len(layer_of_each) == len(ours)
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


def test_sums_of_many_people_by_groups_are_drawn_by_whoever_asks_the_rule_of_five():
    """The queries that add up many people's payments by group are named here; a front end that asks one asks `shown`, too."""
    asked = {
        file: {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
        | {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
        for file in sorted((ROOT / "citycoin" / "web").rglob("*.py"))
        for module in [ast.parse(file.read_text())]
    }
    asking = {file for file, names in asked.items() if names & BY_GROUP}

    assert asking
    assert [str(file.relative_to(ROOT)) for file in sorted(asking) if "shown" not in asked[file]] == []
    defined = {node.name for node in ast.walk(ast.parse(SUMS.read_text())) if isinstance(node, ast.FunctionDef)}
    assert {name for name in defined if name.endswith("_of_city") and not name.startswith("_")} == BY_GROUP


def test_text_from_outside_becomes_a_number_or_a_day_in_one_place():
    """`whole_number` and `day_of` bound what they read; a bare int() of a text takes five thousand digits and "١"."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in _that_read_texts()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and _reads_a_number(node)
    ]

    assert found == []


def _that_read_texts() -> Iterator[Path]:
    """Doors, contexts and pure rules of all that serves; the chain's side reads what the node says, by its own types."""
    yield from (file for file in _doors_and_contexts() if "contracts" not in file.parts)
    for top in SERVING:
        yield from (file for file in sorted((ROOT / top).rglob("domain/*.py")) if top != "contracts")


def _reads_a_number(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in {"fromisoformat", "strptime"}
    if not isinstance(call.func, ast.Name) or call.func.id not in {"int", "float"} or len(call.args) != 1:
        return False
    said = call.args[0]
    of_time = isinstance(said, ast.Call) and isinstance(said.func, ast.Attribute) and said.func.attr in OF_TIME
    return not of_time and not isinstance(said, ast.BinOp)


def test_no_path_takes_a_number_without_a_length():
    assert [route for route, kind in _converters(get_resolver()) if kind in {IntConverter, PathConverter}] == []


def _converters(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, type]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        yield from ((route, type(kind)) for kind in each.pattern.converters.values())
        if isinstance(each, URLResolver):
            yield from _converters(each, route)


def test_every_column_of_text_says_whose_text_it_is():
    """People's names and sentences have types of their own; a choice is one of a few; the rest is written by our code."""
    ours = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
    columns = [field for model in ours for field in model._meta.concrete_fields if field.model is model]
    plain = {
        f"{field.model._meta.label}.{field.name}"
        for field in columns
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, (*OF_PEOPLE, *OF_MACHINES))
        and not field.choices
    }

    assert plain == WRITTEN_BY_US


def test_every_field_of_a_form_or_a_body_is_read_by_a_type_of_ours():
    get_resolver().url_patterns  # noqa: B018 - imports every door
    forms_ = [(kind, field) for kind in _all_below(PageForm) for field in kind.base_fields.values()]
    bodies = [(kind, field) for kind in _all_below(StrictSerializer) for field in kind._declared_fields.values()]

    assert forms_
    assert bodies
    assert [kind.__name__ for kind, field in forms_ if not isinstance(field, READS_A_FORM)] == []
    assert [
        kind.__name__
        for kind, field in bodies
        if not type(field).__module__.startswith("citycoin.") and not isinstance(field, serializers.ListField)
    ] == []


def _all_below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        if each.__module__.partition(".")[0] != "tests":
            yield each
        yield from _all_below(each)


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


def test_every_question_of_a_test_over_http_says_how_long_it_waits():
    """A slow machine is late for what httpx waits for by itself; `tests.patient` is how a test asks."""
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in sorted((ROOT / "tests").rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in {"httpx.Client", "httpx.AsyncClient", "httpx.get", "httpx.post", "httpx.stream"}
        and not {"timeout", None} & {keyword.arg for keyword in call.keywords}
    ]

    assert found == []


def test_no_text_is_filled_in_while_a_module_is_imported():
    """The languages that there are aren't known then: a further one would read English."""
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for top in SERVING
        for file in sorted((ROOT / top).rglob("*.py"))
        if "node_modules" not in file.parts
        for call in _called_at_import(ast.parse(file.read_text()))
        if isinstance(call.func, ast.Attribute) and call.func.attr == "filled"
    ]

    assert found == []


def _called_at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Calls that are made when their module is read: outside every function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _called_at_import(child)
