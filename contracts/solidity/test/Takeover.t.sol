// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Kind} from "../src/AccountWord.sol";
import {Founding} from "../src/CityToken.sol";
import {CityTokenSuccessor} from "../src/CityTokenSuccessor.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Seal} from "./ActsTest.sol";
import {SuccessionTest, Taken} from "./SuccessionTest.sol";

/// @title A contract is closed once and for good, and taken over once, whole, and no more
/// @notice Each rule of the way has its negative twin.
contract TakeoverTest is SuccessionTest {
    /// @dev A successor is there, and waits.
    function setUp() public override {
        super.setUp();
        createSuccessor();
    }

    // ---- Closing -------------------------------------------------------------------------------------------------

    function test_closing_says_so_and_reading_goes_on() public {
        uint256 supply = token.totalSupply();
        uint256 balance = token.balanceOf(resident.account);
        pause();
        bytes memory call = closeCall(address(next), "snapshot", seal());

        vm.expectEmit(address(token));
        emit ICityToken.ContractClosed(address(next), address(next).codehash, "snapshot");
        does(call);

        assertTrue(token.closed());
        assertTrue(token.paused());
        assertEq(token.successor(), address(next));
        assertEq(token.snapshot(), "snapshot");
        assertEq(token.totalSupply(), supply);
        assertEq(token.balanceOf(resident.account), balance);
        assertEq(issuedIn(YEAR), 2 * MONEY + 1_600);
    }

    function test_a_closed_contract_does_nothing_any_more_and_is_never_opened_again() public {
        closeFor(listsOfOld());

        isClosedTo(settler, abi.encodeCall(token.settle, ("batch", one(payment(resident, shop.account, 1, 3)))));
        isClosedTo(issuer, abi.encodeCall(token.issue, ("id", PROGRAMME, recipients(resident.account, 1))));
        isClosedTo(issuer, abi.encodeCall(token.setProgramme, (PROGRAMME, YEAR, CAP)));
        isClosedTo(issuer, abi.encodeCall(token.cancel, ("id", PROGRAMME, 1, block.timestamp, new bytes(64))));
        isClosedTo(issuer, abi.encodeCall(token.redeem, ("id", new uint256[](1))));
        isClosedTo(registrar, abi.encodeCall(token.register, (list(stranger.account), RESIDENT)));
        isClosedTo(registrar, abi.encodeCall(token.setFrozen, (resident.account, true)));
        isClosedTo(guardian, abi.encodeCall(token.pause, ()));
        isClosedTo(guardian, abi.encodeCall(token.unpause, ()));
        isClosedTo(stranger.account, abi.encodeCall(token.acceptRole, ("settler")));
        isClosedTo(stranger.account, abi.encodeCall(token.sweep, (list(lost.account))));
        isClosedTo(stranger.account, abi.encodeCall(token.finishRecovery, (list(lost.account))));
        isClosedTo(stranger.account, abi.encodeCall(token.cancelRecovery, (lost.account, new bytes(64))));
    }

    function test_a_closed_contract_hears_its_officials_no_more() public {
        closeFor(listsOfOld());
        uint256 version = token.actsVersion() + 1;
        uint256 now_ = block.timestamp;
        bytes memory none = new bytes(64);

        isClosedTo(officialA.account, abi.encodeCall(token.setBudget, (YEAR, 1, 2, CAP, BASIS, 2, now_, none, none)));
        isClosedTo(
            officialA.account, abi.encodeCall(token.rotateOfficial, (address(0), stranger.account, 1, now_, none, none))
        );
        isClosedTo(officialA.account, abi.encodeCall(token.nominate, ("settler", settler, version, now_, none, none)));
        isClosedTo(officialA.account, abi.encodeCall(token.revokeRole, ("settler", version, now_, none, none)));
        isClosedTo(officialA.account, abi.encodeCall(token.setKindsAllowed, (0, version, now_, none, none)));
        isClosedTo(
            officialA.account,
            abi.encodeCall(token.startRecovery, (list(shop.account), list(stranger.account), version, now_, none, none))
        );
        isClosedTo(
            officialA.account, abi.encodeCall(token.withdrawRecovery, (list(shop.account), version, now_, none, none))
        );
    }

    function test_refuses_to_close_what_is_not_paused() public {
        bytes memory call = closeCall(address(next), "snapshot", seal());
        refuses(abi.encodeWithSelector(Pausable.ExpectedPause.selector), call);

        pause();
        does(call);
    }

    function test_refuses_to_close_for_nobody_or_for_itself() public {
        pause();
        address[3] memory wrong = [address(0), stranger.account, address(token)];
        for (uint256 i = 0; i < wrong.length; ++i) {
            refuses(
                abi.encodeWithSelector(ICityToken.SuccessorWrong.selector, wrong[i]), closeCall(wrong[i], "", seal())
            );
        }

        assertFalse(token.closed());
    }

    function test_refuses_to_close_by_one_official_or_a_stranger_or_out_of_turn_or_too_late() public {
        pause();
        (Seal memory alone, Seal memory strange, Seal memory early) = (seal(), seal(), seal());
        alone.b = alone.a;
        refuses(abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, officialA.account), closeUnder(alone));
        strange.b = stranger;
        refuses(notAnOfficial(stranger.account), closeUnder(strange));
        ++early.version;
        refuses(
            abi.encodeWithSelector(ICityToken.ActsVersionWrong.selector, early.version - 1, early.version),
            closeUnder(early)
        );
        bytes memory late = closeUnder(seal());
        uint256 deadline = seal().deadline;
        vm.warp(deadline + 1);
        refuses(abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, deadline), late);

        vm.warp(deadline);
        does(late);
    }

    /// @dev Each term is signed: the successor, its code, the snapshot, the deadline.
    function test_a_closing_is_held_to_the_signed_terms() public {
        pause();
        bytes memory call = closeCall(address(next), "snapshot", seal());

        isHeldToItsTerm(call, 0);
        isHeldToItsTerm(call, 1);
        isHeldToItsTerm(call, 2);
        isHeldToItsTerm(call, 4);
        does(call);
    }

    // ---- Taking over ---------------------------------------------------------------------------------------------

    function test_refuses_a_predecessor_that_is_not_closed_for_it() public {
        Taken memory taken = takenOf(listsOfOld());
        refusesToTakeOver(taken, notClosedForIt());

        CityTokenSuccessor named = createdWith(founding());
        (CityTokenSuccessor other, bytes memory reason) = (next, notClosedForIt());
        next = named;
        closeForThe(taken);
        next = other;
        refusesToTakeOver(taken, reason);
        refusesList(listsOfOld()[0], reason);

        next = named;
        takeOverThe(taken);
    }

    /// @dev Whatever is changed of what two officials signed.
    function test_refuses_what_the_snapshot_does_not_say(uint8 which) public {
        Taken memory taken = takenOf(listsOfOld());
        closeForThe(taken);
        bytes32 signed = snapshotOf(taken);
        if (which % 5 == 0) (taken.chunks[0], taken.chunks[1]) = (taken.chunks[1], taken.chunks[0]);
        if (which % 5 == 1) ++taken.chunks[0];
        if (which % 5 == 2) taken.fiscalYears = new uint256[](0);
        if (which % 5 == 3) ++taken.programmes[1];
        // A year told as a programme, in the same row.
        if (which % 5 == 4) {
            taken.programmes = new uint256[](3);
            (taken.programmes[0], taken.programmes[1]) = (YEAR + 1, PROGRAMME);
            taken.programmes[2] = LAST_PROGRAMME;
            taken.fiscalYears = new uint256[](1);
            taken.fiscalYears[0] = YEAR;
        }

        refusesToTakeOver(
            taken, abi.encodeWithSelector(CityTokenSuccessor.SnapshotWrong.selector, signed, snapshotOf(taken))
        );
        takeOver(listsOfOld());
    }

    function test_takes_over_once() public {
        closeFor(listsOfOld());
        takeOver(listsOfOld());

        refusesToTakeOver(takenOf(listsOfOld()), abi.encodeWithSelector(CityTokenSuccessor.TakenOverTwice.selector));
    }

    /// @dev The old treasury's won would be out of reach of `redeem`; and one that was retired could pay nobody.
    function test_refuses_another_treasury_than_the_old_contract_has() public {
        Founding memory other = founding();
        other.treasury = makeAddr("another treasury");
        next = createdWith(other);
        Taken memory taken = takenOf(listsOfOld());
        closeForThe(taken);

        refusesToTakeOver(
            taken, abi.encodeWithSelector(CityTokenSuccessor.TreasuryWrong.selector, treasury, other.treasury)
        );
    }

    function test_a_treasury_that_was_recovered_is_the_new_one_here() public {
        address moved = makeAddr("the treasury's new address");
        recover(treasury, moved);
        everybody[0] = moved;
        Founding memory with = founding();
        with.treasury = moved;
        next = createdWith(with);
        address[][] memory lists = new address[][](3);
        (lists[0], lists[1], lists[2]) = (listsOfOld()[0], listsOfOld()[1], list(treasury));
        closeFor(lists);
        takeOver(lists);
        for (uint256 i = 0; i < lists.length; ++i) {
            next.carryOver(lists[i]);
        }

        assertEq(next.treasury(), moved);
        assertEq(next.balanceOf(moved), old.balanceOf(moved));
        (, Kind kind, bool frozen,,) = next.accountOf(moved);
        assertEq(uint8(kind), uint8(Kind.Treasury));
        assertFalse(frozen);
        (,, bool finished,) = next.recoveryOf(treasury);
        assertTrue(finished);
    }

    function test_refuses_a_year_or_a_programme_that_is_not_there() public {
        Taken memory taken = takenOf(listsOfOld());
        ++taken.fiscalYears[1];
        closeForThe(taken);
        refusesToTakeOver(taken, abi.encodeWithSelector(ICityToken.NoBudget.selector, YEAR + 2));

        taken.fiscalYears[1] = YEAR;
        closeForThe(taken);
        refusesToTakeOver(taken, abi.encodeWithSelector(ICityToken.NoBudget.selector, YEAR + 1)); // of programme 2

        taken.programmes[1] = 7;
        closeForThe(taken);
        refusesToTakeOver(taken, abi.encodeWithSelector(ICityToken.UnknownProgramme.selector, 7));
    }

    function test_a_list_named_twice_is_carried_over_once() public {
        address[][] memory lists = new address[][](3);
        (lists[0], lists[1], lists[2]) = (listsOfOld()[0], listsOfOld()[1], listsOfOld()[1]);
        closeFor(lists);
        takeOver(lists);
        assertEq(next.awaited(), 2);
        next.carryOver(lists[0]);
        next.carryOver(lists[1]);

        assertTrue(next.isFinished());
    }

    // ---- Carrying over -------------------------------------------------------------------------------------------

    function test_refuses_a_list_that_is_not_of_the_snapshot_and_one_carried_before() public {
        address[][] memory lists = listsOfOld();
        closeFor(lists);
        refusesList(lists[0], chunkUnknown(lists[0])); // nothing is awaited before the takeover
        takeOver(lists);
        (lists[0][0], lists[0][1]) = (lists[0][1], lists[0][0]);
        refusesList(lists[0], chunkUnknown(lists[0]));

        (lists[0][0], lists[0][1]) = (lists[0][1], lists[0][0]);
        next.carryOver(lists[0]);
        refusesList(lists[0], chunkUnknown(lists[0]));
    }

    /// @dev Nobody stands in another's way by being in the lists twice, or by being none of the old contract's accounts:
    /// whoever signs the zero address, or an address that is only kept for a recovery, signs nothing.
    function test_passes_over_who_is_here_already_or_is_no_account_there() public {
        address kept = makeAddr("kept for a recovery");
        does(startCall(list(shop.account), list(kept), seal()));
        address[][] memory lists = new address[][](3);
        (lists[0], lists[1]) = (listsOfOld()[0], listsOfOld()[1]);
        lists[2] = new address[](6);
        (lists[2][0], lists[2][1], lists[2][2]) = (resident.account, treasury, lost.account);
        (lists[2][3], lists[2][4], lists[2][5]) = (address(0), stranger.account, kept);
        closeFor(lists);
        takeOver(lists);
        next.carryOver(lists[0]);
        next.carryOver(lists[1]);
        vm.recordLogs();
        next.carryOver(lists[2]);
        assertEq(vm.getRecordedLogs().length, 0, "who is passed over is not told of as registered, or as paid");

        assertTrue(next.isFinished());
        assertEq(next.totalSupply(), old.totalSupply());
        assertEq(next.balanceOf(resident.account), old.balanceOf(resident.account));
        assertEq(next.balanceOf(treasury), old.balanceOf(treasury));
        for (uint256 i = 3; i < 6; ++i) {
            (, Kind kind,,,) = next.accountOf(lists[2][i]);
            assertEq(uint8(kind), uint8(Kind.None));
        }
    }

    /// @dev From it all won that are swept would go to an address that nobody can pay from.
    function test_the_new_address_of_a_retired_account_comes_with_it() public {
        address again = makeAddr("lost once more");
        recover(foundAgain, again); // the old one, its new address, and the one after that
        address[][] memory lists = new address[][](1);
        lists[0] = list(lost.account);
        closeFor(lists);
        takeOver(lists);
        next.carryOver(lists[0]);

        assertEq(next.balanceOf(again), old.balanceOf(again));
        (, Kind kind, bool frozen,,) = next.accountOf(again);
        assertEq(uint8(kind), RESIDENT);
        assertFalse(frozen);
        (,, bool finished,) = next.recoveryOf(foundAgain);
        assertTrue(finished);
        assertEq(next.awaitedWon(), old.totalSupply() - old.balanceOf(again) - old.balanceOf(lost.account));
    }

    function test_the_pause_does_not_end_before_those_without_won_are_carried_over_too() public {
        register(stranger.account, RESIDENT);
        address[][] memory lists = new address[][](3);
        (lists[0], lists[1], lists[2]) = (listsOfOld()[0], listsOfOld()[1], list(stranger.account));
        closeFor(lists);
        takeOver(lists);
        next.carryOver(lists[0]);
        next.carryOver(lists[1]);

        refusesToUnpause(1, 0);
    }

    function test_the_pause_does_not_end_where_a_snapshot_leaves_won_behind() public {
        address[][] memory lists = listsOfOld();
        lists[1][1] = stranger.account; // in the place of one who has won
        uint256 left = old.balanceOf(everybody[5]);
        closeFor(lists);
        takeOver(lists);
        next.carryOver(lists[0]);
        next.carryOver(lists[1]);

        refusesToUnpause(0, left);
    }
}
