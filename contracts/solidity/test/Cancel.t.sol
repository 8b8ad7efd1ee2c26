// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ICityToken} from "../src/ICityToken.sol";
import {Issuance} from "../src/Issuance.sol";
import {BurnsTest} from "./BurnsTest.sol";
import {Key} from "./CityTokenTest.sol";

/// @title A purchase is cancelled with its holder's signature, and its programme may issue as much again
contract CancelTest is BurnsTest {
    function test_burns_the_holders_won_and_gives_the_headroom_back() public {
        bytes memory signature = sign(resident, cancellationFields(ID, PROGRAMME, 3_000, NOW));

        vm.expectEmit(address(token));
        emit IERC20.Transfer(resident.account, address(0), 3_000);
        vm.expectEmit(address(token));
        emit ICityToken.Burned(ID, Issuance.BurnReason.Cancelled, PROGRAMME, 0, resident.account, 3_000);
        vm.prank(issuer);
        token.cancel(ID, PROGRAMME, 3_000, NOW, signature);

        assertEq(token.balanceOf(resident.account), MONEY - 3_000);
        assertEq(token.totalSupply(), 2 * MONEY - 3_000);
        assertEq(issuedIn(YEAR), 2 * MONEY - 3_000);
        assertEq(issuedOf(PROGRAMME), 2 * MONEY - 3_000);
        assertTrue(token.burnUsed(ID));
    }

    function test_takes_a_device_keys_signature_too() public {
        cancel(deviceResident, ID, PROGRAMME, MONEY);

        assertEq(token.balanceOf(deviceResident.account), 0);
    }

    function test_exactly_what_was_cancelled_can_be_issued_again_and_not_one_won_more() public {
        issueTo(resident.account, CAP - 2 * MONEY);
        cancel(resident, ID, PROGRAMME, 300);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.CapExceeded.selector, YEAR, CAP, CAP + 1));
        vm.prank(issuer);
        token.issue("one over", PROGRAMME, recipients(resident.account, 301));
        issueTo(resident.account, 300);

        assertEq(issuedIn(YEAR), CAP);
        assertEq(token.totalSupply(), CAP);
    }

    function test_the_headroom_comes_back_to_its_own_programme_only() public {
        vm.startPrank(issuer);
        token.setProgramme(PROGRAMME, YEAR, 2 * MONEY);
        token.setProgramme(2, YEAR, 500);
        vm.stopPrank();
        issueFrom(2, resident.account, 500);

        cancel(resident, ID, 2, 200);

        vm.expectRevert(
            abi.encodeWithSelector(ICityToken.ProgrammeCapExceeded.selector, PROGRAMME, 2 * MONEY, 2 * MONEY + 1)
        );
        vm.prank(issuer);
        token.issue("other", PROGRAMME, recipients(resident.account, 1));
        issueFrom(2, resident.account, 200);
        assertEq(issuedOf(2), 500);
        assertEq(issuedIn(YEAR), 2 * MONEY + 500);
    }

    function test_a_purchase_of_last_year_is_cancelled_in_last_years_books() public {
        vm.warp(YEAR_ENDS + 30 days);

        cancel(resident, ID, PROGRAMME, 1_000);

        assertEq(issuedIn(YEAR), 2 * MONEY - 1_000);
        vm.expectRevert(abi.encodeWithSelector(ICityToken.IssueOutsideBudgetPeriod.selector, YEAR));
        vm.prank(issuer);
        token.issue("too late", PROGRAMME, recipients(resident.account, 1));
    }

    function test_refuses_more_than_the_programme_issued_less_what_it_cancelled() public {
        vm.prank(issuer);
        token.setProgramme(PROGRAMME, YEAR, 2 * MONEY);
        vm.prank(issuer);
        token.setProgramme(2, YEAR, 500);
        issueFrom(2, resident.account, 500);
        cancel(resident, "first", 2, 100);

        _refuses(resident, 2, 401, abi.encodeWithSelector(ICityToken.CancelExceedsIssued.selector, 2, 400, 401));
        cancel(resident, "rest", 2, 400);

        assertEq(issuedOf(2), 0);
        assertEq(issuedIn(YEAR), 2 * MONEY);
    }

    function test_refuses_an_unknown_programme() public {
        _refuses(resident, 7, 1, abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 7));
        _refuses(resident, 0, 1, abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 0));
    }

    function test_cancels_all_there_is_and_refuses_one_won_more() public {
        _refuses(
            resident,
            PROGRAMME,
            MONEY + 1,
            abi.encodeWithSelector(ICityToken.BalanceTooLow.selector, resident.account, MONEY, MONEY + 1)
        );

        cancel(resident, ID, PROGRAMME, MONEY);
        assertEq(token.balanceOf(resident.account), 0);
    }

    function test_refuses_zero_won() public {
        _refuses(resident, PROGRAMME, 0, abi.encodeWithSelector(ICityToken.AmountZero.selector, 0));
    }

    function test_refuses_a_shop_the_treasury_and_a_stranger() public {
        issueTo(shop.account, 100);
        Key memory treasurer = Key(uint256(keccak256("treasury")), false, treasury);
        issueTo(treasury, 100);

        _refuses(shop, PROGRAMME, 1, abi.encodeWithSelector(ICityToken.NotAResident.selector, shop.account));
        _refuses(treasurer, PROGRAMME, 1, abi.encodeWithSelector(ICityToken.NotAResident.selector, treasury));
        _refuses(stranger, PROGRAMME, 1, abi.encodeWithSelector(ICityToken.NotAResident.selector, stranger.account));
    }

    function test_refuses_a_frozen_holder_until_it_is_thawed() public {
        freeze(resident.account);
        _refuses(resident, PROGRAMME, 1, abi.encodeWithSelector(ICityToken.AccountFrozen.selector, resident.account));

        vm.prank(registrar);
        token.setFrozen(resident.account, false);
        cancel(resident, ID, PROGRAMME, 1);
    }

    function test_is_good_in_its_last_second_and_not_after() public {
        bytes memory late = sign(resident, cancellationFields(ID, PROGRAMME, 1, NOW - 1));
        vm.expectRevert(abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, NOW - 1));
        vm.prank(issuer);
        token.cancel(ID, PROGRAMME, 1, NOW - 1, late);

        cancel(resident, ID, PROGRAMME, 1);
    }

    function test_each_signed_field_changed_once_burns_nothing_of_the_signer(uint8 field, bool device) public {
        Key memory holder = device ? deviceResident : resident;
        bytes memory signature = sign(holder, cancellationFields(ID, PROGRAMME, 100, NOW + 10));
        vm.prank(issuer);
        token.setProgramme(2, YEAR, 0);
        bytes32 id = field % 4 == 0 ? bytes32("other") : ID;
        uint256 programme = field % 4 == 1 ? 2 : PROGRAMME;
        uint256 amount = field % 4 == 2 ? 101 : 100;
        uint256 deadline = field % 4 == 3 ? NOW + 11 : NOW + 10;

        // A secp256k1 signature then yields somebody else; a P-256 one is simply wrong.
        if (device) vm.expectRevert(ICityToken.SignatureInvalidP256.selector);
        else vm.expectPartialRevert(ICityToken.NotAResident.selector);
        vm.prank(issuer);
        token.cancel(id, programme, amount, deadline, signature);

        vm.prank(issuer);
        token.cancel(ID, PROGRAMME, 100, NOW + 10, signature);
        assertEq(token.balanceOf(holder.account), MONEY - 100, "as it was signed, it is good");
    }

    function test_refuses_a_signature_that_is_none() public {
        _refusesSignature("", abi.encodeWithSelector(ICityToken.SignatureMissing.selector));
        _refusesSignature(new bytes(63), abi.encodeWithSelector(ICityToken.SignatureMalformed.selector));
        _refusesSignature(new bytes(65), abi.encodeWithSelector(ICityToken.SignatureMalformed.selector));
        _refusesSignature(new bytes(64), abi.encodeWithSelector(ICityToken.NotAResident.selector, address(0)));
        _refusesSignature(new bytes(128), abi.encodeWithSelector(ICityToken.SignatureInvalidP256.selector));
    }

    function test_refuses_the_same_cancellation_a_second_time() public {
        cancel(resident, ID, PROGRAMME, 100);

        _refuses(resident, PROGRAMME, 100, abi.encodeWithSelector(ICityToken.BurnIdUsed.selector, ID));
        assertEq(token.balanceOf(resident.account), MONEY - 100);
    }

    function test_a_refused_cancellation_leaves_its_id_free() public {
        _refuses(resident, PROGRAMME, 0, abi.encodeWithSelector(ICityToken.AmountZero.selector, 0));
        assertFalse(token.burnUsed(ID));

        cancel(resident, ID, PROGRAMME, 1);
    }

    function test_refuses_everybody_but_the_issuer() public {
        bytes memory signature = sign(resident, cancellationFields(ID, PROGRAMME, 1, NOW));
        vm.expectRevert(abi.encodeWithSelector(ICityToken.NotAuthorised.selector, resident.account, bytes32("issuer")));
        vm.prank(resident.account);
        token.cancel(ID, PROGRAMME, 1, NOW, signature);
    }

    function test_a_pause_stops_it() public {
        vm.prank(guardian);
        token.pause();

        _refuses(resident, PROGRAMME, 1, abi.encodeWithSelector(Pausable.EnforcedPause.selector));

        vm.prank(guardian);
        token.unpause();
        cancel(resident, ID, PROGRAMME, 1);
    }

    function _refuses(Key memory holder, uint256 programme, uint256 amount, bytes memory reason) private {
        bytes memory signature = sign(holder, cancellationFields(ID, programme, amount, NOW));
        vm.expectRevert(reason);
        vm.prank(issuer);
        token.cancel(ID, programme, amount, NOW, signature);
    }

    function _refusesSignature(bytes memory signature, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(issuer);
        token.cancel(ID, PROGRAMME, 1, NOW, signature);
    }
}
