// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Kind} from "../src/AccountWord.sol";
import {CityToken, Founding} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Key} from "./CityTokenTest.sol";
import {RecoveryTest} from "./RecoveryTest.sol";

/// @title A recovery ends after its delay: the won go to the new address, and the old one receives only
contract RecoveryEndTest is RecoveryTest {
    // ---- Delay and end -------------------------------------------------------------------------------------------

    function test_a_recovery_keeps_its_target_free_until_it_ends() public {
        vm.expectEmit(address(token));
        emit ICityToken.RecoveryStarted(resident.account, target.account, READY);
        start(resident.account, target.account);

        (address to, uint64 readyAt, bool finished,) = token.recoveryOf(resident.account);
        assertEq(to, target.account);
        assertEq(readyAt, READY);
        assertFalse(finished);
        isAccount(resident.account, MONEY, Kind.Resident, false);
        isAccount(target.account, 0, Kind.None, false);
    }

    function test_a_recovery_ends_in_the_first_second_after_its_delay_and_not_before() public {
        start(resident.account, target.account);

        vm.warp(READY - 1);
        refuses(
            abi.encodeWithSelector(ICityToken.RecoveryTooEarly.selector, resident.account, READY),
            finishCall(resident.account)
        );
        isAccount(resident.account, MONEY, Kind.Resident, false);

        vm.warp(READY);
        vm.expectEmit(address(token));
        emit ICityToken.Registered(target.account, Kind.Resident);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(resident.account, target.account, MONEY);
        vm.expectEmit(address(token));
        emit ICityToken.Recovered(resident.account, target.account, MONEY);
        does(finishCall(resident.account));

        isAccount(resident.account, 0, Kind.Resident, true);
        isAccount(target.account, MONEY, Kind.Resident, false);
        (,, bool finished,) = token.recoveryOf(resident.account);
        assertTrue(finished);
        assertEq(token.totalSupply(), 2 * MONEY, "the supply is unchanged");
    }

    function test_a_recovery_ends_once() public {
        recover(resident.account, target.account);

        refuses(noRecovery(resident.account), finishCall(resident.account));

        isAccount(target.account, MONEY, Kind.Resident, false);
    }

    function test_refuses_to_end_what_nobody_started_and_the_whole_list_with_it() public {
        start(resident.account, target.account);
        vm.warp(READY);

        refuses(noRecovery(shop.account), abi.encodeCall(token.finishRecovery, (list(resident.account, shop.account))));

        isAccount(resident.account, MONEY, Kind.Resident, false);
        does(finishCall(resident.account));
    }

    function test_an_account_without_won_is_recovered_too_and_nothing_is_transferred() public {
        start(shop.account, target.account);
        vm.warp(READY);

        vm.recordLogs();
        does(finishCall(shop.account));

        assertEq(vm.getRecordedLogs().length, 2, "Registered and Recovered");
        isAccount(target.account, 0, Kind.Shop, false);
    }

    function test_until_the_end_the_old_key_pays_and_what_is_left_goes_over() public {
        start(resident.account, target.account);

        assertEq(settleOne(payment(resident, shop.account, 100, 7)), SETTLED);
        vm.warp(READY);
        does(finishCall(resident.account));

        isAccount(target.account, MONEY - 100, Kind.Resident, false);
        (,,, uint64 highestNonce, uint64 window) = token.accountOf(target.account);
        assertEq(highestNonce, 0, "the new key begins with nonces of its own");
        assertEq(window, 0);
    }

    function test_after_the_end_the_new_key_pays_and_the_old_one_does_not_in_either_scheme() public {
        does(startCall(residents(), targets(), seal()));
        vm.warp(READY);
        does(abi.encodeCall(token.finishRecovery, (residents())));

        assertEq(settleOne(payment(resident, shop.account, 1, 1)), PAYER_FROZEN);
        assertEq(settleOne(payment(deviceResident, shop.account, 1, 1)), PAYER_FROZEN);
        assertEq(settleOne(payment(target, shop.account, 1, 1)), SETTLED);
        assertEq(settleOne(payment(deviceTarget, shop.account, 1, 1)), SETTLED);
        assertEq(token.balanceOf(shop.account), 2);
    }

    function test_a_frozen_account_is_recovered_to_one_that_is_not() public {
        freeze(resident.account);

        recover(resident.account, target.account);

        isAccount(target.account, MONEY, Kind.Resident, false);
        assertEq(settleOne(payment(target, shop.account, MONEY, 1)), SETTLED);
    }

    function test_a_list_of_three_is_recovered_in_one_act_each_with_its_kind() public {
        issueTo(shop.account, 30);
        address[] memory from = list(resident.account, deviceResident.account, shop.account);
        address[] memory to = list(target.account, deviceTarget.account, makeAddr("new shop"));

        does(startCall(from, to, seal()));
        vm.warp(READY);
        does(abi.encodeCall(token.finishRecovery, (from)));

        isAccount(to[0], MONEY, Kind.Resident, false);
        isAccount(to[1], MONEY, Kind.Resident, false);
        isAccount(to[2], 30, Kind.Shop, false);
        for (uint256 i = 0; i < from.length; ++i) {
            (uint256 balance,, bool frozen,,) = token.accountOf(from[i]);
            assertEq(balance, 0);
            assertTrue(frozen);
        }
        assertEq(token.totalSupply(), 2 * MONEY + 30);
    }

    // ---- The retired account -------------------------------------------------------------------------------------

    function test_a_retired_account_is_never_thawed_nor_frozen_anew() public {
        recover(resident.account, target.account);

        refuses(accountRetired(resident.account), registrar, abi.encodeCall(token.setFrozen, (resident.account, false)));
        refuses(accountRetired(resident.account), registrar, abi.encodeCall(token.setFrozen, (resident.account, true)));

        vm.prank(registrar);
        token.setFrozen(target.account, true);
        isAccount(target.account, MONEY, Kind.Resident, true);
    }

    function test_a_retired_account_receives_and_pays_nobody() public {
        recover(resident.account, target.account);

        issueTo(resident.account, 5);
        assertEq(settleOne(payment(deviceResident, resident.account, 6, 1)), SETTLED);

        isAccount(resident.account, 11, Kind.Resident, true);
        assertEq(settleOne(payment(resident, shop.account, 1, 1)), PAYER_FROZEN);
        assertEq(settleOne(payment(resident, target.account, 1, 2)), PAYER_FROZEN, "not even its successor");
    }

    function test_anyone_sweeps_what_a_retired_account_received_once() public {
        recover(resident.account, target.account);
        issueTo(resident.account, 5);

        vm.expectEmit(address(token));
        emit IERC20.Transfer(resident.account, target.account, 5);
        vm.expectEmit(address(token));
        emit ICityToken.Swept(resident.account, target.account, 5);
        does(abi.encodeCall(token.sweep, (list(resident.account))));
        isAccount(target.account, MONEY + 5, Kind.Resident, false);
        isAccount(resident.account, 0, Kind.Resident, true);

        vm.recordLogs();
        does(abi.encodeCall(token.sweep, (list(resident.account, resident.account))));
        assertEq(vm.getRecordedLogs().length, 0, "where there is nothing, nothing happens");
        isAccount(target.account, MONEY + 5, Kind.Resident, false);
    }

    function test_refuses_to_sweep_what_is_not_retired() public {
        refuses(noRecovery(resident.account), abi.encodeCall(token.sweep, (list(resident.account))));
        start(resident.account, target.account);
        vm.warp(READY);
        refuses(noRecovery(resident.account), abi.encodeCall(token.sweep, (list(resident.account))));
        refuses(noRecovery(target.account), abi.encodeCall(token.sweep, (list(target.account))));

        isAccount(resident.account, MONEY, Kind.Resident, false);
    }

    function test_a_chain_of_recoveries_is_swept_to_its_end() public {
        Key memory last = p256Key("last key");
        recover(resident.account, target.account);
        recover(target.account, last.account);
        isAccount(last.account, MONEY, Kind.Resident, false);
        issueTo(resident.account, 5);
        issueTo(target.account, 7);

        does(abi.encodeCall(token.sweep, (list(resident.account))));
        isAccount(target.account, 12, Kind.Resident, true);
        does(abi.encodeCall(token.sweep, (list(target.account))));
        isAccount(last.account, MONEY + 12, Kind.Resident, false);

        issueTo(resident.account, 1);
        does(abi.encodeCall(token.sweep, (list(resident.account, target.account))));
        isAccount(last.account, MONEY + 13, Kind.Resident, false);
        isAccount(resident.account, 0, Kind.Resident, true);
        isAccount(target.account, 0, Kind.Resident, true);
        assertEq(token.totalSupply(), 2 * MONEY + 13);
        assertEq(settleOne(payment(last, shop.account, MONEY + 13, 1)), SETTLED);
    }

    // ---- The treasury --------------------------------------------------------------------------------------------

    function test_the_treasury_moves_with_its_recovery_and_what_is_redeemed_is_burned_there() public {
        address moved = makeAddr("new treasury");
        issueTo(treasury, 50);
        start(treasury, moved);
        assertEq(token.treasury(), treasury, "not before the end");

        vm.warp(READY);
        does(finishCall(treasury));
        assertEq(token.treasury(), moved);
        isAccount(moved, 50, Kind.Treasury, false);
        issueTo(shop.account, 7);
        assertEq(settleOne(payment(shop, moved, 7, 1)), SETTLED);
        _redeem("redeemed at the new one", 57);

        isAccount(moved, 0, Kind.Treasury, false);
        assertEq(token.totalSupply(), 2 * MONEY);
    }

    function test_what_is_paid_to_a_retired_treasury_is_not_redeemed_before_it_is_swept() public {
        address moved = makeAddr("new treasury");
        recover(treasury, moved);
        issueTo(shop.account, 7);
        assertEq(settleOne(payment(shop, treasury, 7, 1)), SETTLED);

        uint256[] memory amounts = new uint256[](1);
        amounts[0] = 7;
        refuses(
            abi.encodeWithSelector(ICityToken.BalanceTooLow.selector, moved, 0, 7),
            issuer,
            abi.encodeCall(token.redeem, ("too early", amounts))
        );

        does(abi.encodeCall(token.sweep, (list(treasury))));
        _redeem("after the sweep", 7);
        assertEq(token.totalSupply(), 2 * MONEY);
    }

    // ---- Pause and founding --------------------------------------------------------------------------------------

    function test_recovery_goes_on_in_a_pause() public {
        does(startCall(residents(), targets(), seal()));
        pause();

        does(objectCall(deviceResident.account, deviceTarget.account, READY, deviceResident));
        start(deviceResident.account, deviceTarget.account);
        does(withdrawCall(list(deviceResident.account), seal()));
        vm.warp(READY);
        does(finishCall(resident.account));
        does(abi.encodeCall(token.sweep, (list(resident.account))));

        isAccount(target.account, MONEY, Kind.Resident, false);
    }

    function test_refuses_to_be_founded_with_a_delay_of_less_than_an_hour() public {
        Founding memory hasty = founding();
        hasty.recoveryDelay = 1 hours - 1;
        vm.expectRevert(abi.encodeWithSelector(ICityToken.RecoveryDelayWrong.selector, 1 hours - 1));
        found(hasty);

        hasty.recoveryDelay = 1 hours;
        assertEq(found(hasty).recoveryDelay(), 1 hours);
    }

    function test_refuses_a_recovery_that_would_be_ready_beyond_64_bits_of_seconds() public {
        token = _cityWithDelay(type(uint64).max - uint64(NOW));
        start(resident.account, target.account);
        (, uint64 readyAt,,) = token.recoveryOf(resident.account);
        assertEq(readyAt, type(uint64).max);

        token = _cityWithDelay(type(uint64).max - uint64(NOW) + 1);
        _refusesStart(
            abi.encodeWithSelector(ICityToken.RecoveryDelayWrong.selector, type(uint64).max - NOW + 1),
            resident.account,
            target.account
        );
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function _redeem(bytes32 burnId, uint256 amount) private {
        uint256[] memory amounts = new uint256[](1);
        amounts[0] = amount;
        does(issuer, abi.encodeCall(token.redeem, (burnId, amounts)));
    }

    function _cityWithDelay(uint64 delay) private returns (CityToken city) {
        Founding memory patient = founding();
        patient.recoveryDelay = delay;
        city = found(patient);
        vm.prank(registrar);
        city.register(list(resident.account), RESIDENT);
    }

    function _refusesStart(bytes memory expected, address from, address to) private {
        uint256 acts = token.actsVersion();

        refuses(expected, startCall(list(from), list(to), seal()));

        assertEq(token.actsVersion(), acts, "a refused act is not counted");
    }
}
