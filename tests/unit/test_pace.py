"""How long a top-up usually takes: the median of the last ones, of the last hours, of its own city; else what the chain takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.issuance.models import Issue, TopUp
from citycoin.money.issuance.queries.top_ups import LAST_FEW, bar_seconds, usual_seconds
from citycoin.platform.cities.models import City
from citycoin.platform.rules.models import Rule
from tests.bank import a_city_account, virtual_accounts
from tests.unit.model import a_submission, funded, hash_of, number
from tests.unit.test_funding import NOON, programme
from wallets.models import Wallet


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    made = City.objects.create(slug="town", name_ko="시", name_en="Town")
    a_city_account(made, now=NOON)
    funded(made, "state", "city")
    programme(made)
    return made


def took(city, *seconds, ago=timedelta(0)):
    """Top-ups that took so long, paid ``ago``, one after the other."""
    (sale,) = city.programmes.all()
    wallet = Wallet.objects.create(city=city, kind=Wallet.Kind.RESIDENT, created_at=NOON)
    numbers = virtual_accounts(account_of(city.pk), len(seconds), until=NOON)
    for place, (each, number_) in enumerate(zip(seconds, numbers, strict=True)):
        paid = NOON - ago - timedelta(minutes=len(seconds) - place)
        issue = Issue.objects.create(
            programme=sale,
            issue_id=hash_of("issue", number()),
            submission=a_submission(city),
            formed_at=paid,
            ended_at=paid + timedelta(seconds=each),
        )
        TopUp.objects.create(
            city=city,
            wallet=wallet,
            programme=sale,
            rule=Rule.objects.get(city=city),
            client_id=f"00000000-0000-0000-0000-{number():012}",
            amount=1_000,
            price=900,
            funders={"buyer": 900, "city": 100},
            account=number_,
            status=TopUp.Status.ISSUED,
            reserved_at=paid,
            reserved_until=paid,
            paid_at=paid,
            issue=issue,
        )


def test_usual_seconds_are_the_median_of_the_last_ones(city):
    took(city, *[100] * LAST_FEW, *range(8, 8 + LAST_FEW))

    assert usual_seconds(city.pk, NOON) == 8 + LAST_FEW // 2


def test_what_was_paid_long_ago_says_nothing_of_now(city):
    took(city, 781, 900, ago=timedelta(hours=13))

    assert usual_seconds(city.pk, NOON) == bar_seconds()


def test_before_any_was_measured_the_usual_is_what_the_chain_takes(city, settings):
    settings.CHAIN_BLOCKS_TO_FINAL, settings.CHAIN_BLOCK_SECONDS = 12, 1.5

    assert usual_seconds(city.pk, NOON) == 18 + 3


def test_last_ones_are_read_by_an_index_and_not_by_going_through_all_of_them(city):
    took(city, 8)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        usual_seconds(city.pk, NOON)

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "top_ups_issued_of_a_city" in plan
