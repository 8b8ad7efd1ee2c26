// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../src/AccountWord.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Seal} from "./ActsTest.sol";
import {RecoveryTest} from "./RecoveryTest.sol";

/// @title Two officials start a recovery, of accounts, to empty addresses that are kept for them
contract RecoveryStartTest is RecoveryTest {
    // ---- What can be started -------------------------------------------------------------------------------------

    function test_refuses_lists_of_different_lengths_or_of_nothing() public {
        address[] memory nobody = new address[](0);
        _refusesLists(nobody, nobody);
        _refusesLists(nobody, list(target.account));
        _refusesLists(list(resident.account), nobody);
        _refusesLists(list(resident.account), targets());
        _refusesLists(residents(), list(target.account));

        does(startCall(residents(), targets(), seal()));
    }

    function test_refuses_a_target_that_is_an_account_of_any_kind() public {
        _refusesStart(taken(deviceResident.account), resident.account, deviceResident.account);
        _refusesStart(taken(shop.account), resident.account, shop.account);
        _refusesStart(taken(treasury), resident.account, treasury);
        _refusesStart(taken(resident.account), resident.account, resident.account);

        start(resident.account, target.account);
    }

    function test_refuses_a_target_kept_for_another_recovery_or_named_twice() public {
        start(resident.account, target.account);
        _refusesStart(taken(target.account), deviceResident.account, target.account);

        bytes memory twice = startCall(
            list(deviceResident.account, shop.account), list(deviceTarget.account, deviceTarget.account), seal()
        );
        refuses(taken(deviceTarget.account), twice);

        start(deviceResident.account, deviceTarget.account);
    }

    function test_refuses_a_target_that_was_recovered_itself() public {
        recover(resident.account, target.account);

        _refusesStart(taken(resident.account), target.account, resident.account);
        _refusesStart(taken(resident.account), deviceResident.account, resident.account);
    }

    function test_refuses_the_zero_address_as_a_target() public {
        _refusesStart(abi.encodeWithSelector(ICityToken.ZeroAddress.selector), resident.account, address(0));
    }

    function test_refuses_to_recover_who_is_no_account() public {
        _refusesStart(unknownAccount(stranger.account), stranger.account, target.account);

        start(resident.account, target.account);
        _refusesStart(unknownAccount(target.account), target.account, deviceTarget.account);
    }

    function test_refuses_a_second_recovery_of_an_account_while_one_is_under_way() public {
        bytes memory underWay = abi.encodeWithSelector(ICityToken.RecoveryUnderWay.selector, resident.account);
        refuses(underWay, startCall(list(resident.account, resident.account), targets(), seal()));
        start(resident.account, target.account);

        _refusesStart(underWay, resident.account, deviceTarget.account);
        vm.warp(READY);
        _refusesStart(underWay, resident.account, deviceTarget.account);
    }

    function test_refuses_to_recover_an_account_a_second_time() public {
        recover(resident.account, target.account);

        _refusesStart(accountRetired(resident.account), resident.account, deviceTarget.account);
    }

    function test_a_start_and_a_withdrawal_are_of_two_officials_once_and_in_time() public {
        isHeldToTwoOfficials(_startOfBoth, seal(), ICityToken.ActsVersionWrong.selector);
        (address to,,,) = token.recoveryOf(deviceResident.account);
        assertEq(to, deviceTarget.account);

        isHeldToTwoOfficials(_withdrawalOfBoth, seal(), ICityToken.ActsVersionWrong.selector);
        (to,,,) = token.recoveryOf(deviceResident.account);
        assertEq(to, address(0));
    }

    function test_a_start_and_a_withdrawal_are_held_to_the_signed_lists_and_deadline() public {
        // A start: offsets of from and to, version, deadline, offsets of the signatures, then the lists themselves.
        bytes memory start = startCall(residents(), targets(), seal());
        uint256[5] memory termsOfStart = [uint256(3), 7, 8, 10, 11];
        for (uint256 i = 0; i < termsOfStart.length; ++i) {
            isHeldToItsTerm(start, termsOfStart[i]);
        }
        does(start);

        // A withdrawal: offset of from, version, deadline, offsets of the signatures, then the list.
        bytes memory withdrawal = withdrawCall(residents(), seal());
        uint256[3] memory termsOfWithdrawal = [uint256(2), 6, 7];
        for (uint256 i = 0; i < termsOfWithdrawal.length; ++i) {
            isHeldToItsTerm(withdrawal, termsOfWithdrawal[i]);
        }
        does(withdrawal);
    }

    function test_a_start_played_again_after_an_objection_is_refused() public {
        bytes memory start = startCall(list(resident.account), list(target.account), seal());
        does(start);
        does(objectCall(resident.account, target.account, READY, resident));

        refuses(abi.encodeWithSelector(ICityToken.ActsVersionWrong.selector, 2, 1), start);

        (address to,,,) = token.recoveryOf(resident.account);
        assertEq(to, address(0));
    }

    // ---- A target that is kept -----------------------------------------------------------------------------------

    function test_nobody_registers_or_freezes_a_target_that_is_kept() public {
        start(resident.account, target.account);

        bytes memory fixed_ = abi.encodeWithSelector(ICityToken.KindFixed.selector, target.account);
        refuses(fixed_, registrar, abi.encodeCall(token.register, (list(target.account), RESIDENT)));
        refuses(fixed_, registrar, abi.encodeCall(token.register, (list(target.account), SHOP)));
        refuses(unknownAccount(target.account), registrar, abi.encodeCall(token.setFrozen, (target.account, true)));
    }

    function test_a_target_that_is_kept_is_paid_and_issued_nothing() public {
        start(resident.account, target.account);

        assertEq(settleOne(payment(resident, target.account, 1, 1)), PAYMENT_NOT_ALLOWED);
        assertEq(settleOne(payment(target, shop.account, 1, 1)), PAYER_UNKNOWN);
        vm.expectEmit(address(token));
        emit ICityToken.IssueSkipped("to a target", 0, target.account, 5);
        vm.prank(issuer);
        token.issue("to a target", PROGRAMME, recipients(target.account, 5));

        isAccount(target.account, 0, Kind.None, false);
        assertEq(token.totalSupply(), 2 * MONEY);
        vm.warp(READY);
        does(finishCall(resident.account));
        assertEq(settleOne(payment(shop, target.account, 1, 1)), BALANCE_TOO_LOW, "as an account it may be paid");
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function _refusesStart(bytes memory expected, address from, address to) private {
        uint256 acts = token.actsVersion();

        refuses(expected, startCall(list(from), list(to), seal()));

        assertEq(token.actsVersion(), acts, "a refused act is not counted");
    }

    function _refusesLists(address[] memory from, address[] memory to) private {
        refuses(
            abi.encodeWithSelector(ICityToken.RecoveryListsWrong.selector, from.length, to.length),
            startCall(from, to, seal())
        );
    }

    function _startOfBoth(Seal memory by) private view returns (bytes memory) {
        return startCall(residents(), targets(), by);
    }

    function _withdrawalOfBoth(Seal memory by) private view returns (bytes memory) {
        return withdrawCall(residents(), by);
    }
}
