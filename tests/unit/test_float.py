"""What the bank has beside what it is owed for: when a difference brakes, who lets go, and what each change of one side does."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db.models import F

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.money.bank.models import Deposit
from citycoin.money.float.domain.refusals import FloatDiffers
from citycoin.money.float.domain.sums import Float
from citycoin.money.float.models import FloatCheck
from citycoin.money.float.operations.checking import check
from citycoin.money.float.queries.sums import float_of
from citycoin.money.issuance.models import Programme
from citycoin.money.issuance.operations.brakes import is_braked
from citycoin.money.issuance.operations.top_ups import reserve_top_up
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.cities.models import City
from citycoin.platform.incidents.models import Incident
from citycoin.platform.incidents.operations import close_incident
from tests.bank import a_city_account, credit, stated, taken, told_deposit
from tests.unit.model import funded, number
from tests.unit.test_issuing import NOON, paid_top_ups
from wallets.models import Wallet

HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    return City.objects.create(slug=f"floats-{number()}", name_ko="시", name_en="Town")


@pytest.fixture
def account(city):
    return a_city_account(city, now=NOON)


@pytest.fixture
def deposit(account) -> Deposit:
    """900 won for nobody, which the bank and the books have."""
    return told_deposit(account, "", 900, now=NOON)


def looks(city: City, times: int = 2) -> FloatCheck:
    for look in range(times):
        row = check(city_id=city.pk, now=NOON + look * HALF_A_MINUTE)
    return row


def loses(deposit: Deposit, won: int = 3) -> None:
    """The row says less than the bank: whoever edits the database by hand."""
    Deposit.objects.filter(pk=deposit.pk).update(amount=F("amount") - won)


def disagrees(deposit: Deposit) -> None:
    """The bank states what came, and the row says three won less."""
    entry = credit(deposit.account, "", deposit.amount, at=NOON, reference=deposit.reference)
    taken(stated(deposit.account, [entry], day=NOON.date(), at=NOON), now=NOON)
    loses(deposit)


def seen_to_disagree(city: City, deposit: Deposit) -> Incident:
    """Seen twice, it is an incident."""
    disagrees(deposit)
    looks(city)
    return Incident.objects.get(city=city, what="float_differs")


def closed(incident: Incident) -> None:
    city = City.objects.get(pk=incident.city_id)
    official = open_official(
        city=city, username=f"o-{city.slug}", password=uuid.uuid4().hex, totp_secret="A" * 32, now=NOON
    )
    close_incident(incident_id=incident.pk, official=official, finding="은행이 확인함", now=NOON)


def test_both_sums_are_the_same_while_nothing_is_wrong(city, deposit):
    row = looks(city)

    assert (row.bank, row.owed, row.looks, row.differs_since) == (deposit.amount, deposit.amount, 0, None)
    assert Float.of(row.lines) == float_of(city.pk)


def test_deposit_that_the_books_lost_is_the_difference_to_the_won(city, deposit):
    seen_to_disagree(city, deposit)

    assert float_of(city.pk).difference == 3


def test_deposit_on_the_statement_of_the_day_before_its_booking_counts_once(city, account):
    """A bank's day may end before midnight or after it."""
    early = NOON.astimezone(KST).replace(hour=0, minute=10) + timedelta(days=1)
    sent = credit(account, "", 500, at=early)

    taken(stated(account, [sent], day=NOON.date(), at=early), now=early)

    found = float_of(city.pk)
    assert (found.stated, found.came, found.waiting, found.difference) == (500, 0, 500, 0)


def test_difference_that_one_look_sees_brakes_nothing_and_the_second_look_does(city, deposit):
    disagrees(deposit)

    looks(city, 1)
    after_one = (is_braked(city.pk), Incident.objects.filter(city=city, what="float_differs").count())
    row = check(city_id=city.pk, now=NOON + HALF_A_MINUTE)

    assert after_one == (False, 0)
    assert is_braked(city.pk)
    assert (row.incident.details["difference"], row.differs_since) == (3, NOON)


def test_difference_that_goes_away_lets_go(city, deposit):
    seen_to_disagree(city, deposit)

    loses(deposit, -3)
    row = looks(city, 1)

    assert not is_braked(city.pk)
    assert (row.looks, row.incident, row.differs_since) == (0, None, None)


def test_official_who_closes_the_incident_lets_go_until_it_is_another_difference(city, deposit):
    closed(seen_to_disagree(city, deposit))
    known = looks(city, 3)

    assert not is_braked(city.pk)
    assert known.looks > 2
    assert Incident.objects.filter(city=city, what="float_differs").count() == 1

    loses(deposit, 1)
    looks(city, 1)

    assert is_braked(city.pk)
    assert Incident.objects.filter(city=city, what="float_differs", closed_at=None).get().details["difference"] == 4


def test_nothing_is_sold_before_the_buyer_pays_while_it_differs(city, deposit):
    paid_top_ups(city, 1)
    funded(city)
    Programme.objects.filter(city=city).update(reserved=1_000)
    wallet = Wallet.objects.get(city=city, kind=Wallet.Kind.RESIDENT)
    seen_to_disagree(city, deposit)

    with pytest.raises(FloatDiffers):
        reserve_top_up(wallet=wallet, client_id=uuid.uuid4(), amount=Amount(1_000), now=NOON)


@pytest.mark.usefixtures("deposit")
def test_sums_of_other_lines_than_there_are_now_are_not_read(city):
    said = dict(looks(city).lines)
    del said["fees"]

    assert Float.of(said) is None
