"""What can't be read is refused at the door with 400, and without a trace in the books (A6, A8, A11)."""

import json
from uuid import uuid4

import pytest

from tests.api.cases import raw
from tests.outside import code_of
from wallets.models import Payment, Refusal

pytestmark = pytest.mark.one_database

BAD_AMOUNTS = [
    "0",
    "-1",
    "1.5",
    "1.0",
    "1e3",
    '"1e3"',
    '"1"',
    '"１００"',
    "１００",
    "true",
    "null",
    "[]",
    "{}",
    str(2**48),
    str(2**63),
    str(2**64),
    "1" + "0" * 400,
    "1" + "0" * 5_000,
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    '"NaN"',
    "ten",
    "0x10",
    "010",
]
BAD_FIELDS = {
    "id": ["5", "true", '"5"', '""', "null", '["00000000-0000-4000-8000-000000000001"]', '"\\u0000"', '"\\ud800"'],
    "payee": ['""', '"0x"', '"0x12"', "5", "null", '"' + "0x" + "g" * 40 + '"', '"' + "11" * 20 + '"'],
    "nonce": ["0", "-1", "1.5", '"1"', "true", str(2**40), str(2**64), "null"],
    "expires": ["0", "-1", "1.5", '"tomorrow"', "true", str(2**40), "null"],
    "signature": ['""', '"0x"', '"0x12"', '"' + "ab" * 64 + '"', '"0x' + "ab" * 63 + '"', '"0x' + "ab" * 66 + '"', "7"],
    "request": ['"x"', "5", "true", "[]"],
    "pin": ['"12345"', '"1234567"', '"１３５７９０"', '"13579O"', "true", "[]", '"135790\\n"', '" 135790"'],
    "public_key": ['"0x12"', "1", "null", '"0x' + "ab" * 65 + '"'],
}


def rows():
    return Payment.objects.count(), Refusal.objects.count()


def text_of(body, **texts):
    """JSON with some values written by hand, nonsense included."""
    return (
        "{" + ", ".join([f'"{name}": {texts.get(name) or json.dumps(value)}' for name, value in body.items()]) + "}"
    ).encode()


@pytest.fixture(autouse=True)
def _leaves_no_trace(world):
    before = rows(), world.balances()
    yield
    assert (rows(), world.balances()) == before


class TestAmount:
    @pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=lambda text: text[:20].encode("ascii", "replace").decode())
    def test_payment_amount_that_is_no_number_of_won_is_refused(self, world, amount):
        order = world.device.order(world.shop, 1)

        answer = raw(world.gimpo, text_of(order, amount=amount))

        assert answer.status_code == 400
        assert answer.json()["code"] in {"fields_wrong", "body_unreadable"}

    @pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=lambda text: text[:20].encode("ascii", "replace").decode())
    @pytest.mark.parametrize("path", ["quotes", "top-ups"])
    def test_amount_of_a_quote_or_top_up_that_is_no_number_of_won_is_refused(self, world, path, amount):
        body = {"id": str(uuid4()), "amount": 1} if path == "top-ups" else {"payee": world.shop, "amount": 1}
        url = f"{world.gimpo.web_url}/api/v1/gimpo/{path}"
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {world.device.token}"}

        answer = world.gimpo.http.post(url, content=text_of(body, amount=amount), headers=headers)

        assert answer.status_code == 400


