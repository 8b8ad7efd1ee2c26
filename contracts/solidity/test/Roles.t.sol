// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Kind} from "../src/AccountWord.sol";
import {Founding} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {CityTokenTest} from "./CityTokenTest.sol";

/// @title What a city is founded with; registering, freezing and the pause
/// @notice Who may call what is tried in Matrix.t.sol, for every function and every caller.
contract RolesTest is CityTokenTest {
    function test_the_movers_of_erc20_are_closed_to_everybody() public {
        vm.startPrank(resident.account);
        vm.expectRevert(ICityToken.UseSignedPayment.selector);
        token.transfer(shop.account, 1);
        vm.expectRevert(ICityToken.UseSignedPayment.selector);
        token.approve(shop.account, 1);
        vm.expectRevert(ICityToken.UseSignedPayment.selector);
        token.transferFrom(resident.account, shop.account, 1);
        vm.stopPrank();

        assertEq(token.allowance(resident.account, shop.account), 0);
        assertEq(token.balanceOf(resident.account), MONEY);
    }

    function test_readers_say_what_was_founded() public view {
        assertEq(token.name(), "Test Coin");
        assertEq(token.symbol(), "TEST");
        assertEq(token.decimals(), 0);
        assertEq(token.issuer(), issuer);
        assertEq(token.settler(), settler);
        assertEq(token.registrar(), registrar);
        assertEq(token.guardian(), guardian);
        assertEq(token.treasury(), treasury);
        assertEq(token.kindsAllowed(), KINDS_ALLOWED);
        assertEq(token.totalSupply(), 2 * MONEY);
        assertTrue(token.isOfficial(officialA.account));
        assertTrue(token.isOfficial(officialB.account));
        assertFalse(token.isOfficial(stranger.account));
        assertFalse(token.paused());
    }

    // ---- Founding ------------------------------------------------------------------------------------------------

    function test_refuses_to_be_founded_with_one_official_twice() public {
        Founding memory twins = founding();
        twins.officials[1] = officialA.account;

        vm.expectRevert(abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialA.account));
        found(twins);
    }

    function test_refuses_to_be_founded_with_nobody_in_any_place(uint8 place) public {
        Founding memory lacking = founding();
        if (place % 7 < 2) lacking.officials[place % 7] = address(0);
        else if (place % 7 == 2) lacking.issuer = address(0);
        else if (place % 7 == 3) lacking.settler = address(0);
        else if (place % 7 == 4) lacking.registrar = address(0);
        else if (place % 7 == 5) lacking.guardian = address(0);
        else lacking.treasury = address(0);

        vm.expectRevert(ICityToken.ZeroAddress.selector);
        found(lacking);
    }

    function test_refuses_a_matrix_in_which_somebody_unknown_pays_or_is_paid(uint16 kindsAllowed) public {
        vm.assume(kindsAllowed & 0x111f != 0);

        Founding memory wrong = founding();
        wrong.kindsAllowed = kindsAllowed;

        vm.expectRevert(abi.encodeWithSelector(ICityToken.KindsAllowedWrong.selector, kindsAllowed));
        found(wrong);
    }

    // ---- Registering and freezing --------------------------------------------------------------------------------

    function test_registering_says_only_what_is_new_and_may_be_sent_twice() public {
        address[] memory accounts = new address[](2);
        accounts[0] = resident.account;
        accounts[1] = makeAddr("new");
        settleOne(payment(resident, shop.account, 1, 1));

        vm.expectEmit(address(token));
        emit ICityToken.Registered(accounts[1], Kind.Resident);
        vm.recordLogs();
        vm.prank(registrar);
        token.register(accounts, RESIDENT);

        (uint256 balance,,, uint64 highestNonce,) = token.accountOf(resident.account);
        assertEq(balance, MONEY - 1, "an account known already is left as it is");
        assertEq(highestNonce, 1);
        assertEq(vm.getRecordedLogs().length, 1);
    }

    function test_a_kind_never_changes() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.KindFixed.selector, resident.account));
        this.registerFromOutside(resident.account, SHOP);
        vm.expectRevert(abi.encodeWithSelector(ICityToken.KindFixed.selector, treasury));
        this.registerFromOutside(treasury, SHOP);
    }

    function test_registers_residents_and_shops_only(uint8 kind) public {
        if (kind != RESIDENT && kind != SHOP) {
            vm.expectRevert(abi.encodeWithSelector(ICityToken.KindNotForRegistration.selector, kind));
        }
        this.registerFromOutside(makeAddr("new"), kind);
    }

    function test_the_zero_address_is_nobody() public {
        vm.expectRevert(ICityToken.ZeroAddress.selector);
        this.registerFromOutside(address(0), RESIDENT);
    }

    function test_freezing_and_thawing_changes_the_flag_alone() public {
        settleOne(payment(resident, shop.account, 1, 9));

        vm.expectEmit(address(token));
        emit ICityToken.FrozenSet(resident.account, true);
        freeze(resident.account);
        _isResident(true);

        vm.prank(registrar);
        token.setFrozen(resident.account, false);
        _isResident(false);
    }

    function test_who_is_no_account_can_not_be_frozen() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.UnknownAccount.selector, stranger.account));
        freeze(stranger.account);
    }

    function test_pause_leaves_registering_freezing_budgets_and_reading_alone() public {
        vm.prank(guardian);
        token.pause();

        register(makeAddr("new"), SHOP);
        freeze(resident.account);
        amendBudget(YEAR, CAP + 1, 2);
        vm.prank(issuer);
        token.setProgramme(2, YEAR, 1);

        assertEq(capOf(YEAR), CAP + 1);
        assertEq(token.balanceOf(resident.account), MONEY);
    }

    function test_pause_is_not_said_twice() public {
        vm.startPrank(guardian);
        vm.expectRevert(Pausable.ExpectedPause.selector);
        token.unpause();
        token.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        token.pause();
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function registerFromOutside(address account, uint8 kind) external {
        register(account, kind);
    }

    function _isResident(bool expectedFrozen) private view {
        (uint256 balance,, bool frozen, uint64 highestNonce, uint64 window) = token.accountOf(resident.account);
        assertEq(balance, MONEY - 1);
        assertEq(frozen, expectedFrozen);
        assertEq(highestNonce, 9);
        assertEq(window, 1);
    }
}
