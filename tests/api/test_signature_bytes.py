"""Each byte of a signature, and each field that it covers, changed once: refused, and no won moved."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.outside import code_of
from wallets.models import Payment

pytestmark = pytest.mark.one_database

SECP256K1_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture(params=["device", "browser"])
def payer(world, request):
    return getattr(world, request.param)


def every_byte_changed(text):
    """0x text with each byte changed in turn, by its lowest bit and by its highest."""
    data = bytes.fromhex(text[2:])
    for place in range(len(data)):
        for bit in (0x01, 0x80):
            yield "0x" + (data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]).hex()


class TestEachByte:
    def test_payment_with_any_changed_byte_of_signature_or_key_is_refused(self, world, payer):
        order, before = payer.order(world.shop, 10), payer.available()
        changed = [order | {"signature": each} for each in every_byte_changed(order["signature"])]
        if "public_key" in order:
            changed += [order | {"public_key": each} for each in every_byte_changed(order["public_key"])]

        with ThreadPoolExecutor(8) as at_once:
            answers = list(at_once.map(payer.send, changed))

        assert len(answers) in {2 * 65, 2 * 128}
        assert {code_of(answer) for answer in answers} == {(422, "signature_invalid")}
        assert payer.available() == before
        assert not Payment.objects.filter(client_id=order["id"]).exists()
        assert payer.send(order).status_code == 201, "the unchanged one is good, after all these"


class TestEachField:
    @pytest.mark.parametrize("field", ["payee", "amount", "nonce", "expires"])
    def test_payment_with_a_signed_field_changed_is_refused(self, world, payer, field):
        order, before = payer.order(world.shop, 10), payer.available()
        other = {"payee": world.other_shop}.get(field) or order[field] + 1

        answer = payer.send(order | {field: other})

        assert code_of(answer) == (422, "signature_invalid")
        assert payer.available() == before

    def test_signed_payment_sent_again_under_another_id_is_refused(self, world, payer):
        order = payer.order(world.shop, 10)
        assert payer.send(order).status_code == 201
        before = payer.available()

        answer = payer.send(order | {"id": str(uuid4())})

        assert code_of(answer) == (422, "nonce_used")
        assert payer.available() == before


class TestTheDomain:
    @pytest.mark.parametrize(
        "changed",
        [
            {"chainId": 1},
            {"verifyingContract": "0x" + "22" * 20},
            {"name": "Somebody Pay"},
            {"version": "2"},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_payment_signed_for_another_domain_is_refused(self, world, payer, changed):
        order, before = payer.order(world.shop, 10), payer.available()
        message = {name: order[name] for name in ("payee", "amount", "nonce", "expires")}
        order |= payer.key.signed(world.gimpo.domain() | changed, message)

        answer = payer.send(order)

        assert code_of(answer) == (422, "signature_invalid")
        assert payer.available() == before

    def test_payment_signed_for_the_other_city_is_refused_with_a_code_of_its_own(self, world, payer):
        order, before = payer.order(world.shop, 10), payer.available()
        message = {name: order[name] for name in ("payee", "amount", "nonce", "expires")}
        order |= payer.key.signed(world.sejong.domain(), message)

        answer = payer.send(order)

        assert code_of(answer) == (422, "signature_for_another_city")
        assert payer.available() == before


class TestTheSigner:
    def test_payment_signed_by_a_key_without_a_wallet_is_refused(self, world, payer):
        order = world.device.order(world.shop, 10)
        message = {name: order[name] for name in ("payee", "amount", "nonce", "expires")}

        answer = world.device.send(order | type(payer.key)().signed(world.gimpo.domain(), message))

        assert code_of(answer) == (422, "signature_invalid")

    @pytest.mark.parametrize("form", ["65 bytes", "compact", "high s", "v 0 or 1", "zeros"])
    def test_signature_in_a_form_that_wallets_write_pays_and_in_another_is_refused(self, world, form):
        """E2: one signature has several spellings; only the one low-s form goes to the chain, and pays once."""
        order = world.device.order(world.shop, 10)
        raw = bytes.fromhex(order["signature"][2:])
        s, v = int.from_bytes(raw[32:64]), raw[64]
        forms = {
            "65 bytes": raw,
            "compact": raw[:32] + (s | (v - 27) << 255).to_bytes(32, "big"),
            "high s": raw[:32] + (SECP256K1_N - s).to_bytes(32, "big") + bytes([55 - v]),
            "v 0 or 1": raw[:64] + bytes([v - 27]),
            "zeros": bytes(65),
        }

        answer = world.device.send(order | {"signature": "0x" + forms[form].hex()})

        if form in {"v 0 or 1", "zeros"}:
            assert code_of(answer) == (422, "signature_invalid")
        else:
            assert answer.status_code == 201
            assert code_of(world.device.send(order | {"id": str(uuid4())})) == (422, "nonce_used")


class TestNonces:
    def test_nonces_out_of_order_within_64_are_accepted(self, world):
        first = world.device.wallet()["next_nonce"]
        orders = [world.device.order(world.shop, 1, nonce=first + ahead) for ahead in (63, 0, 62, 1)]

        answers = [world.device.send(order) for order in orders]

        assert [answer.status_code for answer in answers] == [201] * 4

    def test_nonce_at_the_last_number_of_a_record_is_refused(self, world):
        answer = world.device.send(world.device.order(world.shop, 1, nonce=2**40 - 1))

        assert code_of(answer) == (422, "nonce_too_far")

    def test_nonce_of_a_quote_stays_the_same_until_a_payment_is_authorised(self, world):
        orders = [world.device.order(world.shop, 1) for _ in range(2)]
        assert orders[0]["nonce"] == orders[1]["nonce"]

        assert world.device.send(orders[0]).status_code == 201

        assert code_of(world.device.send(orders[1])) == (422, "nonce_used")
        assert world.device.order(world.shop, 1)["nonce"] > orders[0]["nonce"]