class TestField:
    @pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BAD_FIELDS.items() for text in texts])
    def test_payment_field_of_another_form_is_refused_and_named(self, world, name, text):
        order = world.device.order(world.shop, 1)
        if name == "pin":
            order = {"id": order["id"], "payee": order["payee"], "amount": 1, "pin": ""}
        order.setdefault(name, None)

        answer = raw(world.gimpo, text_of(order, **{name: text}))

        assert code_of(answer) == (400, "fields_wrong")
        assert list(answer.json()["details"]["fields"]) == [name]

    @pytest.mark.parametrize("name", ["id", "payee", "amount", "nonce", "expires", "signature"])
    def test_payment_without_a_required_field_is_refused(self, world, name):
        order = world.device.order(world.shop, 1)
        del order[name]

        answer = world.device.send(order)

        assert code_of(answer) == (400, "fields_wrong")

    @pytest.mark.parametrize(
        "further",
        [
            {"status": "settled"},
            {"settled_at": "2026-01-01T00:00:00Z"},
            {"tx_hash": "0x" + "00" * 32},
            {"payer": "0x" + "00" * 20},
            {"\ud800": 1},
            {"": 1},
        ],
        ids=lambda further: next(iter(further)).encode("ascii", "replace").decode() or "empty",
    )
    def test_payment_with_an_unknown_field_is_refused(self, world, further):
        order = world.device.order(world.shop, 1) | further

        answer = raw(world.gimpo, json.dumps(order).encode())

        assert answer.status_code == 400
        assert answer.json()["code"] in {"fields_wrong", "body_unreadable"}

    def test_payment_with_both_pin_and_signature_is_refused(self, world):
        answer = world.device.send(world.device.order(world.shop, 1, pin="135790"))

        assert code_of(answer) == (400, "fields_wrong")


class TestBody:
    @pytest.mark.parametrize(
        "body",
        [
            b"[]",
            b"null",
            b'"text"',
            b"\xff\xfe{}",
            b'{"id": "\xff"}',
            b'{"amount": 1, "amount": 2}',
            b'{"a": {"b": 1, "b": 2}}',
            b"{} {}",
            b'{"a": 1,}',
            b"[" * 30_000,
            b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        ],
        ids=lambda body: repr(body[:20]),
    )
    def test_body_that_is_no_plain_object_is_refused(self, world, body):
        assert code_of(raw(world.gimpo, body)) == (400, "body_unreadable")

    def test_body_of_a_megabyte_is_refused(self, world):
        assert code_of(raw(world.gimpo, b'{"id": "' + b"a" * 2**20 + b'"}')) == (400, "body_unreadable")

    @pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""])
    def test_body_of_another_media_type_is_refused(self, world, media_type):
        assert code_of(raw(world.gimpo, b"{}", media_type)) == (400, "media_type_unknown")


class TestPath:
    @pytest.mark.parametrize(
        "path",
        [
            "payments/5",
            "payments/00000000-0000-4000-8000-00000000000g",
            "top-ups/x",
            "requests/%00",
            "budgets/-1",
            "budgets/x",
            "nothing/here",
            "../gimpo/x",
        ],
    )
    def test_path_that_names_nothing_is_not_found(self, world, path):
        assert code_of(world.gimpo.call("GET", path, token=world.device.token)) == (404, "route_unknown")

    @pytest.mark.parametrize("year", ["0", str(10**6), str(10**30), "1" + "0" * 4_000])
    def test_budget_of_an_impossible_year_is_not_found(self, world, year):
        assert world.gimpo.call("GET", f"budgets/{year}").status_code == 404

    def test_wallet_asked_for_without_a_token_or_a_session_is_not_found(self, world):
        assert code_of(world.gimpo.call("GET", "wallets/me")) == (404, "signed_out")

    @pytest.mark.parametrize("token", ["x", "\xff\xfe", "x" * 10_000, "a b", "null"])
    def test_wallet_asked_for_with_a_token_of_nobody_is_not_found(self, world, token):
        url = f"{world.gimpo.web_url}/api/v1/gimpo/wallets/me"
        headers = {"Authorization": f"Bearer {token}".encode("latin-1")}

        # What is no token at all is as none.
        code = "wallet_unknown" if token.isascii() else "signed_out"
        assert code_of(world.gimpo.http.get(url, headers=headers)) == (404, code)

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
    def test_path_asked_with_an_unknown_method_is_refused(self, world, method):
        assert code_of(world.gimpo.call(method, "payments")) == (400, "method_unknown")
