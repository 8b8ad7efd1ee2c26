"""What is signed and what goes into calldata, byte for byte, against other people's code or a reading of our own."""

import hashlib
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from eth_abi.abi import encode
from eth_abi.exceptions import ValueOutOfBounds
from eth_abi.tools import get_abi_strategy
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.abi import abi_to_signature, function_abi_to_4byte_selector, get_abi_input_types
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st
from web3.utils import get_create_address

from contracts.domain import encoding
from contracts.domain.artifact import abi
from contracts.domain.encoding import P256_N, SECP256K1_N, PaymentMessage, Record, Scheme, SignatureUnreadable
from contracts.domain.signing import sign_digest
from tests.outside import PAYMENT_TYPES

ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
WORDS = st.binary(min_size=32, max_size=32)
SECRETS = st.integers(min_value=1, max_value=SECP256K1_N - 1).map(lambda number: number.to_bytes(32, "big"))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
MESSAGES = st.builds(
    PaymentMessage,
    payee=ADDRESSES,
    amount=st.integers(min_value=1, max_value=2**48 - 1),
    nonce=st.integers(min_value=1, max_value=2**40 - 1),
    expires=st.integers(min_value=1, max_value=2**40 - 1),
)
FUNCTIONS = [entry for entry in abi() if entry["type"] == "function"]


def high(signature: bytes) -> bytes:
    """The other signature of 65 bytes that says the same: n - s, and the other v."""
    s = SECP256K1_N - int.from_bytes(signature[32:64])
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def signed_outside(secret: bytes, digest: bytes) -> bytes:
    """65 bytes, by eth-account."""
    return bytes(Account.unsafe_sign_hash(digest, secret).signature)


class TestDigest:
    @given(MESSAGES, NAMES, st.integers(min_value=1, max_value=2**63), ADDRESSES)
    def test_digest_for_secp256k1_is_that_of_eip_712(self, message, name, chain_id, contract):
        domain = {"name": name, "version": "1", "chainId": chain_id, "verifyingContract": contract}
        facts = {"payee": message.payee, "amount": message.amount, "nonce": message.nonce, "expires": message.expires}
        theirs = encode_typed_data(domain_data=domain, message_types=PAYMENT_TYPES, message_data=facts)

        separator = encoding.domain_separator(name=name, chain_id=chain_id, contract=contract)

        assert separator == theirs.header
        assert message.digest(separator, Scheme.SECP256K1) == keccak(b"\x19\x01" + theirs.header + theirs.body)

    @given(MESSAGES, WORDS)
    def test_digest_for_p256_is_sha_256_of_the_same_fields_in_the_same_order(self, message, domain):
        typehash = keccak(text="Payment(address payee,uint256 amount,uint256 nonce,uint256 expires)")
        fields = [message.payee, message.amount, message.nonce, message.expires]
        words = encode(["address", "uint256", "uint256", "uint256"], fields)

        digest = message.digest(domain, Scheme.P256)

        assert digest == hashlib.sha256(b"\x19\x01" + domain + typehash + words).digest()

    @given(MESSAGES, WORDS, st.sampled_from(Scheme), st.sampled_from(["payee", "amount", "nonce", "expires"]))
    def test_digest_changes_with_every_field(self, message, domain, scheme, field):
        facts = {"payee": message.payee, "amount": message.amount, "nonce": message.nonce, "expires": message.expires}
        number = int(facts[field], 16) if field == "payee" else facts[field]
        facts[field] = f"0x{number ^ 1:040x}" if field == "payee" else number ^ 1

        assert PaymentMessage(**facts).digest(domain, scheme) != message.digest(domain, scheme)


