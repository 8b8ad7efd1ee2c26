"""A shop's screen on the live stream is told to look again when a payment comes in, and only a shop's own token opens it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests import patient
from tests.outside import CityApi, Resident
from tests.running import RunningSystem

pytestmark = pytest.mark.one_database

# From the payer's 2xx to the shop's screen; the wait of a stream that hears nothing, beyond which the test fails.
TOLD_WITHIN_SECONDS = 10


@pytest.fixture(scope="module")
def payer(gimpo: CityApi) -> Resident:
    resident = gimpo.join_city_kept()
    resident.top_up(10_000)
    return resident


def shop_of_the_demo(system: RunningSystem) -> tuple[str, str]:
    """Address and token of the first shop in var/demo.json."""
    tokens = json.loads((system.var / "demo.json").read_text())["gimpo"]["shops"]
    shops = patient.get(f"{system.web_url}/api/v1/gimpo/shops").json()["shops"]
    return next((shop["address"], tokens[shop["name"]["en"]]) for shop in shops if shop["name"]["en"] in tokens)


def events(lines: Iterator[str]) -> Iterator[str]:
    """The names of the events of a stream, its beats left out."""
    return (line.removeprefix("event: ") for line in lines if line.startswith("event: ") and line != "event: beat")


def stream(system: RunningSystem, path: str, token: str) -> httpx.Request:
    return httpx.Request("GET", f"{system.live_url}{path}", headers={"Authorization": f"Bearer {token}"})


class TestLiveStream:
    def test_live_stream_tells_the_shop_to_look_again_when_it_is_paid(self, system, payer):
        address, token = shop_of_the_demo(system)

        with patient.client(timeout=TOLD_WITHIN_SECONDS) as http:
            answer = http.send(stream(system, "/live/gimpo", token), stream=True)
            told = events(answer.iter_lines())
            first = next(told)  # the screen looks once when it opens
            payment = payer.pay(address, 1_000)
            second = next(told)  # a read that hears nothing but silence fails
            answer.close()

        assert (answer.status_code, first, second) == (200, "look", "look")
        assert (
            "Content-Encoding" not in answer.headers
        )  # httpx asked for it; compressed, news would wait for more of them
        payer.wait_settled(payment["id"])

    @pytest.mark.parametrize("path", ["/live/sejong", "/live/nowhere"])
    def test_live_stream_of_another_city_is_not_found(self, system, path):
        _, token = shop_of_the_demo(system)

        answer = patient.get(f"{system.live_url}{path}", headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 404

    def test_live_stream_without_a_token_is_not_found(self, system):
        answer = patient.get(f"{system.live_url}/live/gimpo")

        assert answer.status_code == 404
