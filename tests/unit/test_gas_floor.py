"""The floor under the price of a payment, and the bound above it: the figures that were agreed on come out of the formula."""

import pytest

from contracts.domain.encoding import PaymentMessage, Record, Scheme, packed_batch
from tests.benchmarks import gas
from tests.benchmarks.costs import floor

AGREED = {(100, 100): 16_966, (100, 20): 12_603, (500, 500): 16_796, (500, 50): 11_887}
MORE_FOR_P256 = 5_096
SHOP = "0x" + "5a" * 20


def record(scheme):
    message = PaymentMessage(SHOP, amount=12_345, nonce=200, expires=0x6A112233)
    return Record(message, scheme, b"\x77" * 64, b"\x88" * 64 if scheme is Scheme.P256 else b"")


def gas_of(calldata):
    return sum(16 if byte else 4 for byte in calldata)


class TestFloor:
    @pytest.mark.parametrize(("payments", "shops"), AGREED)
    def test_gas_floor_of_a_secp256k1_payment_is_the_agreed_one(self, payments, shops):
        reckoned = floor.of_a_payment(Scheme.SECP256K1, payments=payments, shops=shops)

        assert reckoned == pytest.approx(AGREED[payments, shops], rel=0.01)

    @pytest.mark.parametrize(("payments", "shops"), AGREED)
    def test_gas_floor_of_a_p256_payment_is_the_agreed_one(self, payments, shops):
        reckoned = floor.of_a_payment(Scheme.P256, payments=payments, shops=shops)

        assert reckoned == pytest.approx(AGREED[payments, shops] + MORE_FOR_P256, rel=0.01)

    def test_gas_floor_of_a_p256_record_is_as_much_higher_as_agreed(self):
        more = floor.of_a_record(Scheme.P256) - floor.of_a_record(Scheme.SECP256K1)

        assert more == pytest.approx(MORE_FOR_P256, rel=0.01)

    def test_gas_floor_of_a_shop_and_of_an_event_is_the_agreed_one(self):
        assert floor.SHOP == 5_454
        assert floor.TRANSFER_EVENT == 1_756

    def test_gas_floor_of_a_payment_is_lower_with_fewer_shops_and_more_payments(self):
        few, many = (floor.of_a_payment(Scheme.SECP256K1, payments=100, shops=shops) for shops in (20, 100))
        larger = floor.of_a_payment(Scheme.SECP256K1, payments=500, shops=100)

        assert larger < few < many


class TestWidths:
    @pytest.mark.parametrize("scheme", Scheme)
    def test_gas_floor_counts_the_bytes_and_the_gas_of_a_packed_record(self, scheme):
        packed = record(scheme).packed()

        assert floor.record_bytes(scheme) == len(packed)
        assert sum(field.gas for field in floor.FIELDS[scheme]) == gas_of(packed)

    def test_gas_floor_counts_the_bytes_and_the_gas_of_a_packed_header(self):
        packed = packed_batch([record(Scheme.SECP256K1)])[: -floor.record_bytes(Scheme.SECP256K1)]

        assert sum(field.width for field in floor.HEADER) == len(packed)
        assert sum(field.gas for field in floor.HEADER) == gas_of(packed)


class TestBound:
    @pytest.mark.parametrize(("ratio", "holds"), [(1.10, True), (1.101, False)])
    def test_gas_bound_is_a_tenth_above_the_floor(self, ratio, holds):
        batch = {"scheme": "P-256", "payments": 100, "shops": 20, "ratio": ratio}

        assert gas.ratio_of(batch).holds is holds
