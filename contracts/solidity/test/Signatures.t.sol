// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Signatures} from "../src/Signatures.sol";
import {CityTokenTest, Payment} from "./CityTokenTest.sol";

/// @title A signature has one form, is good in one place, and anything else moves nothing
contract SignaturesTest is CityTokenTest {
    function test_the_domain_is_what_eip_712_says() public view {
        bytes32 expected = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Test Coin"),
                keccak256("1"),
                block.chainid,
                address(token)
            )
        );

        assertEq(token.DOMAIN_SEPARATOR(), expected);
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address verifyingContract,,) =
            token.eip712Domain();
        assertEq(fields, hex"0f");
        assertEq(name, "Test Coin");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(verifyingContract, address(token));
    }

    function test_a_signature_made_before_the_chain_split_is_not_good_after_it() public {
        bytes memory batch = one(payment(resident, shop.account, 1, 1));
        bytes memory batchOfDevice = one(payment(deviceResident, shop.account, 1, 1));

        vm.chainId(block.chainid + 1);

        assertEq(settle(batch).reasons[0], PAYER_UNKNOWN);
        assertEq(settle(batchOfDevice).reasons[0], SIGNATURE_INVALID);
        assertEq(settleOne(payment(resident, shop.account, 1, 1)), SETTLED, "made after it, it is");
    }

    function test_a_signature_for_one_contract_is_not_good_at_another() public {
        bytes memory batch = one(payment(resident, shop.account, 1, 1));
        bytes memory batchOfDevice = one(payment(deviceResident, shop.account, 1, 1));

        token = found(founding());
        register(resident.account, RESIDENT);
        register(deviceResident.account, RESIDENT);
        register(shop.account, SHOP);

        assertEq(settle(batch).reasons[0], PAYER_UNKNOWN);
        assertEq(settle(batchOfDevice).reasons[0], SIGNATURE_INVALID);
    }

    function test_refuses_the_high_s_of_secp256k1() public {
        Payment memory p = payment(resident, shop.account, 1, 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(resident.secret, hashFor(resident, paymentFields(p)));
        uint256 highS = SECP256K1_N - uint256(s);
        // The other parity belongs to the other s, and ecrecover would take the pair. Most high s reach into the bit of
        // the parity; what is left there is refused by value.
        uint256 otherParity = uint256(v == 27 ? 1 : 0) << 255;

        assertNotEq(_settleWith(p, r, bytes32(otherParity | highS)), SETTLED);
        assertEq(token.balanceOf(resident.account), MONEY);
        assertEq(settleOne(p), SETTLED, "the low s is taken");
    }

    function test_refuses_the_lowest_high_s_by_value_and_takes_the_highest_low_one() public {
        // No key's signature hits these s by chance: ecrecover yields some address for each, and the contract must not
        // even ask for the first.
        Payment memory p = payment(resident, shop.account, 1, 1);
        bytes32 r = bytes32(uint256(0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798));

        assertEq(_settleWith(p, r, bytes32(SECP256K1_N / 2 + 1)), SIGNATURE_INVALID);
        assertEq(_settleWith(p, r, bytes32(SECP256K1_N / 2)), PAYER_UNKNOWN);
    }

    function test_refuses_the_lowest_high_s_even_where_it_yields_an_account_with_won() public {
        Payment memory p = payment(resident, shop.account, 100, 1);
        bytes32 digest = hashFor(resident, paymentFields(p));
        bytes32 r = bytes32(uint256(0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798));
        uint8[2] memory expected = [SETTLED, SIGNATURE_INVALID];
        for (uint256 above = 0; above < 2; ++above) {
            bytes32 s = bytes32(SECP256K1_N / 2 + above);
            address signer = ecrecover(digest, 27, r, s);
            register(signer, RESIDENT);
            issueTo(signer, 100);

            assertEq(_settleWith(p, r, s), expected[above]);
            assertEq(token.balanceOf(signer), above * 100);
        }
    }

    function test_refuses_the_other_parity() public {
        Payment memory p = payment(resident, shop.account, 1, 1);
        (bytes32 r, bytes32 s) = signatureWords(resident, hashFor(resident, paymentFields(p)));

        assertEq(_settleWith(p, r, bytes32(uint256(s) ^ (1 << 255))), PAYER_UNKNOWN);
    }

    function test_refuses_a_signature_of_zeros_in_either_scheme() public {
        assertEq(_settleWith(payment(resident, shop.account, 1, 1), 0, 0), SIGNATURE_INVALID);
        assertEq(_settleWith(payment(deviceResident, shop.account, 1, 1), 0, 0), SIGNATURE_INVALID);
    }

    function test_refuses_zero_and_the_order_as_r_or_s() public {
        Payment memory p = payment(resident, shop.account, 1, 1);
        (bytes32 r, bytes32 s) = signatureWords(resident, hashFor(resident, paymentFields(p)));
        // The order itself can't be sent as s: it has 256 bits, and s has 255.
        assertEq(_settleWith(p, 0, s), SIGNATURE_INVALID);
        assertEq(_settleWith(p, r, 0), SIGNATURE_INVALID);
        assertEq(_settleWith(p, bytes32(SECP256K1_N), s), SIGNATURE_INVALID);

        p = payment(deviceResident, shop.account, 1, 1);
        (r, s) = signatureWords(deviceResident, hashFor(deviceResident, paymentFields(p)));
        assertEq(_settleWith(p, 0, s), SIGNATURE_INVALID);
        assertEq(_settleWith(p, r, 0), SIGNATURE_INVALID);
        assertEq(_settleWith(p, bytes32(P256_N), s), SIGNATURE_INVALID);
        assertEq(_settleWith(p, r, bytes32(P256_N)), SIGNATURE_INVALID);
    }

    function test_refuses_the_high_s_of_p256() public {
        Payment memory p = payment(deviceResident, shop.account, 1, 1);
        (bytes32 r, bytes32 s) = signatureWords(deviceResident, hashFor(deviceResident, paymentFields(p)));

        assertEq(_settleWith(p, r, bytes32(P256_N - uint256(s))), SIGNATURE_INVALID);
        assertEq(_settleWith(p, r, s), SETTLED, "the low s is taken");
    }

    function test_refuses_a_p256_signature_shown_with_another_key() public {
        Payment memory p = payment(deviceResident, shop.account, 1, 1);
        (bytes32 r, bytes32 s) = signatureWords(deviceResident, hashFor(deviceResident, paymentFields(p)));
        p.payer = p256Key("somebody else's device");

        assertEq(_settleWith(p, r, s), SIGNATURE_INVALID);
    }

    function test_a_good_p256_signature_before_a_bad_one_does_not_lend_it_its_answer() public {
        Payment memory good = payment(deviceResident, shop.account, 1, 1);
        Payment memory bad = payment(deviceResident, shop.account, 2, 2);
        bytes memory batch = abi.encodePacked(
            header(shop.account, true, 2), record(good), recordWith(bad, bytes32(uint256(1)), bytes32(uint256(1)))
        );

        assertEq(settle(batch).reasons[1], SIGNATURE_INVALID);
    }

    function test_a_one_left_in_scratch_memory_is_not_taken_for_the_precompiles_yes() public view {
        assembly ("memory-safe") {
            mstore(0x00, 1)
        }

        address signer = Signatures.p256Signer(0, bytes32(uint256(1)), bytes32(uint256(1)), 0, 0);

        assertEq(signer, address(0));
    }

    function test_any_byte_of_a_record_changed_moves_nothing(uint8 position, uint8 flip, bool device) public {
        vm.assume(flip != 0);
        Payment memory p = payment(device ? deviceResident : resident, shop.account, 100, 1);
        bytes memory changed = record(p);
        uint256 index = uint256(position) % changed.length;
        changed[index] = bytes1(uint8(changed[index]) ^ flip);

        uint8 reason = settle(abi.encodePacked(header(shop.account, device, 1), changed)).reasons[0];

        assertTrue(reason == SIGNATURE_INVALID || reason == PAYER_UNKNOWN);
        assertEq(token.balanceOf(p.payer.account), MONEY);
        assertEq(settleOne(p), SETTLED, "as it was signed, it settles");
    }

    function test_a_chain_without_p256verify_takes_no_device_key() public {
        bytes memory batch = one(payment(deviceResident, shop.account, 1, 1));
        vm.mockCall(address(0x100), bytes(""), bytes(""));

        assertEq(settle(batch).reasons[0], SIGNATURE_INVALID);
    }

    /// @dev A precompile that is starved of its gas answers as if the signature were bad. That a good one is refused so,
    /// for ever, must not be in the sender's hands: with too little gas the whole batch reverts.
    function test_no_amount_of_gas_refuses_a_good_signature() public {
        _settlesOrRevertsUnderAnyGas(one(payment(resident, shop.account, 100, 1)));
        _settlesOrRevertsUnderAnyGas(one(payment(deviceResident, shop.account, 100, 1)));
    }

    /// @dev With more and more gas, in steps smaller than the 64th that P256VERIFY leaves when it takes all it is given.
    function _settlesOrRevertsUnderAnyGas(bytes memory batch) private {
        uint256 before = token.balanceOf(shop.account);
        bool settled = false;
        uint256 gas = 0;
        while (!settled) {
            gas += 20;
            vm.cool(address(token));
            vm.prank(settler);
            (settled,) = address(token).call{gas: gas}(abi.encodeCall(token.settle, ("batch", batch)));
            assertEq(token.balanceOf(shop.account), settled ? before + 100 : before);
        }
    }

    function _settleWith(Payment memory p, bytes32 r, bytes32 s) private returns (uint8) {
        return settle(abi.encodePacked(header(p.payee, p.payer.isP256, 1), recordWith(p, r, s))).reasons[0];
    }
}
