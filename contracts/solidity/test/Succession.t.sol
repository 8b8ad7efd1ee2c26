// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Kind} from "../src/AccountWord.sol";
import {CityTokenSuccessor} from "../src/CityTokenSuccessor.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {SuccessionTest} from "./SuccessionTest.sol";

/// @title A contract is closed for good, and another goes on with all that it held
contract SuccessionWholeTest is SuccessionTest {
    // ---- The whole way -------------------------------------------------------------------------------------------

    function test_every_account_goes_over_with_its_won_its_kind_and_its_flags() public {
        succeed();

        assertEq(next.totalSupply(), old.totalSupply());
        assertEq(next.balanceOf(address(next)), 0);
        for (uint256 i = 0; i < everybody.length; ++i) {
            (uint256 balance, Kind kind, bool frozen,,) = old.accountOf(everybody[i]);
            (uint256 carried, Kind kindThere, bool frozenThere, uint64 highestNonce, uint64 window) =
                next.accountOf(everybody[i]);
            assertEq(carried, balance);
            assertEq(uint8(kindThere), uint8(kind));
            assertEq(frozenThere, frozen);
            assertEq(highestNonce, 0, "nonces begin anew, as signatures do");
            assertEq(window, 0);
        }
    }

    function test_a_frozen_account_is_frozen_there_and_can_be_thawed() public {
        succeed();
        assertEq(settleOne(payment(frozenResident, shop.account, 1, 1)), PAYER_FROZEN);

        vm.prank(registrar);
        token.setFrozen(frozenResident.account, false);
        assertEq(settleOne(payment(frozenResident, shop.account, 1, 2)), SETTLED);
    }

    function test_a_retired_account_is_retired_there_and_its_won_are_swept() public {
        succeed();
        assertEq(settleOne(payment(lost, shop.account, 1, 1)), PAYER_FROZEN);
        vm.expectRevert(abi.encodeWithSelector(ICityToken.AccountRetired.selector, lost.account));
        vm.prank(registrar);
        token.setFrozen(lost.account, false);

        token.sweep(list(lost.account));

        assertEq(token.balanceOf(lost.account), 0);
        assertEq(token.balanceOf(foundAgain), 940);
    }

    function test_budgets_and_programmes_go_over_with_what_was_issued() public {
        succeed();

        for (uint256 year = YEAR; year <= YEAR + 1; ++year) {
            assertEq(budgetIn(next, year), budgetIn(old, year));
        }
        for (uint256 programme = PROGRAMME; programme <= LAST_PROGRAMME; ++programme) {
            (uint256 year, uint256 cap, uint256 issued) = next.programmeOf(programme);
            (uint256 oldYear, uint256 oldCap, uint256 oldIssued) = old.programmeOf(programme);
            assertEq(abi.encode(year, cap, issued), abi.encode(oldYear, oldCap, oldIssued));
            assertGt(issued, 0);
        }
    }

    function test_the_cap_holds_over_both_contracts_together() public {
        uint256 left = CAP - issuedIn(YEAR);
        succeed();

        vm.expectRevert(abi.encodeWithSelector(ICityToken.CapExceeded.selector, YEAR, CAP, CAP + 1));
        vm.prank(issuer);
        token.issue("one over", PROGRAMME, recipients(resident.account, left + 1));
        issueTo(resident.account, left);

        assertEq(issuedIn(YEAR), CAP);
    }

    function test_budget_versions_go_on_and_an_old_one_is_refused() public {
        amendNow(CAP + 1, 2);
        succeed();

        bytes memory fields = budgetFields(YEAR, YEAR_STARTS, YEAR_ENDS, CAP, 2, block.timestamp);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        vm.expectRevert(abi.encodeWithSelector(ICityToken.BudgetVersionWrong.selector, 3, 2));
        token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, CAP, BASIS, 2, block.timestamp, a, b);

        amendNow(CAP + 2, 3);
        assertEq(capOf(YEAR), CAP + 2);
    }

    function test_says_what_it_takes_over_and_hands_out() public {
        address[][] memory lists = listsOfOld();
        createSuccessor();
        closeFor(lists);
        address where = old.successor();
        uint256 supply = old.totalSupply();
        bytes32 snapshot = old.snapshot();

        vm.expectEmit(where);
        emit ICityToken.BudgetSet(YEAR, CAP, BASIS, 1, YEAR_STARTS, YEAR_ENDS, address(old), address(old));
        vm.expectEmit(where);
        emit CityTokenSuccessor.TakenOver(address(old), supply, snapshot);
        takeOver(lists);

        uint256 balance = old.balanceOf(resident.account);
        vm.expectEmit(where);
        emit ICityToken.Registered(resident.account, Kind.Resident);
        vm.expectEmit(where);
        emit IERC20.Transfer(address(0), resident.account, balance);
        next.carryOver(lists[0]);
    }

    function test_nothing_moves_there_before_the_last_list_is_done() public {
        address[][] memory lists = listsOfOld();
        createSuccessor();
        uint256 supply = old.totalSupply();
        closeFor(lists);
        token = next;
        bytes memory batch = one(payment(resident, shop.account, 1, 1));

        refusesToUnpause(0, 0);
        takeOver(lists);
        refusesToUnpause(2, supply);
        assertEq(next.totalSupply(), 0, "won are made with their accounts");
        next.carryOver(lists[1]);
        refusesToUnpause(1, supply - sumOf(lists[1]));
        refusesWhileUnfinished(1, sumOf(lists[0]), settler, abi.encodeCall(token.settle, ("batch", batch)));

        next.carryOver(lists[0]);
        assertEq(next.awaited(), 0);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        vm.prank(settler);
        token.settle("batch", batch);
        vm.prank(guardian);
        next.unpause();
        assertEq(settle(batch).reasons[0], SETTLED);
    }

    function test_only_the_guardian_ends_the_pause() public {
        address[][] memory lists = listsOfOld();
        createSuccessor();
        closeFor(lists);
        takeOver(lists);
        next.carryOver(lists[0]);
        next.carryOver(lists[1]);

        vm.expectRevert(abi.encodeWithSelector(ICityToken.NotAuthorised.selector, address(this), bytes32("guardian")));
        next.unpause();
        vm.prank(guardian);
        next.unpause();
    }

    // ---- Signatures for the one are not good at the other --------------------------------------------------------

    function test_payments_signed_for_the_old_contract_are_not_good_at_the_new_one() public {
        bytes memory batch = one(payment(resident, shop.account, 1, 3));
        bytes memory batchOfDevice = one(payment(deviceResident, shop.account, 1, 1));
        succeed();

        assertEq(settle(batch).reasons[0], PAYER_UNKNOWN);
        assertEq(settle(batchOfDevice).reasons[0], SIGNATURE_INVALID);

        assertEq(settleOne(payment(resident, shop.account, 1, 3)), SETTLED, "signed anew, it is");
        assertEq(settleOne(payment(deviceResident, shop.account, 1, 1)), SETTLED);
    }

    function test_officials_signatures_for_the_old_contract_are_not_good_at_the_new_one() public {
        bytes memory fields = budgetFields(YEAR, YEAR_STARTS, YEAR_ENDS, CAP, 2, block.timestamp);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        succeed();

        vm.expectPartialRevert(ICityToken.NotAnOfficial.selector);
        token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, CAP, BASIS, 2, block.timestamp, a, b);
        amendNow(CAP, 2);
    }

    // ---- The end of a successor ----------------------------------------------------------------------------------

    /// @dev What is finished is a contract as any other, and closed as one.
    function test_a_successor_that_was_closed_does_nothing_any_more() public {
        succeed();
        vm.prank(guardian);
        next.pause();
        does(closeCall(address(old), "snapshot", seal()));

        isClosedTo(guardian, abi.encodeCall(token.unpause, ()));
        isClosedTo(registrar, abi.encodeCall(token.register, (list(stranger.account), RESIDENT)));
        isClosedTo(stranger.account, abi.encodeCall(token.sweep, (list(lost.account))));
        isClosedTo(stranger.account, nominateCall(SETTLER, settler, seal()));
    }
}
