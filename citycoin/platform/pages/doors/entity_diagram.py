"""docs/entities.md, written from the models, so that it can't say what isn't so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models import Field, ForeignKey, Model, OneToOneField

PAGE: Final[Path] = settings.BASE_DIR / "docs" / "entities.md"
HEAD: Final = """\
# Entities

Written by `manage.py entity_diagram` from the models; a test compares them. One diagram for each app, bottom layer first. A
table of another app is drawn without its columns. `PK` is the primary key, `FK` refers to another table, `UK` is unique; a
column with `"null"` may be empty. What else must hold is a constraint, with a name that is a sentence, below each diagram.

"""


def page() -> str:
    """The whole page, as Markdown with Mermaid's diagrams."""
    ours = [config for config in apps.get_app_configs() if _is_ours(config) and any(_models(config))]
    return HEAD + "\n".join("".join(_section(config)) for config in ours)


def _is_ours(config: AppConfig) -> bool:
    return "site-packages" not in Path(config.path).parts


def _models(config: AppConfig) -> Iterator[type[Model]]:
    """The models with a table of their own, in the order in which they are written."""
    return (model for model in config.get_models() if model._meta.managed and not model._meta.proxy)


def _section(config: AppConfig) -> Iterator[str]:
    models = list(_models(config))
    yield f"## {config.name}\n\n```mermaid\nerDiagram\n"
    for model in models:
        yield f"    {model.__name__} {{\n"
        for field in model._meta.concrete_fields:
            yield f"        {_column(field)}\n"
        yield "    }\n"
    for model in models:
        for relation in _relations(model):
            yield f"    {_drawn(relation)}\n"
    yield "```\n"
    rules = [f"- `{model.__name__}`: {', '.join(names)}\n" for model in models if (names := _rules(model))]
    if rules:
        yield "\n"
    yield from rules


def _column(field: Field[Any, Any]) -> str:
    key = "PK" if field.primary_key else "FK" if field.is_relation else "UK" if field.unique else ""
    if field.is_relation and field.unique and not field.primary_key:
        key = "FK, UK"
    kind = field.get_internal_type().removesuffix("Field")
    return " ".join(part for part in (kind, field.column, key, '"null"' if field.null else "") if part)


def _relations(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    return (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))


def _drawn(field: ForeignKey[Any, Any]) -> str:
    """The other table, one or none of it, and how many of this one refer to it."""
    one = "|o" if field.null else "||"
    many = "o|" if isinstance(field, OneToOneField) or field.unique else "o{"
    return f"{field.related_model.__name__} {one}--{many} {field.model.__name__} : {field.name}"


def _rules(model: type[Model]) -> list[str]:
    """The names of the table's constraints."""
    return [f"`{constraint.name}`" for constraint in model._meta.constraints]
