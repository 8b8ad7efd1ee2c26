"""A table to be read, and nothing else: its list and its rows, each look of which is an act in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, path

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.text import sentence
from citycoin.platform.audit.operations import record_look
from citycoin.web.operator.contexts import tables
from citycoin.web.operator.doors.sessions import operator_of

LONGEST_SEARCH = 100


class ReadOnly(ModelAdmin):  # type: ignore[type-arg] # only the stubs know its argument
    """Django's pages of a model, less everything that writes."""

    actions = None
    ordering = ("-pk",)
    list_per_page = list_max_show_all = 50
    show_full_result_count = False  # a count of the whole table takes long, and says nothing
    preserve_filters = False
    view_on_site = False
    change_form_template = "operator/row.html"

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """What a row's page has."""
        return tuple(field.name for field in tables.shown(self.model))

    get_readonly_fields = get_fields

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """What a list has; it can be sorted by these alone."""
        return tables.columns(self.model)

    def get_list_select_related(self, request: HttpRequest) -> tuple[str, ...]:
        """The rows that a list names, fetched with it."""
        relations = {field.name for field in self.opts.concrete_fields if field.is_relation}
        return tuple(name for name in tables.columns(self.model) if name in relations)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """What the search field looks in."""
        return tables.searched(self.model)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What is sought in the form in which texts are stored, and not more of it than a column holds."""
        return super().get_search_results(request, queryset, sentence(search_term)[:LONGEST_SEARCH])

    def get_urls(self) -> list[URLPattern]:
        """A list and a row; Django's pages for adding, deleting and the history of edits are not there."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", self.admin_site.admin_view(self.changelist_view), name=f"{name}_changelist"),
            path("<str:object_id>/", self.admin_site.admin_view(self.change_view), name=f"{name}_change"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The site has asked who they are."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The site has asked who they are."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: what is written is written by operations."""
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """None: a filter in the address could ask a closed column for its value, a letter at a time."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        """A page of the table. What was searched for may be personal, so the act says only that it was a search."""
        how = "search" if request.GET.get(SEARCH_VAR) else "list"
        with _reading(request):
            answer = _drawn(super().changelist_view(request, dict(extra_context or {})))
            self._note(request, how=how)
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A row by its key alone, with every column that isn't closed. Raises Http404 where there is none."""
        with _reading(request):
            row = None if request.GET else self.get_object(request, unquote(object_id))
            if row is None:
                raise Http404
            answer = _drawn(super().change_view(request, object_id, form_url, extra_context))
            self._note(request, how="row", row=str(row.pk), city_id=tables.city_of(row))
        return answer

    def _note(self, request: HttpRequest, *, how: str, row: str = "", city_id: int | None = None) -> None:
        operator = operator_of(request)
        if operator is None:
            raise PermissionDenied  # ended while the page was drawn
        record_look(operator=operator, table=self.opts.label, how=how, row=row, city_id=city_id, now=clock.now())


def _reading(request: HttpRequest) -> transaction.Atomic:
    """The transaction of a look. Raises PermissionDenied for a request that would write."""
    if request.method not in ("GET", "HEAD"):
        raise PermissionDenied
    return transaction.atomic()


def _drawn(answer: HttpResponse) -> HttpResponse:
    """Drawn at once: the act comes last in the transaction, where it holds up the cities' own acts the least."""
    return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer
