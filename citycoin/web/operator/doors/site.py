"""The operator's site: Django's admin with a door of our own, and every table of ours."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from citycoin.foundation.kernel import clock
from citycoin.web.operator.contexts.founding import founding_steps
from citycoin.web.operator.contexts.tables import tables
from citycoin.web.operator.doors.sessions import View, at_hand, operator_of, sign_in, sign_out
from citycoin.web.operator.doors.tables import ReadOnly


class OperatorSite(AdminSite):
    """Knows no tenancy, no permissions and no users of Django: an operator sees every row, anybody else nothing."""

    site_url = None
    index_template = "operator/index.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The list of tables, and beside it what officials wait for."""
        return super().index(request, {**(extra_context or {}), "founding": founding_steps(clock.now())})

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether an operator asks."""
        return operator_of(request) is not None

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 - Django's signature
        """The view for an operator on this machine; others on it are led to the sign-in, and the network to nothing."""
        return at_hand(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        """Of Django's pages those that read: no password to change, no shortcut to a row that would not be logged."""
        pages: list[URLPattern | URLResolver] = [
            path("", self.admin_view(self.index), name="index"),
            path("sign-in", sign_in, name="login"),
            path("sign-out", sign_out, name="logout"),
            path("words.js", self.admin_view(self.i18n_javascript), name="jsi18n"),
        ]
        for model, table in self._registry.items():
            pages.append(path(f"{model._meta.app_label}/{model._meta.model_name}/", include(table.get_urls())))
        apps = "|".join(sorted({model._meta.app_label for model in self._registry}))
        pages.append(re_path(rf"^(?P<app_label>{apps})/$", self.admin_view(self.app_index), name="app_list"))
        return pages


site = OperatorSite(name="admin")
site.register(tables(), ReadOnly)