class TestCompact:
    @given(SECRETS, WORDS)
    def test_compact_signature_is_the_same_for_every_spelling(self, secret, digest):
        usual = signed_outside(secret, digest)

        compact = encoding.compact(usual)

        assert len(compact) == 64
        assert encoding.compact(high(usual)) == compact
        assert encoding.compact(compact) == compact
        assert int.from_bytes(compact[32:]) & (2**255 - 1) <= SECP256K1_N // 2

    @given(SECRETS, WORDS)
    def test_compact_signature_is_what_eip_2098_says(self, secret, digest):
        usual = signed_outside(secret, digest)

        compact = encoding.compact(usual)

        parity_and_s = int.from_bytes(usual[32:64]) + ((usual[64] - 27) << 255)
        assert compact == usual[:32] + parity_and_s.to_bytes(32, "big")

    @pytest.mark.parametrize("v", [0, 1, 2, 26, 29, 255])
    def test_secp256k1_signature_with_any_v_but_27_and_28_is_refused(self, v):
        signature = signed_outside(b"\x01" * 32, b"\x02" * 32)

        with pytest.raises(SignatureUnreadable):
            encoding.compact(signature[:64] + bytes([v]))

    @pytest.mark.parametrize("length", [0, 1, 63, 66, 128, 130])
    def test_secp256k1_signature_of_another_length_is_refused(self, length):
        signature = signed_outside(b"\x01" * 32, b"\x02" * 32) + bytes(65)

        with pytest.raises(SignatureUnreadable):
            encoding.compact(signature[:length])

    @pytest.mark.parametrize("bad", [0, SECP256K1_N, 2**256 - 1])
    @pytest.mark.parametrize("place", [0, 32])
    def test_secp256k1_signature_with_r_or_s_out_of_range_is_refused(self, place, bad):
        signature = bytearray(signed_outside(b"\x01" * 32, b"\x02" * 32))
        signature[place : place + 32] = bad.to_bytes(32, "big")

        with pytest.raises(SignatureUnreadable):
            encoding.compact(bytes(signature))


class TestSigner:
    @given(SECRETS, WORDS)
    def test_signer_is_whom_eth_account_recovers(self, secret, digest):
        account = Account.from_key(secret)

        ours = encoding.compact(signed_outside(secret, digest))

        assert encoding.signer(ours, digest) == account.address.lower()
        assert encoding.signer(sign_digest(secret, digest), digest) == account.address.lower()

    @given(SECRETS, WORDS, st.integers(min_value=0, max_value=511))
    def test_signer_is_somebody_else_or_nobody_where_a_bit_of_the_signature_changed(self, secret, digest, bit):
        changed = int.from_bytes(encoding.compact(signed_outside(secret, digest))) ^ (1 << bit)

        try:
            found = encoding.signer(encoding.compact(changed.to_bytes(64, "big")), digest)
        except SignatureUnreadable:
            found = ""

        assert found != Account.from_key(secret).address.lower()

    def test_secp256k1_signature_with_an_r_that_is_on_no_curve_is_refused(self):
        with pytest.raises(SignatureUnreadable):
            encoding.signer((5).to_bytes(32, "big") + (1).to_bytes(32, "big"), b"\x02" * 32)

    @given(SECRETS)
    def test_address_of_a_public_key_is_that_of_eth_account(self, secret):
        public = Account.from_key(secret)._key_obj.public_key

        assert encoding.address_of(public.to_bytes()) == public.to_address()


class TestCheckedP256:
    KEY = ec.derive_private_key(7, ec.SECP256R1())
    NUMBERS = KEY.public_key().public_numbers()
    PUBLIC = NUMBERS.x.to_bytes(32, "big") + NUMBERS.y.to_bytes(32, "big")

    def signed(self, message: bytes) -> tuple[int, int]:
        return decode_dss_signature(self.KEY.sign(message, ec.ECDSA(hashes.SHA256())))

    @given(st.binary(max_size=100))
    def test_p256_signatures_of_one_message_get_the_same_low_s(self, message):
        r, s = self.signed(message)
        digest = hashlib.sha256(message).digest()

        checked = [
            encoding.checked_p256(r.to_bytes(32, "big") + each.to_bytes(32, "big"), self.PUBLIC, digest)
            for each in (s, P256_N - s)
        ]

        assert checked[0] == checked[1] == r.to_bytes(32, "big") + min(s, P256_N - s).to_bytes(32, "big")

    @given(st.integers(min_value=0, max_value=1023))
    def test_p256_signature_or_key_with_a_changed_bit_is_refused(self, bit):
        r, s = self.signed(b"pay")
        both = r.to_bytes(32, "big") + s.to_bytes(32, "big") + self.PUBLIC
        changed = (int.from_bytes(both) ^ (1 << bit)).to_bytes(128, "big")

        with pytest.raises(SignatureUnreadable):
            encoding.checked_p256(changed[:64], changed[64:], hashlib.sha256(b"pay").digest())

    @pytest.mark.parametrize(("length", "key_length"), [(63, 64), (65, 64), (64, 63), (64, 65), (0, 0)])
    def test_p256_signature_or_key_of_another_length_is_refused(self, length, key_length):
        r, s = self.signed(b"pay")
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + b"\x00"

        with pytest.raises(SignatureUnreadable):
            encoding.checked_p256(
                signature[:length], (self.PUBLIC + b"\x00")[:key_length], hashlib.sha256(b"pay").digest()
            )

    @pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (P256_N, 1), (1, P256_N)])
    def test_p256_signature_with_r_or_s_out_of_range_is_refused(self, r, s):
        with pytest.raises(SignatureUnreadable):
            encoding.checked_p256(r.to_bytes(32, "big") + s.to_bytes(32, "big"), self.PUBLIC, b"\x02" * 32)


