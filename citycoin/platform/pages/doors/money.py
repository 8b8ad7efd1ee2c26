"""Which pages are about money: there an error says whether any moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])


def about_money(view: View) -> View:
    """Mark a view through which won could have moved, or whose reader thinks they could. Outermost of its decorators."""
    view.about_money = True  # type: ignore[attr-defined]
    return view


def is_about_money(request: HttpRequest) -> bool:
    """Whether the request's view is one of these; false for an address without one."""
    match = request.resolver_match
    return match is not None and getattr(match.func, "about_money", False)
