"""What no linter asks: that no app is left out of the rules about kinds, and that documents name files that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from citycoin.runtime.domain.addresses import ROOT

PATH = re.compile(r"`((?:citycoin|wallets|merchants|contracts|seeds|tests|templates|docs)/[\w./-]*)`")
INSTALLED_LATER = {"contracts/.venv-analysis", "contracts/node_modules"}
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_app_is_held_to_the_kinds_of_room():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    held = {each for contract in contracts for each in contract.get("containers", [])}

    ours = {app.name for app in apps.get_app_configs() if "site-packages" not in Path(app.path).parts}

    assert ours <= held
    assert {f"citycoin.web.{each.parent.name}" for each in (ROOT / "citycoin" / "web").glob("*/__init__.py")} <= held


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)
def test_document_names_only_paths_that_exist(document):
    named = set(PATH.findall(document.read_text())) - INSTALLED_LATER

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
