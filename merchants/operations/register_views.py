"""An official's own views of the register of shops: saved under a name, and removed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from citycoin.foundation.kernel.errors import Conflict, NotFound
from citycoin.foundation.kernel.text import Name
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official
from merchants.models import LONGEST_VIEW_NAME, RegisterView

MOST_VIEWS: Final = 12


class TooManyViews(Conflict):
    """The official has as many views as are kept; ``details.most`` says how many."""

    code = "too_many_views"
    ko = "보기를 더 저장할 수 없습니다. 쓰지 않는 보기를 지운 뒤 다시 저장해 주십시오."
    en = "No more views can be saved. Please remove one that isn't used, and save again."


class ViewUnknown(NotFound):
    """The official has no such view."""

    code = "view_unknown"
    ko = "그런 보기가 없습니다. 이미 지웠을 수 있으니 등록부에서 확인해 주십시오."
    en = "There is no such view. It may be removed already; please look in the register."


@transaction.atomic
def save_view(*, official: Official, name: str, query: str, now: datetime) -> RegisterView:
    """Keep the query under the name; under one of theirs it takes the place of what was there. Raises NameWrong, TooManyViews."""
    said = Name(name, longest=LONGEST_VIEW_NAME)
    locked(Official.objects.filter(pk=official.pk)).get()
    views = RegisterView.objects.filter(official=official)
    if not views.filter(name=said).exists() and views.count() >= MOST_VIEWS:
        raise TooManyViews(most=MOST_VIEWS)
    view, _ = RegisterView.objects.update_or_create(
        official=official, name=said, defaults={"query": query, "saved_at": now}
    )
    return view


def remove_view(*, official: Official, number: int) -> None:
    """Forget the official's view of this number. Raises ViewUnknown."""
    removed, _ = RegisterView.objects.filter(official=official, pk=number).delete()
    if not removed:
        raise ViewUnknown
