"""A system whose contract is no longer that of the sources says so at each start, and goes on."""

import pytest

from contracts.domain.artifact import SUCCESSOR, creation_code
from contracts.models import Submission
from contracts.queries import founded_with_other_code

pytestmark = pytest.mark.one_database


@pytest.fixture
def other_code(system):  # noqa: ARG001 - it opens the database
    """The first city as if it had been founded with another contract."""
    creation = Submission.objects.filter(purpose=Submission.Purpose.DEPLOY).order_by("pk").first()
    founded = bytes(creation.raw)
    other = founded.replace(creation_code(), creation_code()[:-1] + b"\x5b")
    Submission.objects.filter(pk=creation.pk).update(raw=other)
    yield creation.sender.city.slug
    Submission.objects.filter(pk=creation.pk).update(raw=founded)


class TestContractOfToday:
    def test_city_that_was_just_founded_has_the_contract_of_the_sources(self, system):  # noqa: ARG002 - it opens the database
        assert founded_with_other_code(creation_code()) == []
        assert len(founded_with_other_code(creation_code(SUCCESSOR))) >= 2

    def test_contract_that_differs_from_the_sources_is_reported_by_the_seeds(self, system, other_code):
        said = system.manage("seed")

        assert said.returncode == 0, said.stderr
        assert f"notice: the contract has changed since this system was founded ({other_code})" in said.stdout
        assert "./city reset" in said.stdout

    def test_contract_that_equals_the_sources_is_not_reported_by_the_seeds(self, system):
        assert "notice:" not in system.manage("seed", check=True).stdout
