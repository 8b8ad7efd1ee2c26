"""A third city is a data file and one command; the web process that runs serves it at once."""

from __future__ import annotations

import json

import pytest

from tests import patient
from tests.outside import CityApi

pytestmark = pytest.mark.one_database

HADONG = """
slug = "hadong"
name = { ko = "하동군", en = "Hadong" }
token = { name = "Hadong Coin", symbol = "HADONG" }
budget = { cap = 2_000_000_000 }
districts = [{ ko = "화개면", en = "Hwagae-myeon" }, { ko = "악양면", en = "Agyang-myeon" }]
shops = [
    { name = { ko = "화개 녹차", en = "Hwagae Green Tea" }, business_number = "0000000510", district = "화개면", category = "cafe" },
    { name = { ko = "악양 대봉감", en = "Agyang Persimmons" }, business_number = "0000000617", district = "악양면", category = "market" },
]

[funders.state]
name = { ko = "국가", en = "the state" }
opening = 200_000_000

[funders.city]
name = { ko = "하동군", en = "Hadong" }
opening = 200_000_000

[[programmes]]
number = 1
name = { ko = "일반 판매", en = "General sale" }
cap = 2_000_000_000

    [[programmes.rules]]
    from = 2020-01-01
    discount_per_mille = 150
    funders = { state = 70, city = 80 }
    validity = { years = 5 }
    purchase_step = 1_000
    monthly_cap = 500_000
    holding_cap = 1_500_000
"""


@pytest.fixture
def hadong(tmp_path):
    file = tmp_path / "anywhere.toml"
    file.write_text(HADONG, encoding="utf-8")
    return file


@pytest.fixture
def api(system):
    with patient.client() as http:
        yield CityApi(system.web_url, "hadong", http)


class TestAddCity:
    def test_added_city_takes_payments_at_once(self, system, hadong, api):
        said = system.manage("add_city", str(hadong), check=True).stdout
        resident = api.join_city_kept()
        top_up = resident.top_up(20_000)
        paid = resident.pay(api.shops()[0], 3_500)
        resident.wait_settled(paid["id"])

        assert "hadong: contract 0x" in said
        assert (top_up["price"], top_up["funders"]) == (17_000, {"buyer": 17_000, "state": 1_400, "city": 1_600})
        assert resident.available() == 16_500
        assert "hadong: 0 differences" in system.manage("reconcile", check=True).stdout

    def test_city_that_is_added_again_changes_nothing(self, system, hadong, api):
        system.manage("add_city", str(hadong), check=True)
        before = (api.ok("GET", ""), api.ok("GET", "shops"), (system.var / "demo.json").read_text())

        said = system.manage("add_city", str(hadong), check=True).stdout

        assert "0 shops opened now" in said
        assert (api.ok("GET", ""), api.ok("GET", "shops"), (system.var / "demo.json").read_text()) == before

    def test_added_city_has_demo_officials_of_its_own(self, system, hadong):
        system.manage("add_city", str(hadong), check=True)

        kept = json.loads((system.var / "demo.json").read_text())["hadong"]

        assert [each["username"] for each in kept["officials"]] == ["hadong-1", "hadong-2"]
        assert len(system.city("code", "hadong-1", check=True).stdout.strip()) == 6

    def test_city_file_without_a_required_key_is_refused_naming_file_and_key(self, system, hadong):
        hadong.write_text(HADONG.replace("validity = { years = 5 }\n", ""), encoding="utf-8")

        done = system.manage("add_city", str(hadong))

        assert done.returncode == 1
        assert f"{hadong}: programmes[1].rules[1].validity: a table is missing" in done.stderr
