// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Kind} from "../src/AccountWord.sol";
import {Accounts} from "../src/Accounts.sol";
import {Budgets} from "../src/Budgets.sol";
import {CityToken, Founding} from "../src/CityToken.sol";
import {Officials} from "../src/Officials.sol";
import {Roles} from "../src/Roles.sol";
import {SignedActs} from "../src/SignedActs.sol";
import {CityTokenTest} from "./CityTokenTest.sol";

/// @title Who may call what: every caller tries every function that writes
contract RolesTest is CityTokenTest {
    /// @notice A function that writes, a call of it that would succeed, and who may make it.
    struct Door {
        string name;
        bytes call;
        address holder; // zero: open to anyone, since signatures decide (Budgets.t.sol)
        bytes32 role;
    }

    function test_every_caller_can_call_exactly_what_its_role_allows() public {
        Door[] memory doors = _doors();
        address[8] memory callers =
            [issuer, settler, registrar, guardian, treasury, officialA.account, resident.account, stranger.account];
        for (uint256 i = 0; i < doors.length; ++i) {
            if (doors[i].holder == address(0)) continue;
            for (uint256 j = 0; j < callers.length; ++j) {
                _tries(callers[j], doors[i]);
            }
        }
    }

    function test_the_table_of_doors_names_every_function_of_the_abi_that_writes() public view {
        string memory artifact = vm.readFile("artifacts/CityToken.json");
        Door[] memory doors = _doors();
        uint256 writing = 0;
        for (uint256 i = 0; vm.keyExistsJson(artifact, _entry(i, "type")); ++i) {
            if (!_is(vm.parseJsonString(artifact, _entry(i, "type")), "function")) continue;
            if (!_is(vm.parseJsonString(artifact, _entry(i, "stateMutability")), "nonpayable")) continue;
            string memory name = vm.parseJsonString(artifact, _entry(i, "name"));
            ++writing;
            bool known = false;
            for (uint256 j = 0; j < doors.length; ++j) {
                if (_is(doors[j].name, name)) known = true;
            }
            assertTrue(known, string.concat(name, " is not in the table of doors"));
        }
        assertEq(writing, doors.length);
    }

    function test_the_movers_of_erc20_are_closed_to_everybody() public {
        vm.startPrank(resident.account);
        vm.expectRevert(CityToken.UseSignedPayment.selector);
        token.transfer(shop.account, 1);
        vm.expectRevert(CityToken.UseSignedPayment.selector);
        token.approve(shop.account, 1);
        vm.expectRevert(CityToken.UseSignedPayment.selector);
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

        vm.expectRevert(abi.encodeWithSelector(Officials.SameOfficialTwice.selector, officialA.account));
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

        vm.expectRevert(SignedActs.ZeroAddress.selector);
        found(lacking);
    }

    function test_refuses_a_matrix_in_which_somebody_unknown_pays_or_is_paid(uint16 kindsAllowed) public {
        vm.assume(kindsAllowed & 0x111f != 0);

        Founding memory wrong = founding();
        wrong.kindsAllowed = kindsAllowed;

        vm.expectRevert(abi.encodeWithSelector(CityToken.KindsAllowedWrong.selector, kindsAllowed));
        found(wrong);
    }

    // ---- Registering and freezing --------------------------------------------------------------------------------

    function test_registering_says_only_what_is_new_and_may_be_sent_twice() public {
        address[] memory accounts = new address[](2);
        accounts[0] = resident.account;
        accounts[1] = makeAddr("new");
        settleOne(payment(resident, shop.account, 1, 1));

        vm.expectEmit(address(token));
        emit Accounts.Registered(accounts[1], Kind.Resident);
        vm.recordLogs();
        vm.prank(registrar);
        token.register(accounts, RESIDENT);

        (uint256 balance,,, uint64 highestNonce,) = token.accountOf(resident.account);
        assertEq(balance, MONEY - 1, "an account known already is left as it is");
        assertEq(highestNonce, 1);
        assertEq(vm.getRecordedLogs().length, 1);
    }

    function test_a_kind_never_changes() public {
        vm.expectRevert(abi.encodeWithSelector(Accounts.KindFixed.selector, resident.account));
        this.registerFromOutside(resident.account, SHOP);
        vm.expectRevert(abi.encodeWithSelector(Accounts.KindFixed.selector, treasury));
        this.registerFromOutside(treasury, SHOP);
    }

    function test_registers_residents_and_shops_only(uint8 kind) public {
        if (kind != RESIDENT && kind != SHOP) {
            vm.expectRevert(abi.encodeWithSelector(Accounts.KindNotForRegistration.selector, kind));
        }
        this.registerFromOutside(makeAddr("new"), kind);
    }

    function test_the_zero_address_is_nobody() public {
        vm.expectRevert(SignedActs.ZeroAddress.selector);
        this.registerFromOutside(address(0), RESIDENT);
    }

    function test_freezing_and_thawing_changes_the_flag_alone() public {
        settleOne(payment(resident, shop.account, 1, 9));

        vm.expectEmit(address(token));
        emit Accounts.FrozenSet(resident.account, true);
        freeze(resident.account);
        _isResident(true);

        vm.prank(registrar);
        token.setFrozen(resident.account, false);
        _isResident(false);
    }

    function test_who_is_no_account_can_not_be_frozen() public {
        vm.expectRevert(abi.encodeWithSelector(Accounts.UnknownAccount.selector, stranger.account));
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

    /// @dev From one state, the holder's call succeeds, and everybody else's is denied with the role's name.
    function _tries(address caller, Door memory door) private {
        uint256 state = vm.snapshotState();
        if (_is(door.name, "unpause")) {
            vm.prank(guardian);
            token.pause();
        }

        vm.prank(caller);
        (bool ok, bytes memory answer) = address(token).call(door.call);

        if (caller == door.holder) {
            assertTrue(ok, string.concat("its holder can't call ", door.name));
        } else {
            assertFalse(ok, string.concat("somebody else can call ", door.name));
            assertEq(answer, abi.encodeWithSelector(Roles.NotAuthorised.selector, caller, door.role), door.name);
        }
        vm.revertToState(state);
    }

    function _doors() private view returns (Door[] memory doors) {
        address[] memory accounts = new address[](1);
        accounts[0] = address(0xbeef);
        bytes memory batch = one(payment(resident, shop.account, 1, 1));
        doors = new Door[](9);
        doors[0] = Door("settle", abi.encodeCall(token.settle, ("batch", batch)), settler, "settler");
        doors[1] = Door(
            "issue", abi.encodeCall(token.issue, ("id", PROGRAMME, recipients(shop.account, 1))), issuer, "issuer"
        );
        doors[2] =
            Door("setProgramme", abi.encodeCall(token.setProgramme, (PROGRAMME, YEAR, CAP - 1)), issuer, "issuer");
        doors[3] = Door("register", abi.encodeCall(token.register, (accounts, SHOP)), registrar, "registrar");
        doors[4] = Door("setFrozen", abi.encodeCall(token.setFrozen, (shop.account, true)), registrar, "registrar");
        doors[5] = Door("pause", abi.encodeCall(token.pause, ()), guardian, "guardian");
        doors[6] = Door("unpause", abi.encodeCall(token.unpause, ()), guardian, "guardian");
        doors[7] = Door("setBudget", "", address(0), "");
        doors[8] = Door("rotateOfficial", "", address(0), "");
    }

    function _entry(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".abi[", vm.toString(index), "].", field);
    }

    function _is(string memory one_, string memory other) private pure returns (bool) {
        return keccak256(bytes(one_)) == keccak256(bytes(other));
    }

    function _isResident(bool expectedFrozen) private view {
        (uint256 balance,, bool frozen, uint64 highestNonce, uint64 window) = token.accountOf(resident.account);
        assertEq(balance, MONEY - 1);
        assertEq(frozen, expectedFrozen);
        assertEq(highestNonce, 9);
        assertEq(window, 1);
    }
}