@dataclass(slots=True)
class Reader:
    """Reads a batch as the contract does, by the words of the design."""

    packed: bytes
    place: int = 0

    def take(self, length: int) -> bytes:
        taken = self.packed[self.place : self.place + length]
        assert len(taken) == length, "the batch is cut off"
        self.place += length
        return taken

    def records(self) -> list[Record]:
        found = []
        while self.place < len(self.packed):
            payee, scheme = "0x" + self.take(20).hex(), Scheme(self.take(1)[0])
            count = int.from_bytes(self.take(2))
            assert count, "a group has records"
            found += [self.record(payee, scheme) for _ in range(count)]
        return found

    def record(self, payee: str, scheme: Scheme) -> Record:
        signature = self.take(64)
        amount, nonce, expires = (int.from_bytes(self.take(length)) for length in (6, 5, 5))
        key = self.take(64) if scheme is Scheme.P256 else b""
        return Record(PaymentMessage(payee, amount, nonce, expires), scheme, signature, key)


@st.composite
def records(draw):
    """Records of both schemes, those of a group beside each other, as the settling puts them."""
    shops = draw(st.lists(ADDRESSES, min_size=1, max_size=3))
    payments = draw(st.lists(st.tuples(MESSAGES, st.sampled_from(shops), st.sampled_from(Scheme)), max_size=12))
    half = st.binary(min_size=64, max_size=64)
    made = [
        Record(
            PaymentMessage(shop, message.amount, message.nonce, message.expires),
            scheme,
            draw(half),
            draw(half) if scheme is Scheme.P256 else b"",
        )
        for message, shop, scheme in payments
    ]
    return sorted(made, key=lambda record: (record.message.payee, record.scheme))


class TestPackedBatch:
    @given(records())
    def test_packed_batch_is_read_back_as_what_it_was_made_from(self, made):
        assert Reader(encoding.packed_batch(made)).records() == made

    @given(records())
    def test_packed_batch_has_23_bytes_a_group_and_80_or_144_bytes_a_record(self, made):
        groups = {(record.message.payee, record.scheme) for record in made}

        packed = encoding.packed_batch(made)

        assert len(packed) == 23 * len(groups) + sum(80 + len(record.public_key) for record in made)

    def test_packed_batch_refuses_an_amount_that_six_bytes_do_not_hold(self):
        message = PaymentMessage("0x" + "11" * 20, 2**48, 1, 1)

        with pytest.raises(OverflowError):
            encoding.packed_batch([Record(message, Scheme.SECP256K1, b"\x01" * 64)])


class TestCreatedAddress:
    @given(ADDRESSES, st.integers(min_value=0, max_value=2**40))
    def test_created_address_is_where_web3_says_the_contract_will_stand(self, sender, nonce):
        assert encoding.created_address(sender=sender, nonce=nonce) == get_create_address(sender, nonce).lower()


class TestCall:
    @pytest.mark.parametrize("entry", FUNCTIONS, ids=[entry["name"] for entry in FUNCTIONS])
    @given(data=st.data())
    def test_calldata_encodes_every_function_of_the_contract_as_its_abi_says(self, entry, data):
        types = get_abi_input_types(entry)
        arguments = [data.draw(get_abi_strategy(each)) for each in types]

        calldata = encoding.call(abi_to_signature(entry), *arguments)

        assert calldata == function_abi_to_4byte_selector(entry) + encode(types, arguments)

    def test_calldata_with_a_missing_argument_is_refused(self):
        with pytest.raises(ValueOutOfBounds):
            encoding.call("balanceOf(address)")
