// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {console} from "forge-std/console.sol";

import {Kind} from "../src/AccountWord.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Issuance} from "../src/Issuance.sol";
import {CityTokenTest} from "./CityTokenTest.sol";

/// @title Won come within the caps, once an id, to accounts
contract IssueTest is CityTokenTest {
    uint256 private constant LEFT = CAP - 2 * MONEY;

    // ---- The cap -------------------------------------------------------------------------------------------------

    function test_exactly_the_cap_can_be_issued() public {
        _issue("id", PROGRAMME, recipients(resident.account, LEFT));

        assertEq(issuedIn(YEAR), CAP);
        assertEq(token.totalSupply(), CAP);
    }

    function test_one_won_over_the_years_cap_reverts_with_cap_and_asked() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.CapExceeded.selector, YEAR, CAP, CAP + 1));
        _issue("id", PROGRAMME, recipients(resident.account, LEFT + 1));

        assertEq(issuedIn(YEAR), 2 * MONEY);
        assertEq(token.totalSupply(), 2 * MONEY);
        assertFalse(token.issueUsed("id"));
    }

    function test_amounts_that_would_wrap_around_exceed_the_cap() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.CapExceeded.selector, YEAR, CAP, type(uint256).max));
        _issue("id", PROGRAMME, recipients(resident.account, type(uint256).max, shop.account, 2));
    }

    function test_exactly_the_programmes_cap_can_be_issued_and_not_one_won_more() public {
        _program(PROGRAMME, CAP - 500);
        _program(2, 500);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.ProgrammeCapExceeded.selector, 2, 500, 501));
        _issue("one over", 2, recipients(resident.account, 501));
        _issue("exactly", 2, recipients(resident.account, 500));

        (,, uint256 issued) = token.programmeOf(2);
        assertEq(issued, 500);
    }

    function test_where_both_caps_are_passed_the_years_is_named() public {
        _program(PROGRAMME, 2 * MONEY);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.CapExceeded.selector, YEAR, CAP, CAP + 1));
        _issue("id", PROGRAMME, recipients(resident.account, LEFT + 1));
    }

    function test_the_supply_never_passes_96_bits_whatever_the_years_caps_sum_to() public {
        uint256 most = type(uint96).max;
        openBudget(YEAR + 1, most);
        vm.prank(issuer);
        token.setProgramme(2, YEAR + 1, most);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.SupplyTooLarge.selector, most + 1));
        _issue("one over", 2, recipients(resident.account, most - 2 * MONEY + 1));
        _issue("exactly", 2, recipients(resident.account, most - 2 * MONEY));

        assertEq(token.totalSupply(), most);
    }

    function test_an_issue_counts_in_its_programmes_year_and_no_other() public {
        openBudget(YEAR + 1, CAP);
        vm.prank(issuer);
        token.setProgramme(2, YEAR + 1, CAP);

        _issue("id", 2, recipients(resident.account, CAP));

        assertEq(issuedIn(YEAR), 2 * MONEY);
        assertEq(issuedIn(YEAR + 1), CAP);
    }

    // ---- Once, and to whom ---------------------------------------------------------------------------------------

    function test_an_issue_says_what_it_did() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), resident.account, 5);
        vm.expectEmit(address(token));
        emit ICityToken.Issued("id", PROGRAMME, 0, resident.account, 5);
        vm.expectEmit(address(token));
        emit ICityToken.IssueSkipped("id", 1, stranger.account, 7);
        _issue("id", PROGRAMME, recipients(resident.account, 5, stranger.account, 7));

        assertEq(token.balanceOf(resident.account), MONEY + 5);
        assertEq(token.balanceOf(stranger.account), 0);
        assertEq(issuedIn(YEAR), 2 * MONEY + 5, "who is skipped is not counted");
        assertEq(token.totalSupply(), 2 * MONEY + 5);
        assertTrue(token.issueUsed("id"));
    }

    function test_refuses_an_id_used_before_whatever_it_says_now() public {
        _issue("id", PROGRAMME, recipients(resident.account, 5));

        vm.expectRevert(abi.encodeWithSelector(ICityToken.IssueIdUsed.selector, bytes32("id")));
        _issue("id", PROGRAMME, recipients(shop.account, 6));

        assertEq(token.totalSupply(), 2 * MONEY + 5);
    }

    function test_a_recipient_named_twice_receives_twice() public {
        _issue("id", PROGRAMME, recipients(resident.account, 5, resident.account, 6));

        assertEq(token.balanceOf(resident.account), MONEY + 11);
        assertEq(token.totalSupply(), 2 * MONEY + 11);
    }

    function test_a_frozen_account_receives() public {
        freeze(resident.account);

        _issue("id", PROGRAMME, recipients(resident.account, 5));

        assertEq(token.balanceOf(resident.account), MONEY + 5);
    }

    function test_shops_and_the_treasury_receive_as_residents_do() public {
        _issue("id", PROGRAMME, recipients(shop.account, 5, treasury, 6));

        assertEq(token.balanceOf(shop.account), 5);
        assertEq(token.balanceOf(treasury), 6);
    }

    function test_refuses_an_issue_to_nobody_or_of_nothing() public {
        vm.expectRevert(ICityToken.Empty.selector);
        _issue("id", PROGRAMME, new Issuance.Recipient[](0));

        vm.expectRevert(abi.encodeWithSelector(ICityToken.AmountZero.selector, 1));
        _issue("id", PROGRAMME, recipients(resident.account, 5, shop.account, 0));
    }

    function test_refuses_an_unknown_programme() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 7));
        _issue("id", 7, recipients(resident.account, 5));
    }

    function test_issues_in_the_periods_first_and_last_second_and_not_outside_it() public {
        vm.warp(YEAR_STARTS - 1);
        _refusesTheTime();
        vm.warp(YEAR_ENDS + 1);
        _refusesTheTime();

        vm.warp(YEAR_STARTS);
        _issue("first second", PROGRAMME, recipients(resident.account, 1));
        vm.warp(YEAR_ENDS);
        _issue("last second", PROGRAMME, recipients(resident.account, 1));
    }

    function test_pause_stops_issuing_and_unpause_lets_it_go_on() public {
        vm.prank(guardian);
        token.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        _issue("id", PROGRAMME, recipients(resident.account, 5));

        vm.prank(guardian);
        token.unpause();
        _issue("id", PROGRAMME, recipients(resident.account, 5));
    }

    function test_who_is_skipped_is_not_counted_against_the_cap() public {
        _issue("id", PROGRAMME, recipients(stranger.account, type(uint256).max, resident.account, LEFT));

        assertEq(issuedIn(YEAR), CAP);
        assertEq(token.balanceOf(stranger.account), 0);
    }

    function test_an_issue_to_nobody_known_makes_nothing_and_uses_its_id_up() public {
        _issue("id", PROGRAMME, recipients(stranger.account, 5));

        assertEq(token.totalSupply(), 2 * MONEY);
        assertTrue(token.issueUsed("id"));
    }

    function test_an_issue_that_would_pass_a_cap_by_its_last_recipient_makes_nothing() public {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.CapExceeded.selector, YEAR, CAP, CAP + 1));
        _issue("id", PROGRAMME, recipients(resident.account, LEFT, shop.account, 1));

        assertEq(token.balanceOf(resident.account), MONEY);
    }

    // ---- Helpers -------------------------------------------------------------------------------------------------

    function _refusesTheTime() private {
        vm.expectRevert(abi.encodeWithSelector(ICityToken.IssueOutsideBudgetPeriod.selector, YEAR));
        _issue("id", PROGRAMME, recipients(resident.account, 5));
    }

    function _issue(bytes32 id, uint256 programme, Issuance.Recipient[] memory to) private {
        vm.prank(issuer);
        token.issue(id, programme, to);
    }

    function _program(uint256 programme, uint256 cap) private {
        vm.prank(issuer);
        token.setProgramme(programme, YEAR, cap);
    }
}

