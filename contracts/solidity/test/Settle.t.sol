// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {CityToken, Founding} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {CityTokenTest, Key, Outcome, Payment} from "./CityTokenTest.sol";

/// @title A payment settles where all is well, and is refused with its reason where one thing is not
contract SettleTest is CityTokenTest {
    // ---- What settles --------------------------------------------------------------------------------------------

    function test_a_payment_of_a_city_kept_key_moves_the_won_and_says_so() public {
        Payment memory p = payment(resident, shop.account, 3_000, 1);
        bytes memory batch = one(p);

        vm.expectEmit(address(token));
        emit IERC20.Transfer(resident.account, shop.account, 3_000);
        vm.expectEmit(address(token));
        emit ICityToken.BatchSettled("batch", 1, 0, 3_000);
        vm.prank(settler);
        token.settle("batch", batch);

        assertEq(token.balanceOf(resident.account), MONEY - 3_000);
        assertEq(token.balanceOf(shop.account), 3_000);
    }

    function test_a_payment_of_a_device_key_moves_the_won() public {
        assertEq(settleOne(payment(deviceResident, shop.account, 3_000, 1)), SETTLED);

        assertEq(token.balanceOf(deviceResident.account), MONEY - 3_000);
        assertEq(token.balanceOf(shop.account), 3_000);
    }

    function test_groups_of_both_schemes_settle_in_one_batch() public {
        bytes memory batch = abi.encodePacked(
            header(shop.account, false, 2),
            record(payment(resident, shop.account, 100, 1)),
            record(payment(resident, shop.account, 200, 2)),
            header(shop.account, true, 1),
            record(payment(deviceResident, shop.account, 400, 1))
        );

        Outcome memory outcome = settle(batch);

        assertEq(outcome.settled, 3);
        assertEq(outcome.total, 700);
        assertEq(token.balanceOf(shop.account), 700);
    }

    function test_won_received_in_one_group_can_be_paid_in_the_next() public {
        bytes memory batch = abi.encodePacked(
            one(payment(resident, shop.account, 500, 1)),
            one(payment(shop, treasury, 500, 1)),
            one(payment(deviceResident, shop.account, 70, 1))
        );

        Outcome memory outcome = settle(batch);

        assertEq(outcome.settled, 3);
        assertEq(token.balanceOf(treasury), 500);
        assertEq(token.balanceOf(shop.account), 70);
    }

    function test_won_not_yet_received_can_not_be_paid() public {
        bytes memory batch =
            abi.encodePacked(one(payment(shop, treasury, 500, 1)), one(payment(resident, shop.account, 500, 1)));

        Outcome memory outcome = settle(batch);

        assertEq(outcome.reasons[0], BALANCE_TOO_LOW);
        assertEq(outcome.reasons[1], SETTLED);
    }

    function test_a_payee_that_pays_itself_inside_its_own_group_keeps_won_and_nonce_right() public {
        settleOne(payment(resident, shop.account, 1_000, 1));
        bytes memory batch = abi.encodePacked(
            header(shop.account, false, 3),
            record(payment(resident, shop.account, 10, 2)),
            record(payment(shop, shop.account, 400, 7)),
            record(payment(resident, shop.account, 20, 3))
        );

        Outcome memory outcome = settle(batch);

        assertEq(outcome.reasons[1], SELF_PAYMENT);
        assertEq(outcome.total, 30);
        assertEq(token.balanceOf(shop.account), 1_030);
        (,,, uint64 highestNonce,) = token.accountOf(shop.account);
        assertEq(highestNonce, 7);
    }

    function test_of_two_payments_that_exceed_the_balance_together_the_first_settles() public {
        bytes memory batch = abi.encodePacked(
            header(shop.account, false, 2),
            record(payment(resident, shop.account, MONEY, 1)),
            record(payment(resident, shop.account, 1, 2))
        );

        Outcome memory outcome = settle(batch);

        assertEq(outcome.reasons[0], SETTLED);
        assertEq(outcome.reasons[1], BALANCE_TOO_LOW);
        assertEq(token.balanceOf(resident.account), 0);
    }

    function test_a_bad_record_between_good_ones_blocks_none_of_them() public {
        bytes memory batch = abi.encodePacked(
            header(shop.account, false, 3),
            record(payment(resident, shop.account, 1, 1)),
            recordWith(payment(resident, shop.account, 2, 2), bytes32(0), bytes32(0)),
            record(payment(resident, shop.account, 4, 3))
        );

        Outcome memory outcome = settle(batch);

        assertEq(outcome.reasons[1], SIGNATURE_INVALID);
        assertEq(outcome.settled, 2);
        assertEq(outcome.total, 5);
    }

    function test_the_index_of_a_refusal_counts_over_all_groups() public {
        bytes memory batch = abi.encodePacked(
            one(payment(resident, shop.account, 1, 1)),
            one(payment(deviceResident, shop.account, 1, 1)),
            one(payment(resident, shop.account, 0, 2))
        );

        vm.expectEmit(address(token));
        emit CityToken.Refused("batch", 2, CityToken.Refusal.AmountZero);
        vm.prank(settler);
        token.settle("batch", batch);
    }

    // ---- The reasons, in their order -----------------------------------------------------------------------------

    function test_refuses_a_payer_who_is_no_account_and_uses_no_nonce() public {
        assertEq(settleOne(payment(stranger, shop.account, 1, 1)), PAYER_UNKNOWN);

        (,,, uint64 highestNonce, uint64 window) = token.accountOf(stranger.account);
        assertEq(highestNonce, 0);
        assertEq(window, 0);
    }

    function test_refuses_a_payment_the_second_time() public {
        bytes memory batch = one(payment(resident, shop.account, 1, 1));
        assertEq(settle(batch).reasons[0], SETTLED);

        assertEq(settle(batch).reasons[0], NONCE_USED);

        assertEq(token.balanceOf(shop.account), 1);
    }

    function test_refuses_a_payment_twice_in_one_batch() public {
        bytes memory twice = record(payment(resident, shop.account, 1, 1));

        Outcome memory outcome = settle(abi.encodePacked(header(shop.account, false, 2), twice, twice));

        assertEq(outcome.reasons[1], NONCE_USED);
        assertEq(outcome.total, 1);
    }

    function test_refuses_a_used_nonce_to_another_payee() public {
        settleOne(payment(resident, shop.account, 1, 1));

        assertEq(settleOne(payment(resident, deviceResident.account, 1, 1)), NONCE_USED);
    }

    function test_settles_in_the_last_second() public {
        Payment memory p = payment(resident, shop.account, 1, 1);
        p.expires = block.timestamp;

        assertEq(settleOne(p), SETTLED);
    }

    function test_refuses_an_expired_payment_and_uses_its_nonce_up() public {
        Payment memory p = payment(resident, shop.account, 1, 1);
        p.expires = block.timestamp - 1;

        assertEq(settleOne(p), EXPIRED);

        _isUsedUp(1);
    }

    function test_refuses_a_frozen_payer_and_uses_the_nonce_up() public {
        freeze(resident.account);

        assertEq(settleOne(payment(resident, shop.account, 1, 1)), PAYER_FROZEN);

        vm.prank(registrar);
        token.setFrozen(resident.account, false);
        _isUsedUp(1);
        assertEq(settleOne(payment(resident, shop.account, 1, 2)), SETTLED, "thawed, it pays again");
    }

    function test_a_frozen_payee_receives() public {
        freeze(shop.account);

        assertEq(settleOne(payment(resident, shop.account, 1, 1)), SETTLED);
    }

    function test_refuses_what_the_matrix_forbids_and_uses_the_nonce_up() public {
        assertEq(settleOne(payment(resident, treasury, 1, 1)), PAYMENT_NOT_ALLOWED);

        assertEq(token.balanceOf(treasury), 0);
        _isUsedUp(1);
    }

    function test_a_shop_pays_the_treasury_by_the_same_matrix() public {
        settleOne(payment(resident, shop.account, 5, 1));

        assertEq(settleOne(payment(shop, treasury, 5, 1)), SETTLED);
    }

    function test_refuses_a_payee_who_is_no_account_and_uses_the_nonce_up() public {
        assertEq(settleOne(payment(resident, stranger.account, 1, 1)), PAYMENT_NOT_ALLOWED);
        assertEq(settleOne(payment(resident, address(0), 1, 2)), PAYMENT_NOT_ALLOWED);

        assertEq(token.balanceOf(stranger.account), 0);
        _isUsedUp(1);
    }

    function test_every_pair_of_kinds_is_answered_as_its_bit_says(uint16 kindsAllowed) public {
        kindsAllowed &= 0xeee0;
        Key[4] memory payers = [stranger, resident, shop, secp256k1Key("treasury")];
        address[4] memory payees =
            [secp256k1Key("x").account, deviceResident.account, secp256k1Key("shop 2").account, payers[3].account];
        Founding memory other = founding();
        other.treasury = payers[3].account;
        other.kindsAllowed = kindsAllowed;
        token = found(other);
        register(resident.account, RESIDENT);
        register(deviceResident.account, RESIDENT);
        register(shop.account, SHOP);
        register(payees[2], SHOP);

        for (uint256 i = 1; i < 4; ++i) {
            for (uint256 j = 0; j < 4; ++j) {
                uint8 allowed = i == 3 && j == 3 ? SELF_PAYMENT : BALANCE_TOO_LOW; // nobody has won here
                uint8 expected = (kindsAllowed >> (i * 4 + j)) & 1 == 1 ? allowed : PAYMENT_NOT_ALLOWED;
                assertEq(settleOne(payment(payers[i], payees[j], 1, 1 + j)), expected);
            }
        }
    }

    function test_refuses_a_payment_to_oneself_and_uses_the_nonce_up() public {
        assertEq(settleOne(payment(resident, resident.account, 1, 1)), SELF_PAYMENT);

        assertEq(token.balanceOf(resident.account), MONEY);
        _isUsedUp(1);
    }

    function test_refuses_zero_won_and_uses_the_nonce_up() public {
        assertEq(settleOne(payment(resident, shop.account, 0, 1)), AMOUNT_ZERO);

        _isUsedUp(1);
    }

    function test_pays_all_there_is() public {
        assertEq(settleOne(payment(resident, shop.account, MONEY, 1)), SETTLED);

        assertEq(token.balanceOf(resident.account), 0);
    }

    function test_refuses_one_won_more_than_there_is_and_uses_the_nonce_up() public {
        assertEq(settleOne(payment(resident, shop.account, MONEY + 1, 1)), BALANCE_TOO_LOW);

        assertEq(token.balanceOf(resident.account), MONEY);
        _isUsedUp(1);
    }

    function test_of_several_reasons_the_lowest_number_is_given() public {
        freeze(resident.account);
        Payment memory p = payment(resident, resident.account, 0, 1);
        p.expires = block.timestamp - 1;
        assertEq(settleOne(p), EXPIRED);

        assertEq(settleOne(payment(resident, treasury, MONEY + 1, 2)), PAYER_FROZEN);
        vm.prank(registrar);
        token.setFrozen(resident.account, false);
        assertEq(settleOne(payment(resident, treasury, MONEY + 1, 3)), PAYMENT_NOT_ALLOWED);
        assertEq(settleOne(payment(resident, resident.account, 0, 4)), SELF_PAYMENT);
    }

    // ---- Fields and edges ----------------------------------------------------------------------------------------

    function test_each_signed_field_changed_once_moves_nothing(uint8 device, uint8 field) public {
        Payment memory signed = payment(device % 2 == 0 ? resident : deviceResident, shop.account, 100, 5);
        (bytes32 r, bytes32 s) = signatureWords(signed.payer, hashFor(signed.payer, paymentFields(signed)));
        if (field % 4 == 0) signed.payee = treasury;
        if (field % 4 == 1) ++signed.amount;
        if (field % 4 == 2) ++signed.nonce;
        if (field % 4 == 3) ++signed.expires;

        Outcome memory outcome =
            settle(abi.encodePacked(header(signed.payee, signed.payer.isP256, 1), recordWith(signed, r, s)));

        // A secp256k1 signature then yields somebody who is no account, a P-256 one is simply wrong.
        assertEq(outcome.reasons[0], signed.payer.isP256 ? SIGNATURE_INVALID : PAYER_UNKNOWN);
        assertEq(token.balanceOf(signed.payer.account), MONEY);
    }

    function test_the_greatest_amount_of_a_record_is_carried_whole() public {
        _openHugeProgramme();
        issueTo(resident.account, type(uint48).max - MONEY);

        assertEq(settleOne(payment(resident, shop.account, type(uint48).max, 1)), SETTLED);

        assertEq(token.balanceOf(shop.account), 2 ** 48 - 1);
    }

    function test_a_balance_filled_to_its_96_bits_touches_neither_kind_nor_nonce() public {
        _openHugeProgramme();
        settleOne(payment(resident, shop.account, 1, 1));
        issueTo(shop.account, type(uint96).max - token.totalSupply());

        settle(
            abi.encodePacked(
                header(shop.account, false, 1),
                record(payment(resident, shop.account, MONEY - 1, 2)),
                one(payment(deviceResident, shop.account, MONEY, 1))
            )
        );

        (uint256 balance, uint8 kind, bool frozen, uint64 highestNonce, uint64 window) = _account(shop.account);
        assertEq(balance, type(uint96).max);
        assertEq(kind, SHOP);
        assertFalse(frozen);
        assertEq(highestNonce, 0);
        assertEq(window, 0);
    }

    function test_the_greatest_nonce_and_expiry_of_a_record_are_carried_whole() public {
        Payment memory p = payment(resident, shop.account, 1, type(uint40).max);
        p.expires = type(uint40).max;

        assertEq(settleOne(p), SETTLED);

        (,,, uint64 highestNonce,) = token.accountOf(resident.account);
        assertEq(highestNonce, type(uint40).max);
    }

    function test_one_hundred_payments_in_flight_to_two_shops_all_settle() public {
        address second = makeAddr("second shop");
        register(second, SHOP);
        // Grouped by shop, as the batcher does it, at most 63 above the lowest not yet final.
        for (uint256 from = 1; from <= 100; from += 50) {
            bytes memory toFirst;
            bytes memory toSecond;
            for (uint256 nonce = from; nonce < from + 50; nonce += 2) {
                toFirst = abi.encodePacked(toFirst, record(payment(resident, shop.account, 100, nonce)));
                toSecond = abi.encodePacked(toSecond, record(payment(resident, second, 100, nonce + 1)));
            }
            Outcome memory outcome =
                settle(abi.encodePacked(header(shop.account, false, 25), toFirst, header(second, false, 25), toSecond));
            assertEq(outcome.settled, 50);
        }

        assertEq(token.balanceOf(resident.account), 0);
        assertEq(token.balanceOf(second), 5_000);
    }

    // ---- Pause ---------------------------------------------------------------------------------------------------

    function test_pause_stops_settling_and_unpause_lets_it_go_on() public {
        bytes memory batch = one(payment(resident, shop.account, 1, 1));
        vm.prank(guardian);
        token.pause();

        vm.expectRevert(Pausable.EnforcedPause.selector);
        vm.prank(settler);
        token.settle("batch", batch);

        vm.prank(guardian);
        token.unpause();
        assertEq(settle(batch).reasons[0], SETTLED);
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function _isUsedUp(uint256 nonce) private {
        assertEq(settleOne(payment(resident, shop.account, 1, nonce)), NONCE_USED, "a refusal is final");
    }

    function _account(address account) private view returns (uint256, uint8, bool, uint64, uint64) {
        (bool ok, bytes memory answer) = address(token).staticcall(abi.encodeCall(token.accountOf, (account)));
        assertTrue(ok);
        return abi.decode(answer, (uint256, uint8, bool, uint64, uint64));
    }

    function _openHugeProgramme() private {
        amendBudget(YEAR, type(uint96).max, 2);
        vm.prank(issuer);
        token.setProgramme(PROGRAMME, YEAR, type(uint96).max);
    }
}