/// @title A thousand people are issued their won in one transaction; a thousand fresh accounts are registered in several
/// @notice Isolated, so that each call is a transaction of its own, with its intrinsic gas and cold slots.
/// forge-config: default.isolate = true
contract IssueToManyTest is CityTokenTest {
    uint256 private constant TRANSACTION_GAS_LIMIT = 16_777_216; // EIP-7825
    uint256 private constant PEOPLE = 1_000;
    uint256 private constant PEOPLE_A_TRANSACTION = 200;

    function test_a_thousand_registered_people_are_issued_in_one_transaction() public {
        _registerInParts();

        vm.prank(issuer);
        token.issue("everybody", PROGRAMME, _recipients());
        uint256 gas = vm.lastCallGas().gasTotalUsed;

        console.log("gas of issue a recipient:", gas / PEOPLE);
        assertLt(gas, TRANSACTION_GAS_LIMIT);
        assertEq(issuedIn(YEAR), 2 * MONEY + PEOPLE * (PEOPLE + 1) / 2);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            assertEq(token.balanceOf(_person(i)), i + 1);
        }
    }

    function test_a_thousand_fresh_accounts_do_not_fit_one_transaction() public {
        vm.prank(registrar);
        token.register(_people(0, PEOPLE), RESIDENT);
        uint256 gas = vm.lastCallGas().gasTotalUsed;

        console.log("gas of register an account:", gas / PEOPLE);
        assertGt(gas, TRANSACTION_GAS_LIMIT);
    }

    function test_a_thousand_fresh_accounts_fit_five_transactions() public {
        _registerInParts();

        for (uint256 i = 0; i < PEOPLE; ++i) {
            (, Kind kind,,,) = token.accountOf(_person(i));
            assertEq(uint8(kind), RESIDENT);
        }
    }

    function _registerInParts() private {
        for (uint256 from = 0; from < PEOPLE; from += PEOPLE_A_TRANSACTION) {
            vm.prank(registrar);
            token.register(_people(from, PEOPLE_A_TRANSACTION), RESIDENT);
            assertLt(vm.lastCallGas().gasTotalUsed, TRANSACTION_GAS_LIMIT);
        }
    }

    function _recipients() private pure returns (Issuance.Recipient[] memory list) {
        list = new Issuance.Recipient[](PEOPLE);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            list[i] = Issuance.Recipient(_person(i), i + 1);
        }
    }

    function _people(uint256 from, uint256 count) private pure returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = _person(from + i);
        }
    }

    /// @dev An address that nobody has a key of, with no zeros to spare.
    function _person(uint256 index) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("person", index)))));
    }
}
